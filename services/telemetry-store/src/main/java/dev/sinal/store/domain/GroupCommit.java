package dev.sinal.store.domain;

/**
 * How long a first chunk waits for company, and how much one statement takes at most; both follow the time that commits take.
 *
 * <p>Wait: half of a smoothed commit, as PostgreSQL advises for its own {@code commit_delay}: waiting costs less than the commit that it
 * saves. Size: additive increase while full statements are quick, multiplicative decrease when one was slow, so that no statement comes near
 * the server's limit and answers keep coming.
 *
 * @see "PostgreSQL documentation, 28.5 WAL Configuration, commit_delay; D. Chiu, R. Jain, Analysis of the Increase and Decrease
 *     Algorithms for Congestion Avoidance in Computer Networks, 1989"
 */
public final class GroupCommit {
    private static final double WEIGHT = 1.0 / 8;
    private static final double DECREASE = 0.5;
    private static final long STEP_BYTES = 1 << 20;

    private final long leastWaitMs;
    private final long mostWaitMs;
    private final long leastBytes;
    private final long mostBytes;
    private final long targetNs;
    private double commitNs;
    private double bytes;

    /**
     * Begins with the least wait and the most bytes.
     *
     * @param mostWaitMs 0 = a chunk never waits for others
     * @param targetMs a statement that takes longer was too large
     */
    public GroupCommit(long leastWaitMs, long mostWaitMs, long leastBytes, long mostBytes, long targetMs) {
        this.leastWaitMs = Math.min(leastWaitMs, mostWaitMs);
        this.mostWaitMs = mostWaitMs;
        this.leastBytes = Math.min(leastBytes, mostBytes);
        this.mostBytes = mostBytes;
        this.targetNs = targetMs * 1_000_000;
        this.bytes = mostBytes;
    }

    /** How long a first chunk waits now, ms. */
    public long waitMs() {
        return Math.max(leastWaitMs, Math.min(mostWaitMs, Math.round(commitNs / 2 / 1e6)));
    }

    /** Most bytes of the next statement. */
    public long bytes() {
        return Math.round(bytes);
    }

    /** Smoothed time of a commit, seconds; 0 before the first. */
    public double commitS() {
        return commitNs / 1e9;
    }

    /** A statement was committed. @param nanos from sending it @param stored bytes of its chunks */
    public void committed(long nanos, long stored) {
        commitNs = commitNs == 0 ? nanos : commitNs + (nanos - commitNs) * WEIGHT;
        if (nanos > targetNs) {
            tooLarge();
        } else if (stored >= bytes && nanos < targetNs / 2) {
            bytes = Math.min(mostBytes, bytes + STEP_BYTES);
        }
    }

    /** A statement took so long that it was given up. */
    public void tooLarge() {
        bytes = Math.max(leastBytes, bytes * DECREASE);
    }
}
