package dev.sinal.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class LimitsTest {
    private static void assertRefused(String field, long limit, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ChunkFormatException.class, e -> {
            assertThat(e.field()).isEqualTo(field);
            assertThat(e.limit()).isEqualTo(limit);
        });
    }

    private static SampleBlock named(String streamId) {
        return new SampleBlock(streamId, 1, 1, TimeBasis.LSL, new long[1], null, List.of());
    }

    @Test
    void streamIdsHaveOneTo64PrintableCharacters() {
        assertThat(ChunkDecoder.decode(ChunkEncoder.encode(named("x".repeat(64)), Codecs.RAW))
                        .streamId())
                .hasSize(64);
        assertRefused("streamId", 64, () -> named("x".repeat(65)));
        assertRefused("streamId", 64, () -> named(""));
        assertRefused("streamId", -1, () -> named("a b"));
        assertRefused("streamId", -1, () -> named("ł"));
    }

    @Test
    void numbersStayInInt64() {
        assertThat(new SampleBlock("s", 0, Long.MAX_VALUE - 1, TimeBasis.LSL, new long[1], null, List.of()).lastSeq())
                .isEqualTo(Long.MAX_VALUE - 1);
        assertRefused(
                "firstSeq",
                Long.MAX_VALUE,
                () -> new SampleBlock("s", 0, Long.MAX_VALUE, TimeBasis.LSL, new long[1], null, List.of()));
        assertRefused("epoch", -1, () -> new SampleBlock("s", -1, 1, TimeBasis.LSL, new long[1], null, List.of()));
    }

    @Test
    void aChunkHasOneToAMillionSamples() {
        assertRefused("count", 1_000_000, () -> ChunkEncoder.encode(Samples.block(0, List.of()), Codecs.COMPRESS));
        byte[] million = ChunkEncoder.encode(Samples.block(1_000_000, List.of()), Codecs.COMPRESS);
        assertThat(ChunkDecoder.timestamps(million)).hasSize(1_000_000);
        assertRefused(
                "count", 1_000_000, () -> ChunkEncoder.encode(Samples.block(1_000_001, List.of()), Codecs.COMPRESS));
    }

    @Test
    void channelsAndValuesAreBounded() {
        Column one = new LongColumn(SampleFormat.INT8, new long[1]);
        byte[] widest =
                ChunkEncoder.encode(Samples.block(1, Collections.nCopies(ChunkLimits.CHANNELS, one)), Codecs.COMPRESS);
        assertThat(ChunkHeader.read(widest).channels()).isEqualTo(16_384);
        assertRefused(
                "channels",
                16_384,
                () -> ChunkEncoder.encode(
                        Samples.block(1, Collections.nCopies(ChunkLimits.CHANNELS + 1, one)), Codecs.COMPRESS));
        Column many = new LongColumn(SampleFormat.INT8, new long[4097]);
        assertRefused(
                "values",
                1 << 24,
                () -> ChunkEncoder.encode(Samples.block(4097, Collections.nCopies(4096, many)), Codecs.COMPRESS));
    }

    @Test
    void theSameChannelAskedForOverAndOverIsBounded() {
        byte[] chunk = ChunkEncoder.encode(
                Samples.block(100_000, List.of(new LongColumn(SampleFormat.INT8, new long[100_000]))), Codecs.COMPRESS);

        assertRefused("values", 1 << 24, () -> ChunkDecoder.decode(chunk, new int[168]));
    }

    @Test
    void aTextHasUpToAMebiOfUnits() {
        String longest = "€".repeat(1 << 20);
        SampleBlock block = Samples.block(1, List.of(new TextColumn(new String[] {longest})));
        assertThat(ChunkDecoder.decode(ChunkEncoder.encode(block, Codecs.COMPRESS)))
                .isEqualTo(block);
        assertThat(ChunkDecoder.decode(ChunkEncoder.encode(block, Codecs.RAW))).isEqualTo(block);

        SampleBlock beyond = Samples.block(1, List.of(new TextColumn(new String[] {longest + "x"})));
        assertRefused("text", 1 << 20, () -> ChunkEncoder.encode(beyond, Codecs.COMPRESS));
    }

    @Test
    void theTextsOfAChannelAreBounded() {
        String large = "x".repeat(1 << 20);
        SampleBlock block = Samples.block(
                33, List.of(new TextColumn(Collections.nCopies(33, large).toArray(new String[0]))));

        assertRefused("textSection", 32 << 20, () -> ChunkEncoder.encode(block, Codecs.COMPRESS));
    }

    @Test
    void deflatedTextCannotClaimMoreThanTheLimit() {
        String[] texts = Collections.nCopies(100, "same text").toArray(new String[0]);
        byte[] chunk = ChunkEncoder.encode(Samples.block(100, List.of(new TextColumn(texts))), Codecs.COMPRESS);
        ChunkHeader header = ChunkHeader.read(chunk);
        assertThat(header.channelCodec(0)).isEqualTo(SectionCodec.TEXT_DEFLATE.tag());

        LittleEndian.putInt(chunk, header.channelOffset(0), (32 << 20) + 1);
        Resealed.reseal(chunk);
        assertRefused("textSection", 32 << 20, () -> ChunkDecoder.decode(chunk));
        LittleEndian.putInt(chunk, header.channelOffset(0), 999); // one too few
        Resealed.reseal(chunk);
        assertRefused("channel", 999, () -> ChunkDecoder.decode(chunk));
        LittleEndian.putInt(chunk, header.channelOffset(0), 1001); // one too many
        Resealed.reseal(chunk);
        assertRefused("channel", -1, () -> ChunkDecoder.decode(chunk));
    }

    @Test
    void columnsThatDoNotFitAreTheCallersMistake() {
        assertThatThrownBy(() -> Samples.block(2, List.of(new FloatColumn(new float[3]))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("column 0 has 3 values for 2 samples");
        assertThatThrownBy(() -> new LongColumn(SampleFormat.INT8, new long[] {128}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("value 0 is outside int8");
        assertThatThrownBy(() -> new LongColumn(SampleFormat.FLOAT32, new long[1]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new FloatColumn(new float[2], BitSet.valueOf(new byte[] {4})))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(new LongColumn(SampleFormat.INT8, new long[] {127, -128}).longAt(1))
                .isEqualTo(-128);
    }

    @Test
    void unknownVersionsAndBasesAreNamed() {
        byte[] chunk = ChunkEncoder.encode(named("s"), Codecs.RAW);
        byte[] newer = chunk.clone();
        newer[Layout.AT_VERSION] = 2;
        assertRefused("version", 1, () -> ChunkHeader.read(newer));
        byte[] basis = chunk.clone();
        basis[Layout.AT_BASIS] = 9;
        Resealed.reseal(basis);
        assertRefused("basis", 4, () -> ChunkHeader.read(basis));
        byte[] magic = chunk.clone();
        magic[0] = 'X';
        assertRefused("magic", -1, () -> ChunkHeader.read(magic));
        assertThatThrownBy(() -> SampleFormat.ofWireName("float16")).isInstanceOf(IllegalArgumentException.class);
    }
}
