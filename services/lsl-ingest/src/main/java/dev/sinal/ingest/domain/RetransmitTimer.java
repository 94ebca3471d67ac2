package dev.sinal.ingest.domain;

/**
 * How long to wait for an answer: the retransmission timer of TCP. The smoothed round trip plus four times its mean deviation, doubled with
 * every flight that gets no answer, within bounds. By Karn's rule only requests that were sent once are measured: an answer to a repeated one
 * says nothing about how long the first took.
 *
 * @see "RFC 6298, Computing TCP's Retransmission Timer; V. Jacobson, M. Karels, Congestion Avoidance and Control, 1988; P. Karn,
 *     C. Partridge, Improving Round-Trip Time Estimates in Reliable Transport Protocols, 1987"
 */
public final class RetransmitTimer {
    private static final double ALPHA = 1.0 / 8;
    private static final double BETA = 1.0 / 4;
    private static final int DEVIATIONS = 4;
    /** Two group commits may differ by this much without meaning anything, ns. */
    private static final double GRANULARITY = 10e6;

    private final long firstNs;
    private final long leastNs;
    private final long mostNs;
    private double smoothed = -1;
    private double deviation;
    private double timeout;
    private long backedOffAt = Long.MIN_VALUE;

    /** All ms. @param first before anything was measured */
    public RetransmitTimer(long first, long least, long most) {
        if (least < 1 || most < least) {
            throw new IllegalArgumentException(
                    "least must be at least 1 ms and most not below it, were " + least + " and " + most);
        }
        firstNs = clamp(first * 1_000_000L, least * 1_000_000L, most * 1_000_000L);
        leastNs = least * 1_000_000L;
        mostNs = most * 1_000_000L;
        timeout = firstNs;
    }

    /** A request that was sent once was answered. @param roundTripNs at least 0 */
    public void answered(long roundTripNs) {
        double r = Math.max(0, roundTripNs);
        if (smoothed < 0) {
            smoothed = r;
            deviation = r / 2;
        } else {
            deviation = (1 - BETA) * deviation + BETA * Math.abs(smoothed - r);
            smoothed = (1 - ALPHA) * smoothed + ALPHA * r;
        }
        timeout = clamp(Math.round(smoothed + Math.max(GRANULARITY, DEVIATIONS * deviation)), leastNs, mostNs);
    }

    /**
     * A request got no answer in time. Those that were on the way together count as one.
     *
     * @param sentAtNs when it was sent, on the same clock as {@code nowNs}
     */
    public void timedOut(long sentAtNs, long nowNs) {
        if (backedOffAt != Long.MIN_VALUE && sentAtNs - backedOffAt <= 0) {
            return;
        }
        backedOffAt = nowNs;
        timeout = Math.min(mostNs, timeout * 2);
    }

    /** How long to wait now, ms. */
    public long timeoutMs() {
        return Math.max(1, Math.round(timeout / 1e6));
    }

    /** Smoothed round trip, seconds; NaN before the first. */
    public double smoothedS() {
        return smoothed < 0 ? Double.NaN : smoothed / 1e9;
    }

    /** Mean deviation of the round trip, seconds; NaN before the first. */
    public double deviationS() {
        return smoothed < 0 ? Double.NaN : deviation / 1e9;
    }

    private static long clamp(long value, long least, long most) {
        return Math.max(least, Math.min(most, value));
    }
}
