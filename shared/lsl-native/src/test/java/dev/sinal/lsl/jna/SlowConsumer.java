package dev.sinal.lsl.jna;

import dev.sinal.lsl.StreamInfo;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Connects to an outlet of int32 samples on protocol 1.10 and reads nothing until it is told to. */
final class SlowConsumer implements AutoCloseable {
    private static final int SMALL = 32 << 10;
    private static final int QUIET_MS = 1500;

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final int channels;

    /** Returns when the test samples have come. */
    SlowConsumer(StreamInfo info) throws IOException {
        channels = info.channelCount();
        socket.setReceiveBufferSize(SMALL);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), info.dataPort()), 10_000);
        socket.setSoTimeout(20_000);
        String request = "LSL:streamfeed/110 " + info.uid() + "\r\n"
                + "Native-Byte-Order: 1234\r\nEndian-Performance: 0\r\nHas-IEEE754-Floats: 1\r\n"
                + "Supports-Subnormals: 1\r\nValue-Size: 4\r\nData-Protocol-Version: 110\r\n"
                + "Max-Buffer-Length: 1000000\r\nMax-Chunk-Length: 0\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), SMALL));
        StringBuilder reply = new StringBuilder();
        while (reply.indexOf("\r\n\r\n") < 0) {
            reply.append((char) in.readUnsignedByte());
        }
        if (!reply.toString().contains(" 200 ")) {
            throw new IOException("refused: " + reply);
        }
        next();
        next();
    }

    /** The first channel of a sample. */
    private int next() throws IOException {
        if (in.readByte() != 1) {
            in.skipNBytes(8);
        }
        int first = Integer.reverseBytes(in.readInt());
        in.skipNBytes(4L * (channels - 1));
        return first;
    }

    /** Everything that is there, until nothing comes for a while. */
    List<Integer> rest() throws IOException {
        List<Integer> all = new ArrayList<>();
        socket.setSoTimeout(QUIET_MS);
        try {
            while (true) {
                all.add(next());
            }
        } catch (SocketTimeoutException quiet) {
            return all;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
