package dev.sinal.bench;

import java.util.Arrays;

/** Latencies in milliseconds; bounded, so that a long run keeps its first million. */
public final class Latencies {
    private static final int MOST = 1_000_000;

    private double[] values = new double[4096];
    private int count;

    public synchronized void add(double milliseconds) {
        if (count == MOST) {
            return;
        }
        if (count == values.length) {
            values = Arrays.copyOf(values, count * 2);
        }
        values[count++] = milliseconds;
    }

    public synchronized int count() {
        return count;
    }

    public synchronized void clear() {
        count = 0;
    }

    /** @param p 0 to 1 */
    public synchronized double quantile(double p) {
        double[] sorted = Arrays.copyOf(values, count);
        Arrays.sort(sorted);
        return count == 0 ? Double.NaN : sorted[(int) Math.min(count - 1L, Math.round(p * (count - 1)))];
    }
}
