package dev.sinal.analytics.domain;

import java.util.Arrays;
import java.util.BitSet;

/**
 * The finite values of one variable, in order of time.
 *
 * @param stamps UTC ns
 * @param breaks i: a gap lies between values i − 1 and i
 * @param periodS nominal seconds between samples; 0 = irregular
 * @param missing absent values and NaNs; neither gaps nor holes of an external agent
 * @param nan of those, the NaNs
 * @param infinite left out, too
 */
public record Series(
        String name,
        long[] stamps,
        double[] values,
        BitSet breaks,
        double periodS,
        int missing,
        int nan,
        int infinite) {
    private static final double NANOS = 1e9;

    public int size() {
        return values.length;
    }

    /** Nominal, or the median distance of neighbours in one stretch, seconds; 0 when there are none. */
    public double intervalS() {
        return periodS > 0 ? periodS : medianIntervalS();
    }

    double medianIntervalS() {
        long[] distances = new long[Math.max(0, values.length - 1)];
        int n = 0;
        for (int i = 1; i < values.length; i++) {
            if (!breaks.get(i)) {
                distances[n++] = stamps[i] - stamps[i - 1];
            }
        }
        if (n == 0) {
            return 0;
        }
        long[] sorted = Arrays.copyOf(distances, n);
        Arrays.sort(sorted);
        return (n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2.0) / NANOS;
    }

    /** The same with a gap wherever neighbours are further apart. */
    Series brokenBeyond(long maxGapNs) {
        BitSet more = (BitSet) breaks.clone();
        for (int i = 1; i < values.length; i++) {
            if (stamps[i] - stamps[i - 1] > maxGapNs) {
                more.set(i);
            }
        }
        return new Series(name, stamps, values, more, periodS, missing, nan, infinite);
    }
}
