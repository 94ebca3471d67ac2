package dev.sinal.simulator;

import dev.sinal.lsl.LslConfig;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * LSL ports on loopback that nobody else uses now, and a session of their own.
 *
 * @param base for discovery; outlets use the {@link #RANGE} ports after it
 */
public record PrivatePorts(int base, String session) {
    static final int RANGE = 16;

    public static PrivatePorts find() {
        for (int attempt = 0; attempt < 200; attempt++) {
            int base = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            if (isFree(base)) {
                return new PrivatePorts(base, UUID.randomUUID().toString());
            }
        }
        throw new IllegalStateException("no free block of ports");
    }

    private static boolean isFree(int base) {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        for (int port = base; port <= base + RANGE; port++) {
            try (ServerSocket tcp = new ServerSocket(port, 1, loopback);
                    DatagramSocket udp = new DatagramSocket(port, loopback)) {
                if (!tcp.isBound() || !udp.isBound()) {
                    return false;
                }
            } catch (IOException taken) {
                return false;
            }
        }
        return true;
    }

    public LslConfig config() {
        return LslConfig.loopback().withPorts(base, base + 1, RANGE).withSessionId(session);
    }
}
