package dev.sinal.lsl.post;

import java.time.Duration;

/**
 * What is done to stamps, in this order. Nothing unless asked for.
 *
 * @param clocksync move stamps to the local clock
 * @param dejitter smooth the stamps of regular streams
 * @param monotonize never let a stamp be smaller than the one before
 * @param halftime of the smoothing; zero = as configured ({@code tuning.SmoothingHalftime}, 90 s)
 * @param gap a jump of the stamps at which smoothing starts anew; zero = never, as the native library
 */
public record PostProcessing(boolean clocksync, boolean dejitter, boolean monotonize, Duration halftime, Duration gap) {
    /** The native library's flag for {@link #clocksync}. */
    public static final int CLOCKSYNC = 1;
    /** The native library's flag for {@link #dejitter}. */
    public static final int DEJITTER = 2;
    /** The native library's flag for {@link #monotonize}. */
    public static final int MONOTONIZE = 4;
    /** The native library's flag for locking, which has no meaning here. */
    public static final int THREADSAFE = 8;

    private static final int KNOWN = CLOCKSYNC | DEJITTER | MONOTONIZE | THREADSAFE;
    private static final PostProcessing NONE = ofFlags(0);
    private static final PostProcessing ALL = ofFlags(KNOWN);

    public PostProcessing {
        if (halftime.isNegative() || gap.isNegative()) {
            throw new IllegalArgumentException("halftime and gap must not be negative");
        }
    }

    public static PostProcessing none() {
        return NONE;
    }

    /** All three, as configured. */
    public static PostProcessing all() {
        return ALL;
    }

    /** @param flags the native library's, added */
    public static PostProcessing ofFlags(int flags) {
        if ((flags & ~KNOWN) != 0) {
            throw new IllegalArgumentException("flags must be 0 to " + KNOWN + ", was " + flags);
        }
        return new PostProcessing(
                (flags & CLOCKSYNC) != 0,
                (flags & DEJITTER) != 0,
                (flags & MONOTONIZE) != 0,
                Duration.ZERO,
                Duration.ZERO);
    }

    public PostProcessing withHalftime(Duration time) {
        return new PostProcessing(clocksync, dejitter, monotonize, time, gap);
    }

    public PostProcessing withGap(Duration width) {
        return new PostProcessing(clocksync, dejitter, monotonize, halftime, width);
    }

    /** Whether anything is done at all. */
    public boolean any() {
        return clocksync || dejitter || monotonize;
    }

    /** The native library's flags. */
    public int flags() {
        return (clocksync ? CLOCKSYNC : 0) | (dejitter ? DEJITTER : 0) | (monotonize ? MONOTONIZE : 0);
    }
}
