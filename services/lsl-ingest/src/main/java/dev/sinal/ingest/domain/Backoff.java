package dev.sinal.ingest.domain;

import java.util.random.RandomGenerator;

/** Exponential waits with full jitter: the longest wait doubles from attempt to attempt, the wait is anywhere below it. */
public final class Backoff {
    private final long firstMs;
    private final long mostMs;
    private final RandomGenerator random;
    private int attempt;

    public Backoff(long firstMs, long mostMs, RandomGenerator random) {
        this.firstMs = firstMs;
        this.mostMs = mostMs;
        this.random = random;
    }

    /** The next wait, ms, at least 1. */
    public long next() {
        long ceiling = Math.min(mostMs, firstMs << Math.min(attempt, 20));
        attempt++;
        return 1 + random.nextLong(ceiling);
    }

    public void reset() {
        attempt = 0;
    }

    public int attempts() {
        return attempt;
    }
}
