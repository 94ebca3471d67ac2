package dev.sinal.lsl;

/**
 * The clock that LSL stamps are written on: seconds on this machine's monotonic clock, with an arbitrary zero.
 *
 * <p>On Linux it is the clock of the native library, so stamps of two processes on one machine agree. Elsewhere the zeros may
 * differ, which {@link ClockProbe} measures. It is never wall-clock time.
 */
public final class LslClock {
    private static final long NANOS = 1_000_000_000L;

    private LslClock() {}

    /** Now, seconds. */
    public static double now() {
        return seconds(System.nanoTime());
    }

    /** Whole seconds and remainder apart, so that a large uptime keeps its nanoseconds. */
    static double seconds(long nanos) {
        return (double) (nanos / NANOS) + (double) (nanos % NANOS) / 1e9;
    }
}
