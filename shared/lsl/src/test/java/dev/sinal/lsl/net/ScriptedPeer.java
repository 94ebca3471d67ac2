package dev.sinal.lsl.net;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.protocol.FeedReply;
import dev.sinal.lsl.protocol.TestPattern;
import java.io.BufferedReader;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** An outlet's data port that says whatever a test wants. */
final class ScriptedPeer implements AutoCloseable {
    final AtomicInteger feeds = new AtomicInteger();
    final AtomicInteger connections = new AtomicInteger();
    /** Bytes that the other side, or the sockets between, took. */
    final AtomicLong sent = new AtomicLong();

    private final ServerSocket server;
    private final StreamInfo info;
    private final Script description;
    private final Script feed;

    /** What goes out after a request. */
    interface Script {
        void run(OutputStream out) throws IOException;
    }

    /** Thrown by a script to break the connection off instead of ending it. */
    static final class Reset extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /** Honest about itself; the script is everything after a feed request. */
    ScriptedPeer(StreamInfo info, Script feed) throws IOException {
        this(info, null, feed);
    }

    ScriptedPeer(StreamInfo info, Script description, Script feed) throws IOException {
        this.server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        this.info = info.served(UUID.randomUUID().toString(), "peer", "default", 1, server.getLocalPort(), 0);
        this.description =
                description == null ? out -> out.write(this.info.toXml().getBytes(UTF_8)) : description;
        this.feed = feed;
        Thread thread = new Thread(this::accept, "scripted-peer");
        thread.setDaemon(true);
        thread.start();
    }

    StreamInfo info() {
        return info.withAddress("127.0.0.1").withoutDesc();
    }

    /** As it describes itself, addresses left out. */
    StreamInfo served() {
        return info;
    }

    /** A correct beginning of a feed. */
    byte[] head() {
        byte[] reply = FeedReply.accept(info.uid(), false);
        byte[] pattern = TestPattern.encode(info.format(), info.channelCount());
        byte[] both = new byte[reply.length + pattern.length];
        System.arraycopy(reply, 0, both, 0, reply.length);
        System.arraycopy(pattern, 0, both, reply.length, pattern.length);
        return both;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread thread = new Thread(() -> serve(socket), "scripted-peer-connection");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        connections.incrementAndGet();
        try (socket;
                BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8))) {
            OutputStream out = counted(socket.getOutputStream());
            String command = in.readLine();
            if (command == null) {
                return;
            }
            if (command.equals("LSL:fullinfo")) {
                description.run(out);
                return;
            }
            for (String header = command; !header.isEmpty(); header = line(in)) {
                // The headers do not matter.
            }
            feeds.incrementAndGet();
            try {
                feed.run(out);
            } catch (Reset wanted) {
                socket.setSoLinger(true, 0);
            }
        } catch (IOException gone) {
            // The inlet hung up, which is what most tests are about.
        }
    }

    private static String line(BufferedReader in) throws IOException {
        String line = in.readLine();
        if (line == null) {
            throw new IOException("the other side has gone");
        }
        return line;
    }

    private OutputStream counted(OutputStream out) {
        return new FilterOutputStream(out) {
            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                out.write(bytes, from, length);
                sent.addAndGet(length);
            }
        };
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
