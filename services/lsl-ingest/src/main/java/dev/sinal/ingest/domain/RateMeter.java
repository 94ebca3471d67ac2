package dev.sinal.ingest.domain;

import java.util.Arrays;

/** Samples per second over the last five whole seconds. */
public final class RateMeter {
    private static final int SECONDS = 5;

    private final long[] counts = new long[SECONDS + 1];
    private long second = Long.MIN_VALUE;
    private double since = Double.NaN;

    public void add(long samples, double lslNow) {
        if (Double.isNaN(since)) {
            since = lslNow;
        }
        turn(lslNow);
        counts[slot(second)] += samples;
    }

    /** Hz; the second that is not over counts for nothing. */
    public double hz(double lslNow) {
        if (Double.isNaN(since)) {
            return 0;
        }
        turn(lslNow);
        long sum = 0;
        for (int back = 1; back <= SECONDS; back++) {
            sum += counts[slot(second - back)];
        }
        double over = Math.min(SECONDS, Math.floor(lslNow) - Math.floor(since));
        return over < 1 ? counts[slot(second)] : sum / over;
    }

    private void turn(double lslNow) {
        long now = (long) Math.floor(lslNow);
        if (second == Long.MIN_VALUE || now - second > SECONDS) {
            Arrays.fill(counts, 0);
        } else {
            for (long s = second + 1; s <= now; s++) {
                counts[slot(s)] = 0;
            }
        }
        second = Math.max(second, now);
    }

    private static int slot(long second) {
        return (int) Math.floorMod(second, SECONDS + 1L);
    }
}
