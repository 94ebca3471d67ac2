package dev.sinal.lsl.jna;

import java.time.Duration;

/**
 * When to ask whether the outlet is still there: the native library tells nobody that it lost a connection it wants back. A regular
 * stream that stops, an irregular one that is silent for long, or an outlet that answers no time probes. For one thread, but for the
 * answer.
 */
final class Suspicion {
    private static final long SECOND = 1_000_000_000L;
    private static final long FIRST_PAUSE = 2 * SECOND;
    private static final long LONGEST_PAUSE = 32 * SECOND;
    private static final double MISSING_SAMPLES = 5;

    private final long quietNanos;
    private long arrivedAt = System.nanoTime();
    private long askedAt = arrivedAt;
    private long pause = FIRST_PAUSE;
    private volatile boolean gone;

    Suspicion(double rate, Duration silence) {
        this.quietNanos = rate > 0
                ? (long) Math.min(silence.toNanos(), SECOND + MISSING_SAMPLES / rate * SECOND)
                : silence.toNanos();
    }

    void arrived() {
        arrivedAt = System.nanoTime();
        pause = FIRST_PAUSE;
    }

    /** From any thread: whether the outlet answered. */
    void answered(boolean there) {
        gone = !there;
    }

    /** Whether the outlet did not answer and nothing has come from it since it was asked; true once. */
    boolean isConfirmed() {
        if (!gone) {
            return false;
        }
        gone = false;
        return arrivedAt - askedAt < 0;
    }

    /** Less and less often while the quiet lasts: each question is a search on the network. */
    boolean isDue(int failedProbes) {
        long now = System.nanoTime();
        long quiet = now - arrivedAt;
        boolean suspicious = quiet > quietNanos || (failedProbes > 0 && quiet > SECOND);
        if (!suspicious || now - askedAt < pause) {
            return false;
        }
        askedAt = now;
        pause = Math.min(2 * pause, LONGEST_PAUSE);
        return true;
    }
}
