package dev.sinal.store.domain;

import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.PlotPoints;

/** Extremes and means of one metric in buckets of equal width; raw values come in, scaled ones go out. */
public final class PlotBuckets {
    private final long from;
    private final long width;
    private final double[] min;
    private final double[] max;
    private final CompensatedSums sums;
    private final long[] n;

    /** @param from start of the first bucket, UTC ns @param width of a bucket, ns */
    public PlotBuckets(long from, long width, int count) {
        this.from = from;
        this.width = width;
        min = new double[count];
        max = new double[count];
        sums = new CompensatedSums(count);
        n = new long[count];
    }

    /** Whether the moment is in a bucket. */
    public int bucket(long timestamp) {
        if (timestamp < from) {
            return -1;
        }
        long bucket = (timestamp - from) / width;
        return bucket < n.length ? (int) bucket : -1;
    }

    /** One value; not a finite one, or outside: nothing. */
    public void add(long timestamp, double raw, ChannelDescriptor channel) {
        int bucket = bucket(timestamp);
        if (bucket >= 0 && Math.abs(raw) <= Double.MAX_VALUE) {
            fold(bucket, raw, raw, raw, 1, channel);
        }
    }

    /** What is known of several values in one bucket. @param rawSum of the values, not their mean */
    public void fold(int bucket, double rawMin, double rawMax, double rawSum, long count, ChannelDescriptor channel) {
        double low = channel.apply(rawMin);
        double high = count == 1 ? low : channel.apply(rawMax);
        boolean first = n[bucket] == 0;
        double least = Math.min(low, high);
        double most = Math.max(low, high);
        min[bucket] = first ? least : Math.min(min[bucket], least);
        max[bucket] = first ? most : Math.max(max[bucket], most);
        sums.add(bucket, channel.apply(rawSum / count) * count);
        n[bucket] += count;
    }

    /** Buckets that hold something, in order. */
    public PlotPoints points() {
        int filled = 0;
        for (long count : n) {
            filled += count > 0 ? 1 : 0;
        }
        long[] starts = new long[filled];
        double[] least = new double[filled];
        double[] most = new double[filled];
        double[] means = new double[filled];
        long[] counts = new long[filled];
        int i = 0;
        for (int b = 0; b < n.length; b++) {
            if (n[b] > 0) {
                starts[i] = from + b * width;
                least[i] = min[b];
                most[i] = max[b];
                means[i] = Math.max(min[b], Math.min(max[b], sums.get(b) / n[b]));
                counts[i++] = n[b];
            }
        }
        return new PlotPoints(starts, least, most, means, counts);
    }
}
