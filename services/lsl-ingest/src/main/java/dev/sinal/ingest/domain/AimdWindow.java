package dev.sinal.ingest.domain;

/**
 * How many chunks of one stream may be on the way: one more for every full window that was acknowledged, half as many when the store was busy
 * or silent.
 *
 * @see "D. Chiu, R. Jain, Analysis of the Increase and Decrease Algorithms for Congestion Avoidance in Computer Networks, 1989"
 */
public final class AimdWindow {
    private static final double DECREASE = 0.5;

    private final int most;
    private double size;

    /** Begins at the most, which is the contract's bound: a healthy store is never waited for. */
    public AimdWindow(int most) {
        if (most < 1) {
            throw new IllegalArgumentException("a window has at least 1 chunk, was " + most);
        }
        this.most = most;
        this.size = most;
    }

    /** Chunks, 1 to the most. */
    public int chunks() {
        return (int) size;
    }

    /** The part of the most that it is, above 0, at most 1. */
    public double share() {
        return (double) chunks() / most;
    }

    public void acknowledged(int chunks) {
        size = Math.min(most, size + chunks / size);
    }

    /** Once for everything that was on the way together. */
    public void congested() {
        size = Math.max(1, size * DECREASE);
    }
}
