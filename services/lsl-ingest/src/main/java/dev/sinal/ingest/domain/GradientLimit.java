package dev.sinal.ingest.domain;

/**
 * How many bytes may be on the way to one store: follows the gradient between the long-term and the present round trip. When answers begin
 * to take much longer than they used to, a queue grows somewhere, and the limit shrinks in proportion; when they do not, it grows step by
 * step. A limit that is not used is not changed: nothing was learned about it.
 *
 * <p>The long-term average, unlike the least round trip of TCP Vegas, does not take a store that commits in groups for a congested one: there
 * a round trip under load is always some times that of a single chunk.
 *
 * @see "Netflix concurrency-limits, Gradient2Limit; L. Brakmo, L. Peterson, TCP Vegas, 1995"
 */
public final class GradientLimit {
    /** Round trips this much above the long-term average mean nothing. */
    private static final double TOLERANCE = 1.5;

    private static final double SMOOTHING = 0.2;
    private static final double LEAST_GRADIENT = 0.5;
    private static final double DROP = 0.5;
    private static final int LONG_WINDOWS = 100;
    private static final int WARM_UP = 5;
    private static final int WINDOW_ANSWERS = 16;
    private static final long WINDOW_NS = 100_000_000;

    private final long least;
    private final long most;
    private final long step;
    private double limit;
    private double longTerm;
    private long windows;
    private long windowBegan = Long.MIN_VALUE;
    private double windowSum;
    private int windowAnswers;
    private long windowMostInFlight;
    private long droppedAt = Long.MIN_VALUE;

    /** Begins at the most, bytes. @param step how much more is tried, bytes */
    public GradientLimit(long least, long most, long step) {
        if (least < 1 || most < least || step < 1) {
            throw new IllegalArgumentException("least and step must be at least 1, most not below least");
        }
        this.least = least;
        this.most = most;
        this.step = step;
        this.limit = most;
    }

    public long limit() {
        return Math.round(limit);
    }

    /** A request that was sent once was answered. @param inFlight bytes on the way when it was sent, itself included */
    public void answered(long nowNs, long roundTripNs, long inFlight) {
        if (windowAnswers == 0) {
            windowBegan = nowNs;
        }
        windowSum += roundTripNs;
        windowAnswers++;
        windowMostInFlight = Math.max(windowMostInFlight, inFlight);
        if (windowAnswers >= WINDOW_ANSWERS && nowNs - windowBegan >= WINDOW_NS) {
            windowEnded(windowSum / windowAnswers);
            windowSum = 0;
            windowAnswers = 0;
            windowMostInFlight = 0;
        }
    }

    private void windowEnded(double present) {
        windows++;
        double weight = windows <= WARM_UP ? 1.0 / windows : 2.0 / (LONG_WINDOWS + 1);
        longTerm += (present - longTerm) * weight;
        if (longTerm > 2 * present) {
            longTerm *= 0.95; // after a long bad time the average comes down faster
        }
        if (windowMostInFlight < limit / 2) {
            return;
        }
        double gradient = Math.max(LEAST_GRADIENT, Math.min(1, TOLERANCE * longTerm / Math.max(1, present)));
        double wanted = limit * gradient + step;
        limit = clamp(limit * (1 - SMOOTHING) + wanted * SMOOTHING);
    }

    /** The store was too busy for a request, or did not answer it. Those that were on the way together count as one. */
    public void dropped(long sentAtNs, long nowNs) {
        if (droppedAt != Long.MIN_VALUE && sentAtNs - droppedAt <= 0) {
            return;
        }
        droppedAt = nowNs;
        limit = clamp(limit * DROP);
    }

    /**
     * Time passes. A limit that was cut and is not reached any more would stay cut for ever, because only what is used teaches.
     *
     * @param inFlight bytes on the way now
     */
    public void rest(long nowNs, long inFlight) {
        boolean calm = droppedAt == Long.MIN_VALUE || nowNs - droppedAt > 2_000_000_000L;
        if (calm && inFlight < limit / 2) {
            limit = clamp(limit + step * SMOOTHING);
        }
    }

    private double clamp(double value) {
        return Math.max(least, Math.min(most, value));
    }
}
