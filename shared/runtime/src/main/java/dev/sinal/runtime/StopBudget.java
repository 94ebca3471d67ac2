package dev.sinal.runtime;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How the time of a stop is shared: a quarter is the bus's, a module may use what the others have left over, and none is left without a
 * share because another one hangs. Used by one stop, step after step.
 */
final class StopBudget {
    private static final int BUS_SHARE = 4;
    private static final int LEAST_SHARE = 20;

    private final long totalMs;
    private final LongSupplier nanoTime;
    private final long begin;
    private int modulesLeft;

    StopBudget(Duration total, int modules, LongSupplier nanoTime) {
        this.totalMs = total.toMillis();
        this.modulesLeft = modules;
        this.nanoTime = nanoTime;
        this.begin = nanoTime.getAsLong();
    }

    /** Longest time for the next module, at least 1 ms. */
    synchronized long nextModuleMs() {
        modulesLeft--;
        long forOthers = modulesLeft * (totalMs / LEAST_SHARE);
        return Math.max(1, restMs() - totalMs / BUS_SHARE - forOthers);
    }

    /** At least 1 ms. */
    long restMs() {
        return Math.max(1, totalMs - (nanoTime.getAsLong() - begin) / 1_000_000);
    }
}
