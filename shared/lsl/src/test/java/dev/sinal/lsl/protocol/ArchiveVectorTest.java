package dev.sinal.lsl.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.LslLimits;
import dev.sinal.lsl.LslProtocolException;
import dev.sinal.lsl.SampleBatch;
import dev.sinal.lsl.StreamInfo;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every recorded feed of protocol 1.00, decoded, compared with its description and written again; and archives that lie. */
class ArchiveVectorTest {
    private static final LslLimits LIMITS = LslLimits.defaults();

    static List<String> feeds() {
        return Vectors.archives();
    }

    private static StreamInfo info(JsonNode about) {
        return StreamInfo.fromXml(about.get("shortinfo").asText());
    }

    private static List<SampleBatch> decode(StreamInfo info, byte[] wire, int... cuts) {
        ArchiveDecoder decoder = new ArchiveDecoder(info, LIMITS);
        List<SampleBatch> batches = new ArrayList<>();
        int from = 0;
        for (int i = 0; i <= cuts.length; i++) {
            int to = i < cuts.length ? cuts[i] : wire.length;
            decoder.feed(wire, from, to - from);
            from = to;
            SampleBatch batch = decoder.next(0);
            if (batch != null) {
                batches.add(batch);
            }
        }
        assertThat(decoder.verified()).isTrue();
        return batches;
    }

    private static List<Object> values(List<SampleBatch> batches) {
        List<Object> all = new ArrayList<>();
        for (SampleBatch batch : batches) {
            for (int i = 0; i < Array.getLength(batch.values()); i++) {
                all.add(Array.get(batch.values(), i));
            }
        }
        return all;
    }

    private static List<Double> stamps(List<SampleBatch> batches) {
        return batches.stream()
                .flatMap(batch -> Arrays.stream(batch.stamps()).boxed())
                .toList();
    }

    @ParameterizedTest
    @MethodSource("feeds")
    void decodesToWhatWasSent(String name) {
        JsonNode about = Vectors.json(name + ".json");

        List<SampleBatch> decoded = decode(info(about), Vectors.bytes(name + ".bin"));

        List<Double> stamps = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        double last = 0;
        for (JsonNode sample : about.get("samples")) {
            last = sample.get("stamp").isNull()
                    ? last + 1.0 / about.get("rate").asDouble()
                    : sample.get("stamp").asDouble();
            stamps.add(last);
            sample.get("values")
                    .forEach(value -> values.add(
                            FeedVectorTest.expected(about.get("format").asText(), value)));
        }
        assertThat(stamps(decoded)).isEqualTo(stamps);
        assertThat(values(decoded)).isEqualTo(values);
    }

    @ParameterizedTest
    @MethodSource("feeds")
    void isWrittenAgainByteForByte(String name) {
        JsonNode about = Vectors.json(name + ".json");
        byte[] wire = Vectors.bytes(name + ".bin");
        StreamInfo info = info(about);
        ArchiveWriter writer = new ArchiveWriter(info.format(), info.channelCount());
        ByteBuffer samples = ByteBuffer.allocate(1 << 16);
        int row = 0;
        for (SampleBatch batch : decode(info, wire)) {
            for (int i = 0; i < batch.size(); i++, row++) {
                boolean deduced = about.get("samples").get(row).get("stamp").isNull();
                writer.write(samples, batch.values(), i, batch.stamp(i), deduced);
            }
        }
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        // Libraries up to 1.12 write the description in another order; what follows is the same.
        byte[] head = name.contains("1.12")
                ? Arrays.copyOf(wire, wire.length - samples.position())
                : ArchiveEncoder.head(info);
        written.writeBytes(head);
        written.write(samples.array(), 0, samples.position());

        assertThat(written.toByteArray()).isEqualTo(wire);
    }

    @ParameterizedTest
    @MethodSource("feeds")
    void comesOutTheSameCutAtEveryByte(String name) {
        StreamInfo info = info(Vectors.json(name + ".json"));
        byte[] wire = Vectors.bytes(name + ".bin");
        List<SampleBatch> whole = decode(info, wire);

        for (int cut = 0; cut <= wire.length; cut++) {
            List<SampleBatch> halves = decode(info, wire, cut);
            assertThat(values(halves)).as("cut at %d", cut).isEqualTo(values(whole));
            assertThat(stamps(halves)).as("cut at %d", cut).isEqualTo(stamps(whole));
        }
    }

    @ParameterizedTest
    @MethodSource("feeds")
    void comesOutTheSameByteByByte(String name) {
        StreamInfo info = info(Vectors.json(name + ".json"));
        byte[] wire = Vectors.bytes(name + ".bin");
        int[] everywhere = new int[wire.length - 1];
        Arrays.setAll(everywhere, i -> i + 1);

        assertThat(values(decode(info, wire, everywhere))).isEqualTo(values(decode(info, wire)));
    }

    @Test
    void anOutletThatAnnouncesTheOldProtocolIsAskedThePlainWay() {
        byte[] recorded = Vectors.bytes("inlet-1.17.7-float32-v100.request.bin");

        assertThat(FeedRequest.encodePlain(46_080, 0)).isEqualTo(recorded);
        FeedRequest understood = FeedRequest.plain(LenientText.decode(recorded).split("\r\n")[1]);
        assertThat(understood.maxBuffer()).isEqualTo(46_080);
        assertThat(understood.maxChunk()).isZero();
        assertThat(understood.protocolVersion()).isEqualTo(100);
    }

    @Test
    void aNanLosesItsPayloadInTheArchive() {
        StreamInfo info = stream(ChannelFormat.DOUBLE64, 1);
        double odd = Double.longBitsToDouble(0xfff8_0000_0000_1234L);

        List<SampleBatch> decoded = decode(info, archive(info, new double[] {odd}));

        assertThat(Double.doubleToRawLongBits(((double[]) decoded.get(0).values())[0]))
                .isEqualTo(0x7fff_ffff_ffff_ffffL);
    }

    @Test
    void extremesOfEveryIntegerSurvive() {
        long[] longs = {
            0, 1, -1, 127, 128, -128, -129, 255, 256, -256, -257, 65_535, -65_536, Long.MAX_VALUE, Long.MIN_VALUE
        };
        StreamInfo info = stream(ChannelFormat.INT64, longs.length);
        assertThat((long[]) decode(info, archive(info, longs)).get(0).values()).isEqualTo(longs);

        byte[] bytes = {0, 1, -1, 127, -128};
        StreamInfo small = stream(ChannelFormat.INT8, bytes.length);
        assertThat((byte[]) decode(small, archive(small, bytes)).get(0).values())
                .isEqualTo(bytes);

        int[] ints = {Integer.MIN_VALUE, Integer.MAX_VALUE, -65_542, 65_541};
        StreamInfo middle = stream(ChannelFormat.INT32, ints.length);
        assertThat((int[]) decode(middle, archive(middle, ints)).get(0).values())
                .isEqualTo(ints);
    }

    @Test
    void archivesThatLieAreRefusedWithTheFieldAndTheLimit() {
        StreamInfo ints = stream(ChannelFormat.INT16, 1);
        StreamInfo texts = stream(ChannelFormat.STRING, 1);
        byte[] head = ArchiveEncoder.head(ints);
        byte[] textHead = ArchiveEncoder.head(texts);

        refused(ints, "archive signature", new byte[] {0x16});
        refused(ints, "archive version", new byte[] {0x7f, 1, 10});
        refused(ints, "archive version width", new byte[] {0x7f, 3, 1, 1, 1});
        refused(ints, "description length", new byte[] {0x7f, 1, 9, 4, 0, 0, 0, 0x7f});
        refused(ints, "description length", new byte[] {0x7f, 1, 9, 8, -1, -1, -1, -1, -1, -1, -1, -1});
        refused(ints, "description length", new byte[] {0x7f, 1, 9, -1, 1});
        refused(ints, "uid", ArchiveEncoder.head(stream(ChannelFormat.INT16, 1)));
        refused(ints, "value width", with(head, 1, 1, 3, 0, 0, 0));
        refused(ints, "value", with(head, 1, 1, 2, 0, 0x80));
        refused(ints, "value", with(head, 1, 1, -2, 0, 0));
        refused(ints, "stamp width", with(head, 1, 2, 9));
        refused(ints, "stamp", with(head, 1, 2, -8));
        refused(texts, "string length", with(textHead, 1, 1, 4, 0, 0, 0, 0x80));
        refused(texts, "string length", with(textHead, 1, 1, 8, -1, -1, -1, -1, -1, -1, -1, -1));
        refused(texts, "string length width", with(textHead, 1, 1, 100));
    }

    @Test
    void whatCameBeforeAViolationIsDeliveredFirst() {
        StreamInfo info = stream(ChannelFormat.INT16, 1);
        byte[] good = archive(info, new short[] {7});
        byte[] wire = with(good, 1, 1, 9);
        ArchiveDecoder decoder = new ArchiveDecoder(info, LIMITS);
        decoder.feed(wire, 0, wire.length);

        assertThat((short[]) decoder.next(0).values()).containsExactly((short) 7);
        assertThatThrownBy(() -> decoder.next(0)).isInstanceOf(LslProtocolException.class);
    }

    private static void refused(StreamInfo info, String field, byte[] wire) {
        ArchiveDecoder decoder = new ArchiveDecoder(info, LIMITS);
        decoder.feed(wire, 0, wire.length);
        assertThatThrownBy(() -> decoder.next(0))
                .isInstanceOfSatisfying(
                        LslProtocolException.class,
                        broken -> assertThat(broken.field()).isEqualTo(field));
    }

    private static byte[] with(byte[] head, int... more) {
        byte[] all = Arrays.copyOf(head, head.length + more.length);
        for (int i = 0; i < more.length; i++) {
            all[head.length + i] = (byte) more[i];
        }
        return all;
    }

    private static byte[] archive(StreamInfo info, Object values) {
        ArchiveWriter writer = new ArchiveWriter(info.format(), info.channelCount());
        ByteBuffer sample = ByteBuffer.allocate((int) writer.size(values, 0));
        writer.write(sample, values, 0, 1.5, false);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(ArchiveEncoder.head(info));
        all.write(sample.array(), 0, sample.position());
        return all.toByteArray();
    }

    private static StreamInfo stream(ChannelFormat format, int channels) {
        return StreamInfo.builder("old", "Test", channels, 100, format, "old-1")
                .build()
                .served(java.util.UUID.randomUUID().toString(), "host", "default", 1, 1, 1);
    }
}
