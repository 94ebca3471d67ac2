package dev.sinal.ingest.net;

import dev.sinal.lsl.LslConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;

/** LSL on loopback, on ports that no other test or lab uses. */
public final class LslPorts {
    private LslPorts() {}

    public static LslConfig own() {
        int multicast = free();
        int base = 20_000 + (multicast % 20_000);
        return LslConfig.loopback().withPorts(multicast, base, 16).withSessionId("test-" + multicast);
    }

    private static int free() {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
