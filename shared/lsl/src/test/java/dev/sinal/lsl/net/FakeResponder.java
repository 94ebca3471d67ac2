package dev.sinal.lsl.net;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sinal.lsl.LslConfig;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers every discovery query that reaches one port of the lab's range with whatever a test wants. */
final class FakeResponder implements AutoCloseable {
    final AtomicInteger answers = new AtomicInteger();
    private final DatagramSocket socket;
    private final Answer answer;

    interface Answer {
        /** @param token the query's id; an honest reply is that, CRLF and the description */
        byte[] to(String token);
    }

    FakeResponder(LslConfig config, Answer answer) throws IOException {
        this.socket = bind(config);
        this.answer = answer;
        Thread thread = new Thread(this::serve, "fake-responder");
        thread.setDaemon(true);
        thread.start();
    }

    /** An honest answer with this description. */
    static byte[] reply(String token, String xml) {
        return (token + "\r\n" + xml).getBytes(UTF_8);
    }

    static byte[] raw(String text) {
        return text.getBytes(UTF_8);
    }

    /** From the upper end: real outlets take the range from below. */
    private static DatagramSocket bind(LslConfig config) throws SocketException {
        for (int port = config.basePort() + config.portRange() - 1; ; port--) {
            try {
                return new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            } catch (SocketException taken) {
                if (port == config.basePort()) {
                    throw taken;
                }
            }
        }
    }

    private void serve() {
        byte[] room = new byte[65_536];
        while (!socket.isClosed()) {
            try {
                DatagramPacket query = new DatagramPacket(room, room.length);
                socket.receive(query);
                String[] lines = new String(room, 0, query.getLength(), UTF_8).split("\r\n");
                if (!lines[0].equals("LSL:shortinfo") || lines.length < 3) {
                    continue;
                }
                String[] back = lines[2].split(" ");
                byte[] bytes = answer.to(back[1]);
                if (bytes.length > 0) {
                    answers.incrementAndGet();
                    socket.send(new DatagramPacket(bytes, bytes.length, query.getAddress(), Integer.parseInt(back[0])));
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
