package dev.sinal.lsl.post;

import java.time.Duration;

/**
 * The stages of one stream in their order. Not safe for several threads; allocates nothing while it works.
 *
 * <pre>{@code
 * var post = new PostProcessor(PostProcessing.all(), 250, Duration.ofSeconds(90));
 * post.correction(probe.correction());
 * post.process(stamps, 0, stamps.length);
 * }</pre>
 */
public final class PostProcessor {
    private final PostProcessing how;
    private final ClockSync clockSync = new ClockSync();
    private final Dejitter dejitter;
    private final Monotonize monotonize = new Monotonize();

    /**
     * @param rateHz nominal rate, 0 = irregular
     * @param halftime used where {@code how} leaves it open
     */
    public PostProcessor(PostProcessing how, double rateHz, Duration halftime) {
        this.how = how;
        this.dejitter = new Dejitter(rateHz, how.halftime().isZero() ? halftime : how.halftime(), how.gap());
    }

    /**
     * The clocks were measured. When the correction becomes known, or unknown, stamps jump, so the other stages start anew.
     *
     * @param seconds what to add to a remote stamp to get local time; NaN = not known
     */
    public void correction(double seconds) {
        if (how.clocksync() && Double.isNaN(seconds) != Double.isNaN(clockSync.correction())) {
            dejitter.reset();
            monotonize.reset();
        }
        clockSync.correction(seconds);
    }

    /** The remote clock is another one now, or was set: what was learnt of it is worth nothing. */
    public void reset() {
        clockSync.reset();
        dejitter.reset();
        monotonize.reset();
    }

    /** Whether stamps processed now come out on the local clock. */
    public boolean corrected() {
        return how.clocksync() && !Double.isNaN(clockSync.correction());
    }

    /** Replaces the stamps {@code from} to {@code to}, the last not included, by processed ones. */
    public void process(double[] stamps, int from, int to) {
        if (how.clocksync()) {
            clockSync.process(stamps, from, to);
        }
        if (how.dejitter()) {
            dejitter.process(stamps, from, to);
        }
        if (how.monotonize()) {
            monotonize.process(stamps, from, to);
        }
    }
}
