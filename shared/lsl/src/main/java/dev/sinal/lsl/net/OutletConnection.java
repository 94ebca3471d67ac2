package dev.sinal.lsl.net;

import dev.sinal.lsl.LslProtocolException;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.protocol.DiscoveryMessage;
import dev.sinal.lsl.protocol.FeedReply;
import dev.sinal.lsl.protocol.FeedRequest;
import dev.sinal.lsl.protocol.LineReader;
import dev.sinal.lsl.protocol.StreamInfoXml;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One client of an outlet's data port: reads its command, answers it, and, if it is a feed, sends samples until it goes. */
final class OutletConnection {
    private static final long LINGER_MS = 2_000;
    private static final int WRITE_BYTES = 64 * 1024;
    private static final String FULL_INFO = "LSL:fullinfo";

    private final ServedOutlet outlet;
    private final NetSocket socket;
    private final ChannelHandlerContext channel;
    private final Context context;
    private final LineReader lines;
    private long deadline;
    private @Nullable String command;
    private FeedRequest.@Nullable Parser feed;
    private boolean plain;
    private volatile WireForm form = WireForm.LITTLE_ENDIAN;
    private volatile @Nullable OutletQueue queue;
    private boolean answered;
    private boolean pumping;

    OutletConnection(ServedOutlet outlet, NetSocket socket, Context context) {
        this.outlet = outlet;
        this.socket = socket;
        this.channel = ((NetSocketInternal) socket).channelHandlerContext();
        this.context = context;
        this.lines = new LineReader(outlet.limits());
    }

    void start() {
        deadline = outlet.vertx().setTimer(outlet.limits().handshake().toMillis(), late -> tooLate());
        socket.setWriteQueueMaxSize(4 * WRITE_BYTES);
        socket.exceptionHandler(broken -> socket.close());
        socket.closeHandler(gone -> ended());
        socket.handler(this::received);
    }

    private void received(Buffer bytes) {
        if (answered) {
            return;
        }
        try {
            lines.feed(bytes.getBytes());
            for (String line = lines.nextLine(); line != null && !answered; line = lines.nextLine()) {
                line(line);
            }
        } catch (LslProtocolException malformed) {
            refused();
        }
    }

    /** A request that does not come to its end, or an answer that nobody takes. */
    private void tooLate() {
        outlet.refused();
        refuse();
    }

    /** Closes it whatever it is doing. */
    void refuse() {
        answered = true;
        socket.close();
    }

    private void refused() {
        outlet.refused();
        end("");
    }

    private void line(String line) {
        FeedRequest.Parser parser = feed;
        if (parser != null) {
            FeedRequest request = parser.line(line);
            if (request != null) {
                feed(request);
            }
        } else if (command != null) {
            end(outlet.matches(line.strip()) ? StreamInfoXml.write(outlet.shortInfo()) : "");
        } else if (line.strip().equals(FULL_INFO)) {
            end(StreamInfoXml.write(outlet.info()));
        } else if (line.strip().equals(DiscoveryMessage.QUERY_COMMAND)) {
            command = line;
        } else if (plain) {
            serve(FeedRequest.plain(line), WireForm.ARCHIVE, new byte[0]);
        } else if (line.strip().equals(FeedRequest.PLAIN_COMMAND)) {
            plain = true;
        } else if (line.startsWith(FeedRequest.COMMAND)) {
            feed = new FeedRequest.Parser(line);
            plain = feed.isPlain();
            feed = plain ? null : feed;
        } else {
            refused();
        }
    }

    private void feed(FeedRequest request) {
        StreamInfo info = outlet.info();
        int own = info.protocolVersion();
        boolean known = request.uid().isEmpty()
                || request.uid().toLowerCase(Locale.ROOT).equals(info.uid());
        if (!known || request.version() / 100 > own / 100) {
            outlet.refused();
            end(known ? FeedReply.badVersion(own) : FeedReply.notFound(own));
            return;
        }
        boolean old = Math.min(own, request.protocolVersion()) < StreamInfo.PROTOCOL
                || !request.acceptsRawValues(info.format());
        WireForm wanted = old
                ? WireForm.ARCHIVE
                : request.wantsBigEndian(info.format()) ? WireForm.BIG_ENDIAN : WireForm.LITTLE_ENDIAN;
        boolean flush = request.lacksSubnormals() && info.format().isFloating();
        serve(
                request,
                wanted,
                FeedReply.accept(
                        own, info.uid(), wanted.order(), flush, old ? StreamInfo.PROTOCOL_100 : StreamInfo.PROTOCOL));
    }

    private void serve(FeedRequest request, WireForm wanted, byte[] headers) {
        int buffer = request.maxBuffer();
        request.maxChunk();
        answered = true;
        outlet.vertx().cancelTimer(deadline);
        Buffer head = Buffer.buffer(headers).appendBytes(wanted.head(outlet.info()));
        if (buffer <= 0) {
            socket.write(head).eventually(socket::end);
            return;
        }
        socket.write(head);
        channel.pipeline().addBefore(channel.name(), null, new Room());
        form = wanted;
        queue = outlet.queueFor(buffer, request.maxChunk());
        outlet.answered(this);
        outlet.joined(this);
    }

    /** How this client reads; settled before it has {@link ServedOutlet#joined}. */
    WireForm form() {
        return form;
    }

    /** From any thread; true if {@link #pump} must be called on the {@link #loop}. */
    boolean offer(SampleSegment segment, int from, int to, boolean pushThrough) {
        OutletQueue mine = queue;
        return mine != null && mine.offer(segment, from, to, pushThrough);
    }

    EventLoop loop() {
        return channel.channel().eventLoop();
    }

    /** Writes what waits, as far as the socket takes it; the rest when it can take more. */
    void pump() {
        OutletQueue mine = queue;
        if (mine == null || pumping) {
            return;
        }
        if (!loop().inEventLoop()) {
            loop().execute(this::pump);
            return;
        }
        pumping = true;
        boolean more = true;
        while (more && channel.channel().isWritable()) {
            more = write(mine);
            channel.flush();
        }
        pumping = false;
    }

    /** False if all is written. */
    private boolean write(OutletQueue mine) {
        while (channel.channel().isWritable()) {
            ByteBuf next = mine.take(WRITE_BYTES);
            if (next == null) {
                return false;
            }
            channel.write(next, channel.voidPromise());
        }
        return true;
    }

    /** Netty tells it when a full socket has room again, in the middle of a flush too. */
    private final class Room extends ChannelInboundHandlerAdapter {
        @Override
        public void channelWritabilityChanged(ChannelHandlerContext where) {
            if (where.channel().isWritable()) {
                pump();
            }
            where.fireChannelWritabilityChanged();
        }
    }

    /** The deadline goes on: an answer that nobody reads must not hold the connection. */
    private void end(String answer) {
        answered = true;
        if (answer.isEmpty()) {
            socket.close();
        } else {
            socket.end(Buffer.buffer(answer));
        }
    }

    private void ended() {
        outlet.vertx().cancelTimer(deadline);
        OutletQueue mine = queue;
        outlet.left(this);
        if (mine != null) {
            mine.close();
        }
    }

    long dropped() {
        OutletQueue mine = queue;
        return mine == null ? 0 : mine.dropped();
    }

    /** Sends what fits into the socket's queue, then closes. */
    void close() {
        context.runOnContext(go -> {
            OutletQueue mine = queue;
            if (mine == null || !channel.channel().isWritable()) {
                socket.close();
                return;
            }
            mine.flush();
            write(mine);
            outlet.vertx().setTimer(LINGER_MS, late -> socket.close());
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> socket.close());
        });
    }
}
