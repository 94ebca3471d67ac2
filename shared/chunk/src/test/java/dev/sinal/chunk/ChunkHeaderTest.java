package dev.sinal.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChunkHeaderTest {
    private static ChunkHeader headerOf(Column column) {
        return ChunkHeader.read(ChunkEncoder.encode(Samples.block(column.size(), List.of(column)), Codecs.COMPRESS));
    }

    @Test
    void statisticsCoverFiniteValuesOnly() {
        ChunkHeader header = headerOf(
                new FloatColumn(new float[] {1, Float.NaN, 3, Float.POSITIVE_INFINITY, -1, Float.NEGATIVE_INFINITY}));

        assertThat(header.valid(0)).isEqualTo(3);
        assertThat(header.min(0)).isEqualTo(-1);
        assertThat(header.max(0)).isEqualTo(3);
        assertThat(header.mean(0)).isEqualTo(1);
    }

    @Test
    void absentValuesCountForNothing() {
        ChunkHeader header =
                headerOf(new LongColumn(SampleFormat.INT16, new long[] {7, 1, 3}, BitSet.valueOf(new byte[] {0b110})));

        assertThat(header.valid(0)).isEqualTo(2);
        assertThat(header.min(0)).isEqualTo(1);
        assertThat(header.max(0)).isEqualTo(3);
        assertThat(header.mean(0)).isEqualTo(2);
    }

    @Test
    void withoutAFiniteValueThereIsNoStatistic() {
        ChunkHeader header = headerOf(new DoubleColumn(new double[] {Double.NaN, Double.NEGATIVE_INFINITY}));

        assertThat(header.valid(0)).isZero();
        assertThat(header.min(0)).isNaN();
        assertThat(header.max(0)).isNaN();
        assertThat(header.mean(0)).isNaN();
    }

    @Test
    void int64BeyondTwoTo53IsRoundedOutward() {
        long odd = (1L << 53) + 1; // lies between two doubles

        ChunkHeader positive = headerOf(new LongColumn(SampleFormat.INT64, new long[] {odd}));
        assertThat(positive.min(0)).isEqualTo(0x1p53);
        assertThat(positive.max(0)).isEqualTo(0x1p53 + 2);
        ChunkHeader negative = headerOf(new LongColumn(SampleFormat.INT64, new long[] {-odd}));
        assertThat(negative.min(0)).isEqualTo(-0x1p53 - 2);
        assertThat(negative.max(0)).isEqualTo(-0x1p53);
        ChunkHeader extremes =
                headerOf(new LongColumn(SampleFormat.INT64, new long[] {Long.MIN_VALUE, Long.MAX_VALUE}));
        assertThat(extremes.min(0)).isEqualTo(-0x1p63);
        assertThat(extremes.max(0)).isEqualTo(0x1p63);
        ChunkHeader largest = headerOf(new LongColumn(SampleFormat.INT64, new long[] {Long.MAX_VALUE}));
        assertThat(largest.min(0)).isEqualTo(Math.nextDown(0x1p63));
    }

    @Test
    void theMeanOfHugeValuesDoesNotOverflow() {
        double[] huge = {Double.MAX_VALUE, Double.MAX_VALUE, Double.MAX_VALUE};

        assertThat(headerOf(new DoubleColumn(huge)).mean(0)).isCloseTo(Double.MAX_VALUE, within(1e294));
    }

    @Test
    void timestampsThatGoBackAreShown() {
        long[] stamps = {30, 10, 20};
        ChunkHeader header = ChunkHeader.read(ChunkEncoder.encode(
                new SampleBlock("s", 1, 1, TimeBasis.CLIENT, stamps, null, List.of()), Codecs.COMPRESS));

        assertThat(header.sorted()).isFalse();
        assertThat(header.minTimestamp()).isEqualTo(10);
        assertThat(header.maxTimestamp()).isEqualTo(30);
    }

    @Test
    void aBufferIsReadFromItsPositionAndNotMoved() {
        byte[] chunk = ChunkEncoder.encode(Samples.block(2, List.of()), Codecs.RAW);
        ByteBuffer buffer = ByteBuffer.allocateDirect(chunk.length + 5)
                .position(5)
                .put(chunk)
                .position(5);

        assertThat(ChunkHeader.read(buffer).count()).isEqualTo(2);
        assertThat(buffer.position()).isEqualTo(5);
    }

    @Test
    void theHeaderAloneIsEnough() {
        byte[] chunk = ChunkEncoder.encode(
                Samples.block(
                        1000, List.of(new FloatColumn(Samples.eeg(1000, 1, 0, new java.util.SplittableRandom(1))))),
                Codecs.COMPRESS);
        int headerLength = ChunkHeader.headerLength(Arrays.copyOf(chunk, 16));

        ChunkHeader header = ChunkHeader.read(Arrays.copyOf(chunk, headerLength));

        assertThat(header.length()).isEqualTo(chunk.length);
        assertThat(header.channelOffset(0) + header.channelLength(0)).isEqualTo(chunk.length);
    }
}
