package dev.sinal.lsl.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.LslLimits;
import dev.sinal.lsl.LslProtocolException;
import dev.sinal.lsl.LslQueryException;
import dev.sinal.lsl.SampleBatch;
import dev.sinal.lsl.StreamInfo;
import java.nio.ByteOrder;

/**
 * Whatever a peer sends, the parsers answer with a value or their typed error. Runs the seeds; with {@code JAZZER_FUZZ=1} it searches.
 */
class ProtocolFuzzTest {
    private static final LslLimits LIMITS =
            new LslLimits(1024, 16, 64, 4096, 16_384, 65_536, 16, 1000, 4096, 100, 100, 4);

    @FuzzTest
    void description(byte[] bytes) {
        StreamInfo info;
        try {
            info = StreamInfoXml.read(bytes, LIMITS);
        } catch (LslProtocolException refused) {
            return;
        }
        StreamInfo again = StreamInfoXml.read(info.toXml().getBytes(UTF_8), LIMITS.withSampleBytes(1, 64));
        if (!again.name().equals(info.name()) || again.channels().size() != info.channelCount()) {
            throw new AssertionError("written differently than read: " + info.toXml());
        }
    }

    @FuzzTest
    void discovery(byte[] datagram) {
        DiscoveryMessage.Reply.idOf(datagram);
        try {
            DiscoveryMessage.Query query = DiscoveryMessage.Query.decode(datagram, LIMITS);
            if (!DiscoveryMessage.Query.decode(query.encode(), LIMITS).equals(query)) {
                throw new AssertionError("written differently than read: " + query);
            }
        } catch (LslProtocolException refused) {
            // The other way out.
        }
        try {
            DiscoveryMessage.Reply.decode(datagram, LIMITS);
        } catch (LslProtocolException refused) {
            // The other way out.
        }
        try {
            TimeProbe.Request.decode(datagram).encode();
        } catch (LslProtocolException refused) {
            // The other way out.
        }
        try {
            TimeProbe.Reply.decode(datagram).returned(1).rtt();
        } catch (LslProtocolException refused) {
            // The other way out.
        }
    }

    @FuzzTest
    void query(FuzzedDataProvider data) {
        try {
            QueryPredicate.parse(data.consumeRemainingAsString())
                    .test(StreamInfoXml.tree(StreamInfo.builder("n", "t", 1, 1, ChannelFormat.INT8, "s")
                            .channel("l", "u", "t")
                            .build()));
        } catch (LslQueryException refused) {
            // The other way out.
        }
    }

    @FuzzTest
    void handshake(byte[] bytes) {
        LineReader lines = new LineReader(LIMITS);
        try {
            FeedReply.Parser reply = new FeedReply.Parser();
            lines.feed(bytes);
            for (String line = lines.nextLine(); line != null; line = lines.nextLine()) {
                FeedReply whole = reply.line(line);
                if (whole != null) {
                    whole.check(StreamInfo.builder("n", "", 1, 0, ChannelFormat.INT8, "")
                            .build());
                    break;
                }
            }
            reply.end(lines.rest());
        } catch (LslProtocolException refused) {
            // The other way out.
        }
        LineReader again = new LineReader(LIMITS);
        try {
            again.feed(bytes);
            FeedRequest.Parser parser = null;
            for (String line = again.nextLine(); line != null; line = again.nextLine()) {
                if (parser == null) {
                    parser = line.startsWith(FeedRequest.COMMAND) ? new FeedRequest.Parser(line) : null;
                    continue;
                }
                FeedRequest request = parser.line(line);
                if (request != null) {
                    request.maxBuffer();
                    request.maxChunk();
                    request.lacksSubnormals();
                    request.acceptsRawValues(ChannelFormat.INT8);
                    request.protocolVersion();
                }
            }
        } catch (LslProtocolException refused) {
            // The other way out.
        }
    }

    @FuzzTest
    void samples(FuzzedDataProvider data) {
        ChannelFormat format = data.pickValue(ChannelFormat.values());
        int channels = data.consumeInt(1, 64);
        ByteOrder order = data.consumeBoolean() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        SampleDecoder decoder =
                new SampleDecoder(format, channels, data.consumeInt(0, 1000), order, data.consumeBoolean(), LIMITS);
        SampleEncoder pattern = new SampleEncoder(format, channels, order);
        for (int offset : TestPattern.OFFSETS) {
            pattern.append(TestPattern.values(format, channels, offset), 0, TestPattern.STAMP, false);
        }
        byte[] head = pattern.toBytes();
        decoder.feed(head, 0, head.length);
        try {
            while (data.remainingBytes() > 0) {
                byte[] piece = data.consumeBytes(data.consumeInt(1, 512));
                decoder.feed(piece, 0, piece.length);
                SampleBatch batch = decoder.next(0);
                if (batch != null && batch.size() == 0) {
                    throw new AssertionError("an empty batch");
                }
            }
            decoder.giveUpHolding(0);
        } catch (LslProtocolException refused) {
            if (!format.isText()) {
                throw refused;
            }
        }
    }
}
