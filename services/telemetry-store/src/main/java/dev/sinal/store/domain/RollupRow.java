package dev.sinal.store.domain;

import dev.sinal.chunk.Column;
import dev.sinal.chunk.SampleBlock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is known of one channel in consecutive samples of an epoch: buckets of one level that have a finite value, ascending. Rows add up: a bucket that
 * has samples of two rows is in both. Arrays belong to the row.
 *
 * @param level see {@link RollupLevels}
 * @param firstSeq of the samples
 * @param lastSeq of the samples
 * @param ts smallest stamp of the samples, UTC ns, whether or not the channel has a value there
 * @param te largest one
 * @param buckets how many widths each begins after the bucket of ts
 * @param counts finite values
 * @param mins least value, raw (before scale and offset)
 * @param maxs largest value
 * @param sums of the values, by compensated summation
 */
public record RollupRow(
        int level,
        int channel,
        long firstSeq,
        long lastSeq,
        long ts,
        long te,
        int[] buckets,
        long[] counts,
        double[] mins,
        double[] maxs,
        double[] sums) {

    public int size() {
        return buckets.length;
    }

    /** Where a bucket begins, UTC ns. */
    public long start(int i) {
        return (RollupLevels.bucket(level, ts) + buckets[i]) * RollupLevels.width(level);
    }

    /** The finest rows of decoded samples, one a channel; none for text and for channels without a finite value. @param block with at least one sample */
    public static List<RollupRow> finest(SampleBlock block, int level) {
        long[] stamps = block.timestamps();
        long ts = Arrays.stream(stamps).min().orElseThrow();
        long te = Arrays.stream(stamps).max().orElseThrow();
        long base = RollupLevels.bucket(level, ts);
        int[] at = new int[stamps.length];
        for (int i = 0; i < at.length; i++) {
            at[i] = (int) (RollupLevels.bucket(level, stamps[i]) - base);
        }
        int[] buckets = Arrays.stream(at).sorted().distinct().toArray();
        for (int i = 0; i < at.length; i++) {
            boolean same = i > 0 && buckets[at[i - 1]] == at[i];
            at[i] = same ? at[i - 1] : Arrays.binarySearch(buckets, at[i]);
        }
        List<RollupRow> rows = new ArrayList<>();
        for (int c = 0; c < block.columns().size(); c++) {
            Column column = block.column(c);
            if (!column.format().isText()) {
                Sums sums = new Sums(buckets.length);
                BitSet present = column.present();
                for (int i = 0; i < at.length; i++) {
                    if (present == null || present.get(i)) {
                        sums.add(at[i], column.doubleAt(i));
                    }
                }
                sums.addTo(rows, level, c, block.firstSeq(), block.lastSeq(), ts, te, buckets);
            }
        }
        return rows;
    }

    /**
     * Rows of one channel and level as one of the next level.
     *
     * @param rows not empty
     * @param firstSeq of the stretch, which may begin before the first row: a channel may have had no value there
     * @param ts smallest stamp of the stretch
     */
    public static RollupRow merge(List<RollupRow> rows, long firstSeq, long lastSeq, long ts, long te) {
        int level = rows.get(0).level + 1;
        long base = RollupLevels.bucket(level, ts);
        TreeMap<Integer, Integer> places = new TreeMap<>();
        for (RollupRow row : rows) {
            for (int i = 0; i < row.size(); i++) {
                places.put((int) (row.parent(i) - base), 0);
            }
        }
        int[] buckets = new int[places.size()];
        int place = 0;
        for (Map.Entry<Integer, Integer> entry : places.entrySet()) {
            buckets[place] = entry.getKey();
            entry.setValue(place++);
        }
        Sums sums = new Sums(buckets.length);
        for (RollupRow row : rows) {
            for (int i = 0; i < row.size(); i++) {
                int to = places.getOrDefault((int) (row.parent(i) - base), 0);
                sums.add(to, row.mins[i], row.maxs[i], row.sums[i], row.counts[i]);
            }
        }
        List<RollupRow> merged = new ArrayList<>();
        sums.addTo(merged, level, rows.get(0).channel, firstSeq, lastSeq, ts, te, buckets);
        return merged.get(0);
    }

    /** The bucket of the next level that a bucket is in. */
    private long parent(int i) {
        return Math.floorDiv(RollupLevels.bucket(level, ts) + buckets[i], 4L);
    }

    /** Buckets on the way. */
    private static final class Sums {
        private final long[] counts;
        private final double[] mins;
        private final double[] maxs;
        private final CompensatedSums sums;
        private int used;

        Sums(int size) {
            counts = new long[size];
            mins = new double[size];
            maxs = new double[size];
            sums = new CompensatedSums(size);
        }

        void add(int at, double value) {
            if (Math.abs(value) <= Double.MAX_VALUE) {
                add(at, value, value, value, 1);
            }
        }

        void add(int at, double min, double max, double sum, long count) {
            boolean first = counts[at] == 0;
            used += first ? 1 : 0;
            mins[at] = first ? min : Math.min(mins[at], min);
            maxs[at] = first ? max : Math.max(maxs[at], max);
            sums.add(at, sum);
            counts[at] += count;
        }

        /** Leaves out what had no finite value. */
        void addTo(
                List<RollupRow> rows,
                int level,
                int channel,
                long firstSeq,
                long lastSeq,
                long ts,
                long te,
                int[] buckets) {
            if (used == 0) {
                return;
            }
            int[] places = new int[used];
            int to = 0;
            for (int i = 0; i < counts.length; i++) {
                if (counts[i] > 0) {
                    places[to++] = i;
                }
            }
            rows.add(new RollupRow(
                    level,
                    channel,
                    firstSeq,
                    lastSeq,
                    ts,
                    te,
                    Arrays.stream(places).map(i -> buckets[i]).toArray(),
                    Arrays.stream(places).mapToLong(i -> counts[i]).toArray(),
                    Arrays.stream(places).mapToDouble(i -> mins[i]).toArray(),
                    Arrays.stream(places).mapToDouble(i -> maxs[i]).toArray(),
                    Arrays.stream(places).mapToDouble(sums::get).toArray()));
        }
    }
}
