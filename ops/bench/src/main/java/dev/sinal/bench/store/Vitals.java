package dev.sinal.bench.store;

import dev.sinal.chunk.Column;
import dev.sinal.chunk.DoubleColumn;
import java.util.List;
import java.util.Random;

/** Vital signs of many people once a second, each value with the decimals that monitors show, each second off by some milliseconds. */
final class Vitals extends Workload {
    private static final int PERIOD = 1_200;
    private static final double JITTER_MS = 4;
    private static final double MOST_JITTER_MS = 400;
    private static final double[] CENTRE = {72, 36.8, 97, 15};
    private static final double[] SPREAD = {6, 0.3, 1.2, 2};
    private static final double[] UNITS = {10, 100, 10, 10};
    /** Of one second to the next. */
    private static final double[] KEEP = {0.97, 0.999, 0.98, 0.97};

    private final double[][][] cycle;
    private final short[][] jitter;

    Vitals(int people) {
        super("w2", "double64", 1, List.of("hr", "temp", "spo2", "resp"), "");
        Random random = new Random(500);
        cycle = new double[people][CENTRE.length][PERIOD];
        jitter = new short[people][PERIOD];
        for (int person = 0; person < people; person++) {
            fill(random, cycle[person], jitter[person]);
        }
    }

    private static void fill(Random random, double[][] values, short[] jitter) {
        double[] level = new double[CENTRE.length];
        for (int i = 0; i < PERIOD; i++) {
            double ms = random.nextGaussian() * JITTER_MS;
            jitter[i] = (short) Math.max(-MOST_JITTER_MS, Math.min(MOST_JITTER_MS, ms));
            for (int v = 0; v < level.length; v++) {
                level[v] = KEEP[v] * level[v] + Math.sqrt(1 - KEEP[v] * KEEP[v]) * random.nextGaussian();
                values[v][i] = Math.rint((CENTRE[v] + SPREAD[v] * level[v]) * UNITS[v]) / UNITS[v];
            }
        }
    }

    /** Monitors stamp in UTC milliseconds. */
    @Override
    boolean ownClock() {
        return false;
    }

    int people() {
        return cycle.length;
    }

    @Override
    Column column(int stream, int c, long first, int n) {
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
            values[i] = value(stream, c, first + i);
        }
        return new DoubleColumn(values);
    }

    double value(int stream, int c, long sample) {
        return cycle[stream][c][(int) (sample % PERIOD)];
    }

    @Override
    long timeMs(int stream, long sample) {
        return START / 1_000_000 + sample * 1_000 + 500 + jitter[stream][(int) (sample % PERIOD)];
    }
}
