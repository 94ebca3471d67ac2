package dev.sinal.lsl.net;

import dev.sinal.lsl.Endpoint;
import dev.sinal.lsl.LslClock;
import dev.sinal.lsl.LslException;
import dev.sinal.lsl.LslLimits;
import dev.sinal.lsl.LslProtocolException;
import dev.sinal.lsl.SampleBatch;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.protocol.ArchiveDecoder;
import dev.sinal.lsl.protocol.FeedDecoder;
import dev.sinal.lsl.protocol.FeedReply;
import dev.sinal.lsl.protocol.FeedRequest;
import dev.sinal.lsl.protocol.LineReader;
import dev.sinal.lsl.protocol.SampleDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import org.jspecify.annotations.Nullable;

/**
 * One connection to an outlet's data port, from connecting to its end. Confined to the context it was started on. The socket is
 * never paused by itself: that would only move the loss into the outlet, uncounted.
 */
final class InletConnection {
    private static final long HOLD_MS = 2_000;

    private final Vertx vertx;
    private final StreamInfo info;
    private final LslLimits limits;
    private final int protocol;
    private final Events events;
    private final LineReader lines;
    private final FeedReply.Parser reply = new FeedReply.Parser();
    private @Nullable NetSocket socket;
    private @Nullable FeedDecoder decoder;
    private boolean reuseBatches;
    private boolean opened;
    private boolean paused;
    private boolean over;
    private long handshakeTimer = -1;
    private long holdTimer = -1;

    /** What happens, on the connection's context. After {@code ended} nothing follows. */
    interface Events {
        void opened();

        void samples(SampleBatch batch);

        /** @param violation the peer broke the protocol; else it merely went */
        void ended(String reason, @Nullable LslProtocolException violation);
    }

    /** @param protocol the newest to speak, 100 or 110 */
    InletConnection(Vertx vertx, StreamInfo info, LslLimits limits, int protocol, Events events) {
        this.vertx = vertx;
        this.info = info;
        this.limits = limits;
        this.protocol = Math.min(protocol, info.protocolVersion());
        this.events = events;
        this.lines = new LineReader(limits);
    }

    /** Before the start: batches are to share their arrays. */
    void reuseBatches() {
        reuseBatches = true;
    }

    /** @param outlet which of the outlet's addresses to connect to */
    void start(NetClient client, Endpoint outlet, int maxBuffer, int maxChunk) {
        handshakeTimer = vertx.setTimer(
                limits.handshake().toMillis(),
                late -> end("no feed within " + limits.handshake().toMillis() + " ms", null));
        client.connect(outlet.dataPort(), outlet.address())
                .onFailure(failure -> end("cannot connect: " + failure.getMessage(), null))
                .onSuccess(connected -> {
                    if (over) {
                        connected.close();
                        return;
                    }
                    socket = connected;
                    ((NetSocketInternal) connected).messageHandler(this::message);
                    connected.exceptionHandler(broken -> broken("connection broken: " + broken.getMessage()));
                    connected.closeHandler(closed -> drain(connected));
                    connected.write(Buffer.buffer(request(maxBuffer, maxChunk)));
                });
    }

    private byte[] request(int maxBuffer, int maxChunk) {
        if (protocol >= StreamInfo.PROTOCOL) {
            return FeedRequest.encode(info, maxBuffer, maxChunk);
        }
        decoder = new ArchiveDecoder(info, limits); // no headers come back
        return FeedRequest.encodePlain(maxBuffer, maxChunk);
    }

    /** Takes the bytes from where the socket put them: one copy, nothing allocated. */
    private void message(Object message) {
        if (!(message instanceof ByteBuf bytes)) {
            ReferenceCountUtil.release(message);
            return;
        }
        try {
            received(bytes);
        } finally {
            bytes.release();
        }
    }

    private void received(ByteBuf bytes) {
        double now = LslClock.now();
        if (over) {
            return;
        }
        int length = bytes.readableBytes();
        try {
            FeedDecoder current = decoder;
            if (current == null) {
                lines.feed(ByteBufUtil.getBytes(bytes));
                current = handshake();
                if (current == null) {
                    return;
                }
            } else {
                bytes.readBytes(current.room(length));
                current.filled(length);
            }
            decode(current, now);
        } catch (LslProtocolException violation) {
            end(violation.getMessage(), violation);
        }
    }

    private @Nullable FeedDecoder handshake() {
        for (String line = lines.nextLine(); line != null; line = lines.nextLine()) {
            FeedReply whole = reply.line(line);
            if (whole != null) {
                if (whole.status() != 200) {
                    end(whole.status() + " " + whole.reason(), refusal(whole));
                    return null;
                }
                return accepted(whole);
            }
        }
        return null;
    }

    /** A wrong uid only means that the outlet was restarted; anything else will not get better by itself. */
    private static @Nullable LslProtocolException refusal(FeedReply whole) {
        boolean mayPass = whole.status() == 404 || (whole.status() >= 300 && whole.status() < 400);
        return mayPass ? null : LslProtocolException.invalid("status", "200", whole.status() + " " + whole.reason());
    }

    private FeedDecoder accepted(FeedReply whole) {
        whole.check(info);
        FeedDecoder fresh = whole.dataProtocol() < StreamInfo.PROTOCOL
                ? new ArchiveDecoder(info, limits)
                : new SampleDecoder(
                        info.format(),
                        info.channelCount(),
                        info.nominalRate(),
                        whole.byteOrder(),
                        whole.suppressSubnormals(),
                        limits);
        if (reuseBatches && fresh instanceof SampleDecoder raw) {
            raw.reuseBatches();
        }
        byte[] rest = lines.rest();
        fresh.feed(rest, 0, rest.length);
        decoder = fresh;
        return fresh;
    }

    private void decode(FeedDecoder current, double now) {
        SampleBatch batch = current.next(now);
        if (current.verified() && !opened) {
            opened = true;
            vertx.cancelTimer(handshakeTimer);
            events.opened();
            reading(!paused);
        }
        while (batch != null && !over) {
            events.samples(batch);
            batch = current.next(now);
        }
        if (current.held() > 0 && holdTimer < 0) {
            holdTimer = vertx.setTimer(HOLD_MS, late -> giveUpHolding(current));
        }
    }

    private void giveUpHolding(FeedDecoder current) {
        SampleBatch undated = current.giveUpHolding(LslClock.now());
        if (undated != null && !over) {
            events.samples(undated);
        }
    }

    /** Whether to read samples; the handshake is always read. */
    void reading(boolean on) {
        paused = !on;
        NetSocket current = socket;
        if (current != null && opened && !over) {
            if (on) {
                current.resume();
            } else {
                current.pause();
            }
        }
    }

    /** What came before the end while nobody was reading comes first. */
    private void drain(NetSocket closed) {
        if (paused && opened) {
            closed.resume();
            vertx.runOnContext(drained -> closedByPeer());
        } else {
            closedByPeer();
        }
    }

    private void broken(String reason) {
        FeedDecoder current = decoder;
        if (current != null && !over) {
            giveUpHolding(current);
        }
        end(reason, null);
    }

    private void closedByPeer() {
        if (over) {
            return;
        }
        FeedDecoder current = decoder;
        if (current != null) {
            giveUpHolding(current);
            end("the outlet closed the connection", null);
            return;
        }
        try {
            FeedReply refused = reply.end(lines.rest());
            end(refused.status() + " " + refused.reason(), refusal(refused));
        } catch (LslProtocolException incomplete) {
            end("the outlet closed the connection during the handshake", null);
        }
    }

    private void end(String reason, @Nullable LslProtocolException violation) {
        if (over) {
            return;
        }
        close();
        events.ended(reason, violation);
    }

    /** Without telling anybody. */
    void close() {
        over = true;
        vertx.cancelTimer(handshakeTimer);
        vertx.cancelTimer(holdTimer);
        NetSocket current = socket;
        if (current != null) {
            current.close();
        }
    }

    /** Why this stream cannot be used at all, or null if it can. */
    static @Nullable LslException unusable(StreamInfo info, LslLimits limits) {
        if (info.protocolVersion() < StreamInfo.PROTOCOL_100) {
            return new LslException("stream " + info.name() + " speaks protocol " + info.protocolVersion() / 100.0
                    + "; only 1.x is read");
        }
        if (info.channelCount() < 1 || info.channelCount() > limits.channels()) {
            return new LslProtocolException("channel_count", limits.channels(), info.channelCount());
        }
        double rate = info.nominalRate();
        return rate != 0 && (rate < limits.minRateHz() || rate > limits.maxRateHz())
                ? LslProtocolException.invalid(
                        "nominal_srate",
                        "0 or " + limits.minRateHz() + " to " + limits.maxRateHz() + " Hz",
                        Double.toString(rate))
                : null;
    }
}
