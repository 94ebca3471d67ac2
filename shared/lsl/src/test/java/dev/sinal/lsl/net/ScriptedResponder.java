package dev.sinal.lsl.net;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sinal.lsl.LslLimits;
import dev.sinal.lsl.protocol.DiscoveryMessage;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Function;

/** A service port that answers queries with whatever a test wants. */
final class ScriptedResponder implements AutoCloseable {
    private final DatagramSocket socket;
    private final Function<DiscoveryMessage.Query, List<String>> script;

    /** @param script the datagrams to answer a query with */
    ScriptedResponder(String address, int port, Function<DiscoveryMessage.Query, List<String>> script)
            throws IOException {
        this.socket = new DatagramSocket(port, InetAddress.getByName(address));
        this.script = script;
        Thread thread = new Thread(this::answer, "scripted-responder");
        thread.setDaemon(true);
        thread.start();
    }

    private void answer() {
        DatagramPacket packet = new DatagramPacket(new byte[65_536], 65_536);
        while (!socket.isClosed()) {
            try {
                socket.receive(packet);
                byte[] bytes = java.util.Arrays.copyOf(packet.getData(), packet.getLength());
                var query = DiscoveryMessage.Query.decode(bytes, LslLimits.defaults());
                for (String reply : script.apply(query)) {
                    byte[] content = reply.getBytes(UTF_8);
                    socket.send(new DatagramPacket(content, content.length, packet.getAddress(), query.returnPort()));
                }
            } catch (IOException closed) {
                return;
            }
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
