package dev.sinal.store.domain;

/** How long something that failed again and again is left alone: doubles from time to time, up to a bound. */
public final class GrowingRest {
    private final long firstMs;
    private final long mostMs;
    private int times;

    public GrowingRest(long firstMs, long mostMs) {
        this.firstMs = firstMs;
        this.mostMs = mostMs;
    }

    /** The next rest, ms. */
    public long next() {
        long rest = Math.min(mostMs, firstMs << Math.min(times, 20));
        times++;
        return rest;
    }

    /** It works again. */
    public void reset() {
        times = 0;
    }
}
