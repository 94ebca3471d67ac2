package dev.sinal.contracts.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sinal.chunk.ChunkEncoder;
import dev.sinal.chunk.ChunkHeader;
import dev.sinal.chunk.Codecs;
import dev.sinal.chunk.DoubleColumn;
import dev.sinal.chunk.LongColumn;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.chunk.SampleFormat;
import dev.sinal.chunk.TextColumn;
import dev.sinal.chunk.TimeBasis;
import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.StreamDescriptor;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowMergerTest {
    private static final ReadOpened.EpochDescriptor A = described(1, "stream-a", "x");
    private static final ReadOpened.EpochDescriptor B = described(1, "stream-b", "y");

    record Sample(RowKey key, double value) {}

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void shuffledOverlappingChunksBecomeRowsInTheOneOrder(int seed) {
        var random = new Random(seed);
        List<Sample> all = new ArrayList<>();
        List<byte[]> chunks = randomChunks(random, all);
        all.sort(Comparator.comparing(Sample::key));
        Sample place = all.get(random.nextInt(all.size() / 2));
        long from = all.get(all.size() / 10).key().timestamp();
        long to = all.get(all.size() * 9 / 10).key().timestamp();

        assertThat(merged(chunks, null, null, null)).isEqualTo(all);
        assertThat(merged(chunks, from, to, null))
                .isEqualTo(all.stream()
                        .filter(s -> s.key().timestamp() >= from && s.key().timestamp() < to)
                        .toList());
        assertThat(merged(chunks, null, to, place.key()))
                .isEqualTo(all.stream()
                        .filter(s ->
                                s.key().compareTo(place.key()) > 0 && s.key().timestamp() < to)
                        .toList());
    }

    @Test
    void holdsOnlyTheChunksThatOverlap() {
        var merger = new RowMerger(List.of(A), null, null, null, ColumnChoice.ALL);
        int rows = 0;
        for (int i = 0; i < 500; i++) {
            merger.add(chunk("stream-a", 1, 1 + i * 10L, ramp(i * 10L, 10), i));
            while (merger.advance()) {
                rows++;
            }
            assertThat(merger.held()).isLessThanOrEqualTo(2);
        }
        merger.end();
        while (merger.advance()) {
            rows++;
        }
        assertThat(rows).isEqualTo(5000);
        assertThat(merger.held()).isZero();
    }

    @Test
    void aRowWaitsUntilNoLaterChunkCanPrecedeIt() {
        var merger = new RowMerger(List.of(A, B), null, null, null, ColumnChoice.ALL);
        merger.add(chunk("stream-b", 1, 1, new long[] {10, 30}, 0));
        assertThat(merger.advance()).isFalse();
        merger.add(chunk("stream-a", 1, 1, new long[] {20, 40}, 0));

        assertThat(merger.advance()).isTrue();
        assertThat(merger.row().key()).isEqualTo(new RowKey(10, "stream-b", 1, 1));
        assertThat(merger.advance()).isFalse();
        merger.end();
        assertThat(merger.advance()).isTrue();
        assertThat(merger.row().key()).isEqualTo(new RowKey(20, "stream-a", 1, 1));
    }

    @Test
    void aChunkThatComesTooLateIsRefused() {
        var merger = new RowMerger(List.of(A), null, null, null, ColumnChoice.ALL);
        merger.add(chunk("stream-a", 1, 1, ramp(100, 10), 0));
        merger.add(chunk("stream-a", 1, 11, ramp(110, 10), 0));
        assertThat(merger.advance()).isTrue();

        assertThatThrownBy(() -> merger.add(chunk("stream-a", 1, 21, ramp(50, 10), 0)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("50");
    }

    @Test
    void chunksInAnyOrderMayBeAddedBeforeTheFirstStep() {
        var merger = new RowMerger(List.of(A, B), null, null, null, ColumnChoice.ALL);
        merger.add(chunk("stream-b", 1, 1, new long[] {50, 60}, 0));
        merger.add(chunk("stream-a", 1, 1, new long[] {10, 55}, 0));
        merger.end();
        List<Long> times = new ArrayList<>();
        while (merger.advance()) {
            times.add(merger.row().timestamp());
        }

        assertThat(times).containsExactly(10L, 50L, 55L, 60L);
    }

    @Test
    void valuesAreScaledAndEachEpochHasItsOwnDescriptor() {
        var plain = described(5, "stream-a", "x");
        var scaled = new ReadOpened.EpochDescriptor(
                9, stream("stream-a", List.of(new ChannelDescriptor("x", "x", "uV", "spec", "EEG", 0.5, 1.0))));
        var merger = new RowMerger(List.of(scaled, plain), null, null, null, ColumnChoice.ALL);
        merger.add(chunk("stream-a", 7, 1, new long[] {1}, 8));
        merger.add(chunk("stream-a", 9, 1, new long[] {2}, 8));
        merger.end();

        assertThat(merger.advance()).isTrue();
        assertThat(merger.row().value(0)).isEqualTo(8);
        assertThat(merger.row().stream().channels().get(0).unit()).isEmpty();
        assertThat(merger.advance()).isTrue();
        assertThat(merger.row().value(0)).isEqualTo(5, within(0.0));
        assertThat(merger.row().stream().channels().get(0).unit()).isEqualTo("uV");
    }

    @Test
    void onlyChosenColumnsAreDecodedAndOthersAreAbsent() {
        var mixed = new ReadOpened.EpochDescriptor(
                1,
                stream(
                        "stream-a",
                        List.of(
                                ChannelDescriptor.plain("n"),
                                ChannelDescriptor.plain("t"),
                                ChannelDescriptor.plain("hole"))));
        BitSet none = new BitSet();
        byte[] chunk = ChunkEncoder.encode(
                new SampleBlock(
                        "stream-a",
                        1,
                        1,
                        TimeBasis.LSL,
                        new long[] {7},
                        new double[] {3.5},
                        List.of(
                                new LongColumn(SampleFormat.INT64, new long[] {Long.MAX_VALUE}),
                                new TextColumn(new String[] {"go"}),
                                new DoubleColumn(new double[] {0}, none))),
                Codecs.COMPRESS);
        var merger = new RowMerger(
                List.of(mixed, B), null, null, null, s -> s.name().equals("stream-a") ? new int[] {1, 0} : new int[0]);
        merger.add(chunk);
        merger.add(chunk("stream-b", 1, 1, new long[] {8}, 0));
        merger.end();

        assertThat(merger.advance()).isTrue();
        Row row = merger.row();
        assertThat(row.longValue(0)).isEqualTo(Long.MAX_VALUE);
        assertThat(row.text(1)).isEqualTo("go");
        assertThat(row.format(1)).isEqualTo(SampleFormat.STRING);
        assertThat(row.isPresent(2)).isFalse();
        assertThat(row.value(2)).isNaN();
        assertThat(row.rawStamp()).isEqualTo(3.5);
        assertThat(row.basis()).isEqualTo(TimeBasis.LSL);
        assertThat(merger.advance()).isFalse();
    }

    private static List<Sample> merged(
            List<byte[]> chunks, @Nullable Long from, @Nullable Long to, @Nullable RowKey after) {
        var merger = new RowMerger(List.of(A, B), from, to, after, ColumnChoice.ALL);
        List<Sample> rows = new ArrayList<>();
        for (byte[] chunk : chunks) {
            merger.add(chunk);
            take(merger, rows);
        }
        merger.end();
        take(merger, rows);
        return rows;
    }

    private static void take(RowMerger merger, List<Sample> rows) {
        while (merger.advance()) {
            rows.add(new Sample(merger.row().key(), merger.row().value(0)));
        }
    }

    /** Two streams with two epochs each; times jump back and forth and often collide, chunks are cut anywhere. */
    private static List<byte[]> randomChunks(Random random, List<Sample> all) {
        List<byte[]> chunks = new ArrayList<>();
        for (String stream : List.of("stream-a", "stream-b")) {
            for (long epoch = 1; epoch <= 2; epoch++) {
                long seq = 1;
                long time = random.nextInt(50);
                while (seq <= 300) {
                    int count = 1 + random.nextInt(40);
                    long[] times = new long[count];
                    double[] values = new double[count];
                    for (int i = 0; i < count; i++) {
                        time = Math.max(0, time + random.nextInt(9) - 2);
                        times[i] = time;
                        values[i] = random.nextDouble();
                        all.add(new Sample(new RowKey(time, stream, epoch, seq + i), values[i]));
                    }
                    chunks.add(ChunkEncoder.encode(
                            new SampleBlock(
                                    stream, epoch, seq, TimeBasis.LSL, times, null, List.of(new DoubleColumn(values))),
                            Codecs.COMPRESS));
                    seq += count;
                }
            }
        }
        chunks.sort(Comparator.comparing(bytes -> {
            ChunkHeader header = ChunkHeader.read(bytes);
            return new RowKey(header.minTimestamp(), header.streamId(), header.epoch(), header.firstSeq());
        }));
        return chunks;
    }

    private static long[] ramp(long from, int count) {
        long[] times = new long[count];
        for (int i = 0; i < count; i++) {
            times[i] = from + i;
        }
        return times;
    }

    private static byte[] chunk(String stream, long epoch, long firstSeq, long[] times, double value) {
        double[] values = new double[times.length];
        java.util.Arrays.fill(values, value);
        return ChunkEncoder.encode(
                new SampleBlock(stream, epoch, firstSeq, TimeBasis.LSL, times, null, List.of(new DoubleColumn(values))),
                Codecs.RAW);
    }

    private static ReadOpened.EpochDescriptor described(long epoch, String id, String metric) {
        return new ReadOpened.EpochDescriptor(epoch, stream(id, List.of(ChannelDescriptor.plain(metric))));
    }

    private static StreamDescriptor stream(String id, List<ChannelDescriptor> channels) {
        return new StreamDescriptor(
                id, "agent", id, id, "EEG", "src", "host", "uid", "session", "double64", 100, null, channels);
    }
}
