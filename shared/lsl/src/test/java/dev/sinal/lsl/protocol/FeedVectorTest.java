package dev.sinal.lsl.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.LslLimits;
import dev.sinal.lsl.SampleBatch;
import java.lang.reflect.Array;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every recorded feed of protocol 1.10, decoded, compared with its description and written again. */
class FeedVectorTest {
    private static final LslLimits LIMITS = LslLimits.defaults();

    static List<String> feeds() {
        return Vectors.feeds();
    }

    /** What a feed's bytes turned into. */
    private record Decoded(FeedReply reply, List<SampleBatch> batches) {
        List<Double> stamps() {
            return batches.stream()
                    .flatMap(batch -> Arrays.stream(batch.stamps()).boxed())
                    .toList();
        }

        List<Object> values() {
            List<Object> all = new ArrayList<>();
            for (SampleBatch batch : batches) {
                for (int i = 0; i < Array.getLength(batch.values()); i++) {
                    all.add(Array.get(batch.values(), i));
                }
            }
            return all;
        }
    }

    /** Reads the bytes as an inlet does, in pieces. */
    private static Decoded decode(JsonNode about, byte[] wire, int... cuts) {
        LineReader lines = new LineReader(LIMITS);
        FeedReply.Parser parser = new FeedReply.Parser();
        FeedReply reply = null;
        SampleDecoder decoder = null;
        List<SampleBatch> batches = new ArrayList<>();
        int from = 0;
        for (int i = 0; i <= cuts.length; i++) {
            int to = i < cuts.length ? cuts[i] : wire.length;
            byte[] piece = Arrays.copyOfRange(wire, from, to);
            from = to;
            if (decoder == null) {
                lines.feed(piece);
                for (String line = lines.nextLine();
                        line != null && reply == null;
                        line = reply == null ? lines.nextLine() : null) {
                    reply = parser.line(line);
                }
                if (reply == null) {
                    continue;
                }
                decoder = new SampleDecoder(
                        ChannelFormat.ofWireName(about.get("format").asText()),
                        about.get("channels").asInt(),
                        about.get("rate").asDouble(),
                        reply.byteOrder(),
                        reply.suppressSubnormals(),
                        LIMITS);
                piece = lines.rest();
            }
            decoder.feed(piece, 0, piece.length);
            SampleBatch batch = decoder.next(0);
            if (batch != null) {
                batches.add(batch);
            }
        }
        assertThat(decoder).isNotNull();
        assertThat(decoder.verified()).isTrue();
        return new Decoded(reply, batches);
    }

    @ParameterizedTest
    @MethodSource("feeds")
    void decodesToWhatWasSent(String name) {
        JsonNode about = Vectors.json(name + ".json");

        Decoded decoded = decode(about, Vectors.bytes(name + ".bin"));

        assertThat(decoded.reply().status()).isEqualTo(200);
        assertThat(decoded.reply().headers())
                .containsEntry("uid", about.get("uid").asText());
        List<Double> stamps = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        double last = 0;
        for (JsonNode sample : about.get("samples")) {
            last = sample.get("stamp").isNull()
                    ? last + 1.0 / about.get("rate").asDouble()
                    : sample.get("stamp").asDouble();
            stamps.add(last);
            sample.get("values")
                    .forEach(value -> values.add(expected(about.get("format").asText(), value)));
        }
        assertThat(decoded.stamps()).isEqualTo(stamps);
        assertThat(decoded.values()).isEqualTo(values);
    }

    static Object expected(String format, JsonNode value) {
        return switch (format) {
            case "float32" -> (float) number(value);
            case "double64" -> number(value);
            case "int32" -> value.asInt();
            case "int16" -> (short) value.asInt();
            case "int8" -> (byte) value.asInt();
            case "int64" -> value.asLong();
            default -> value.asText();
        };
    }

    private static double number(JsonNode value) {
        return value.isTextual() ? Double.parseDouble(value.asText()) : value.asDouble();
    }

    @ParameterizedTest
    @MethodSource("feeds")
    void isWrittenAgainByteForByte(String name) {
        JsonNode about = Vectors.json(name + ".json");
        byte[] wire = Vectors.bytes(name + ".bin");
        Decoded decoded = decode(about, wire);
        ByteOrder order = decoded.reply().byteOrder();
        ChannelFormat format = ChannelFormat.ofWireName(about.get("format").asText());
        int channels = about.get("channels").asInt();
        SampleEncoder encoder = new SampleEncoder(format, channels, order);
        for (int offset : TestPattern.OFFSETS) {
            encoder.append(TestPattern.values(format, channels, offset), 0, TestPattern.STAMP, false);
        }
        int row = 0;
        for (SampleBatch batch : decoded.batches()) {
            for (int i = 0; i < batch.size(); i++, row++) {
                boolean deduced = about.get("samples").get(row).get("stamp").isNull();
                encoder.append(batch.values(), i, batch.stamp(i), deduced);
            }
        }

        byte[] head = FeedReply.accept(
                110, about.get("uid").asText(), order, decoded.reply().suppressSubnormals(), 110);
        assertThat(head).isEqualTo(Arrays.copyOf(wire, about.get("header_bytes").asInt()));
        assertThat(encoder.toBytes()).isEqualTo(Arrays.copyOfRange(wire, head.length, wire.length));
    }

    @ParameterizedTest
    @MethodSource("feeds")
    void comesOutTheSameCutAtEveryByte(String name) {
        JsonNode about = Vectors.json(name + ".json");
        byte[] wire = Vectors.bytes(name + ".bin");
        Decoded whole = decode(about, wire);

        for (int cut = 0; cut <= wire.length; cut++) {
            Decoded halves = decode(about, wire, cut);
            assertThat(halves.values()).as("cut at %d", cut).isEqualTo(whole.values());
            assertThat(halves.stamps()).as("cut at %d", cut).isEqualTo(whole.stamps());
        }
    }

    @ParameterizedTest
    @MethodSource("feeds")
    void comesOutTheSameByteByByte(String name) {
        JsonNode about = Vectors.json(name + ".json");
        byte[] wire = Vectors.bytes(name + ".bin");
        int[] everywhere = new int[wire.length - 1];
        Arrays.setAll(everywhere, i -> i + 1);

        Decoded drops = decode(about, wire, everywhere);

        assertThat(drops.values()).isEqualTo(decode(about, wire).values());
    }

    @Test
    void whoAsksForBigEndianGetsItWhereItMatters() {
        for (String format : List.of("float32", "double64", "string", "int32", "int16", "int8", "int64")) {
            FeedRequest big = request(Vectors.bytes("feed-1.17.7-" + format + "-be.request.bin"));
            FeedRequest little = request(Vectors.bytes("feed-1.17.7-" + format + "-le.request.bin"));

            assertThat(big.wantsBigEndian(ChannelFormat.ofWireName(format)))
                    .as(format)
                    .isEqualTo(!format.equals("int8"));
            assertThat(little.wantsBigEndian(ChannelFormat.ofWireName(format))).isFalse();
        }
        FeedRequest fast =
                new FeedRequest(110, "", java.util.Map.of("native-byte-order", "4321", "endian-performance", "1e15"));
        assertThat(fast.wantsBigEndian(ChannelFormat.INT32)).isFalse();
    }

    @Test
    void requestsOfNativeInletsAreUnderstood() {
        for (String file : List.of(
                "1.17.7-float32", "1.17.7-double64", "1.17.7-string", "1.17.7-int8", "1.12-float32", "1.12-string")) {
            FeedRequest request = request(Vectors.bytes("inlet-" + file + ".request.bin"));
            ChannelFormat format = ChannelFormat.ofWireName(file.substring(file.indexOf('-') + 1));

            assertThat(request.version()).isEqualTo(110);
            assertThat(request.uid()).hasSize(36);
            assertThat(request.maxBuffer()).isEqualTo(46_080);
            assertThat(request.maxChunk()).isZero();
            assertThat(request.acceptsRawValues(format)).isTrue();
            assertThat(request.headers()).containsEntry("source-id", "fake-1").containsEntry("hostname", "rawhost");
        }
    }

    @Test
    void ourRequestIsTheNativeOneButForTheSpeedClaim() {
        byte[] recorded = Vectors.bytes("inlet-1.17.7-float32.request.bin");
        FeedRequest theirs = request(recorded);
        var info = dev.sinal.lsl.StreamInfo.fromXml(LenientText.decode(Vectors.bytes("outlet-1.17.7.shortinfo.xml")))
                .served(theirs.uid(), "rawhost", "vectors", 1, 1, 1);
        String ours = LenientText.decode(FeedRequest.encode(info, 46_080, 0));

        String expected = LenientText.decode(recorded)
                .replaceAll("Endian-Performance: [^\\r]*", "Endian-Performance: 0")
                .replace("Source-Id: fake-1", "Source-Id: vec-float32");
        assertThat(ours).isEqualTo(expected);
    }

    private static FeedRequest request(byte[] bytes) {
        FeedRequest whole = null;
        LineReader lines = new LineReader(LIMITS);
        FeedRequest.Parser parser = null;
        for (byte each : bytes) {
            lines.feed(new byte[] {each});
            String line = lines.nextLine();
            if (line == null) {
                continue;
            }
            if (parser == null) {
                parser = new FeedRequest.Parser(line);
            } else {
                whole = parser.line(line);
            }
        }
        assertThat(whole).isNotNull();
        return whole;
    }

    @Test
    void refusalsEndWithTheConnection() {
        for (String library : List.of("1.12", "1.17.7")) {
            FeedReply missing = new FeedReply.Parser().end(Vectors.bytes("outlet-" + library + ".status-404.bin"));
            FeedReply tooNew = new FeedReply.Parser().end(Vectors.bytes("outlet-" + library + ".status-505.bin"));

            assertThat(missing.status()).isEqualTo(404);
            assertThat(missing.reason()).isEqualTo("Not found");
            assertThat(tooNew.status()).isEqualTo(505);
        }
        assertThat(FeedReply.notFound(110))
                .isEqualTo(LenientText.decode(Vectors.bytes("outlet-1.17.7.status-404.bin")));
        assertThat(FeedReply.badVersion(110))
                .isEqualTo(LenientText.decode(Vectors.bytes("outlet-1.17.7.status-505.bin")));
    }
}
