package dev.sinal.contracts;

import java.util.random.RandomGenerator;

/** Epoch numbers: UTC milliseconds × 1024 + 10 random bits. They grow per stream, need nobody's leave and are exact in a double. */
public final class EpochIds {
    private EpochIds() {}

    /** @param previous the last epoch of the stream that this node knows, 0 for none; the result is always larger */
    public static long next(long utcMillis, long previous, RandomGenerator random) {
        return Math.max(utcMillis * 1024 + random.nextInt(1024), previous + 1);
    }

    /** When the epoch was opened, UTC milliseconds. */
    public static long openedAtMillis(long epoch) {
        return epoch / 1024;
    }
}
