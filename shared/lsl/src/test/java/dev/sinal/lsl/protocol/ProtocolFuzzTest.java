package dev.sinal.lsl.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.LslConfig;
import dev.sinal.lsl.LslException;
import dev.sinal.lsl.LslLimits;
import dev.sinal.lsl.LslProtocolException;
import dev.sinal.lsl.LslQueryException;
import dev.sinal.lsl.SampleBatch;
import dev.sinal.lsl.StreamInfo;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Whatever a peer sends, the parsers answer with a value or their typed error. Runs the seeds; with {@code JAZZER_FUZZ=1} it searches.
 */
class ProtocolFuzzTest {
    private static final LslLimits LIMITS =
            new LslLimits(1024, 16, 64, 4096, 16_384, 65_536, 16, 1000, 4096, 100, 100, 4);
    /** What is written again may be longer, by its entities and line ends. */
    private static final LslLimits WIDE =
            new LslLimits(1024, 16, 64, 4096, 16_384, 1 << 20, 32, 2000, 4096, 100, 100, 4);

    @FuzzTest
    void description(byte[] bytes) {
        StreamInfo info;
        try {
            info = StreamInfoXml.read(bytes, LIMITS);
        } catch (LslProtocolException refused) {
            return;
        }
        String written = info.toXml();
        StreamInfo again = StreamInfoXml.read(written.getBytes(UTF_8), WIDE);
        require(again.toXml().equals(written), "read again it is another", written);
        require(again.desc().equals(info.desc()), "the metadata differ", written);
        require(again.name().equals(info.name()) && again.sourceId().equals(info.sourceId()), "names differ", written);
        require(again.channels().size() == info.channelCount(), "channels differ", written);
        require(
                QueryPredicate.parse("name=" + QueryPredicate.quote(info.name()))
                                .test(StreamInfoXml.tree(info))
                        || info.name().length() > 4_000,
                "not found by its name",
                info.name());
        StreamInfoXml.treeOfOldLibraries(info);
    }

    @FuzzTest
    void discoveryQuery(byte[] datagram) {
        try {
            DiscoveryMessage.Query query = DiscoveryMessage.Query.decode(datagram, LIMITS);
            require(
                    DiscoveryMessage.Query.decode(query.encode(), LIMITS).equals(query),
                    "written differently than read",
                    query);
        } catch (LslProtocolException refused) {
            // The other way out.
        }
    }

    @FuzzTest
    void discoveryReply(byte[] datagram) {
        String id = DiscoveryMessage.Reply.idOf(datagram);
        try {
            DiscoveryMessage.Reply reply = DiscoveryMessage.Reply.decode(datagram, LIMITS);
            require(reply.id().equals(id), "two ids of one reply", reply);
            DiscoveryMessage.Reply again = DiscoveryMessage.Reply.decode(reply.encode(), WIDE);
            require(again.info().uid().equals(reply.info().uid()), "written differently than read", reply);
        } catch (LslProtocolException refused) {
            // The other way out.
        }
    }

    @FuzzTest
    void timeProbe(byte[] datagram) {
        try {
            TimeProbe.Request request = TimeProbe.Request.decode(datagram);
            require(
                    TimeProbe.Request.decode(request.encode()).wave() == request.wave(),
                    "written differently than read",
                    request);
        } catch (LslProtocolException refused) {
            // The other way out.
        }
        try {
            TimeProbe.Reply reply = TimeProbe.Reply.decode(datagram);
            reply.returned(1).rtt();
            require(
                    TimeProbe.Reply.decode(reply.encode()).wave() == reply.wave(),
                    "written differently than read",
                    reply);
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
    void configuration(byte[] file) {
        String text = new String(file, file.length > 0 && file[0] % 2 == 0 ? UTF_8 : ISO_8859_1);
        try {
            LslConfig config = LslConfig.parse(text, "fuzz");
            require(!config.describe().isEmpty(), "nothing is said of", text);
        } catch (LslException refused) {
            // The other way out.
        }
    }

    @FuzzTest
    void feedReply(FuzzedDataProvider data) {
        FeedReply.Parser reply = new FeedReply.Parser();
        LineReader lines = new LineReader(LIMITS);
        try {
            while (data.remainingBytes() > 0) {
                lines.feed(data.consumeBytes(data.consumeInt(1, 200)));
                for (String line = lines.nextLine(); line != null; line = lines.nextLine()) {
                    FeedReply whole = reply.line(line);
                    if (whole != null) {
                        whole.check(StreamInfo.builder("n", "", 1, 0, ChannelFormat.INT8, "")
                                .build());
                        return;
                    }
                }
            }
            reply.end(lines.rest());
        } catch (LslProtocolException refused) {
            // The other way out.
        }
    }

    @FuzzTest
    void feedRequest(FuzzedDataProvider data) {
        FeedRequest.Parser parser = null;
        LineReader lines = new LineReader(LIMITS);
        try {
            while (data.remainingBytes() > 0) {
                lines.feed(data.consumeBytes(data.consumeInt(1, 200)));
                for (String line = lines.nextLine(); line != null; line = lines.nextLine()) {
                    if (parser == null) {
                        if (!line.startsWith(FeedRequest.COMMAND)) {
                            return;
                        }
                        parser = new FeedRequest.Parser(line);
                        continue;
                    }
                    FeedRequest request = parser.line(line);
                    if (request != null) {
                        request.maxBuffer();
                        request.maxChunk();
                        request.lacksSubnormals();
                        request.acceptsRawValues(ChannelFormat.INT8);
                        request.protocolVersion();
                        return;
                    }
                }
            }
        } catch (LslProtocolException refused) {
            // The other way out.
        }
    }

    /** The first byte: a format, and above 127 that the rest has its own description instead of one that fits. */
    @FuzzTest
    void archive(byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        ChannelFormat format = ChannelFormat.values()[(bytes[0] & 0x7f) % ChannelFormat.values().length];
        StreamInfo info = StreamInfo.builder(
                        "Vector " + format.wireName(), "Test", 3, 128, format, "vec-" + format.wireName())
                .build()
                .served("uid", "vm", "vectors", 1, 1, 1);
        ArchiveDecoder decoder = new ArchiveDecoder(info, LIMITS);
        if (bytes[0] >= 0) {
            byte[] head = ArchiveEncoder.head(info);
            decoder.feed(head, 0, head.length);
        }
        int piece = 1 + bytes.length / 7;
        try {
            for (int at = 1; at < bytes.length; at += piece) {
                decoder.feed(bytes, at, Math.min(piece, bytes.length - at));
                for (SampleBatch batch = decoder.next(0); batch != null; batch = decoder.next(0)) {
                    require(batch.size() > 0, "an empty batch of", format);
                }
            }
            decoder.giveUpHolding(0);
        } catch (LslProtocolException refused) {
            // The other way out.
        }
    }

    /** Cut anywhere an archive gives what it gives uncut, up to the same violation. */
    @FuzzTest
    void archiveCuts(FuzzedDataProvider data) {
        StreamInfo info = StreamInfo.builder(
                        "n",
                        "t",
                        data.consumeInt(1, 64),
                        data.consumeInt(0, 500),
                        data.pickValue(ChannelFormat.values()),
                        "s")
                .build()
                .served("0f1e2d3c-0000-4000-8000-000000000000", "h", "default", 1, 1, 1);
        boolean opened = data.consumeBoolean();
        int piece = data.consumeInt(1, 64);
        byte[] head = opened ? ArchiveEncoder.head(info) : new byte[0];
        byte[] rest = data.consumeRemainingAsBytes();
        byte[] all = Arrays.copyOf(head, head.length + rest.length);
        System.arraycopy(rest, 0, all, head.length, rest.length);

        String whole = read(info, all, Math.max(1, all.length));
        require(read(info, all, piece).equals(whole), "cut every " + piece + " bytes it is another", whole);
    }

    private static String read(StreamInfo info, byte[] archive, int piece) {
        ArchiveDecoder decoder = new ArchiveDecoder(info, LIMITS);
        StringBuilder got = new StringBuilder();
        try {
            for (int at = 0; at < archive.length; at += piece) {
                decoder.feed(archive, at, Math.min(piece, archive.length - at));
                for (SampleBatch batch = decoder.next(0); batch != null; batch = decoder.next(0)) {
                    require(batch.size() > 0, "an empty batch", batch);
                    append(got, batch);
                }
            }
            SampleBatch held = decoder.giveUpHolding(0);
            if (held != null) {
                append(got, held);
            }
        } catch (LslProtocolException refused) {
            got.append(refused.getMessage());
        }
        return got.toString();
    }

    private static void append(StringBuilder got, SampleBatch batch) {
        for (int i = 0; i < batch.size(); i++) {
            got.append(batch.stamp(i)).append(':');
            for (int c = 0; c < batch.channels(); c++) {
                got.append(batch.stringAt(i, c)).append(' ');
            }
        }
    }

    private static void require(boolean holds, String otherwise, Object what) {
        if (!holds) {
            throw new AssertionError(otherwise + ": " + what);
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
