package dev.sinal.ingest.domain;

/** Sees suspend and jumps of the wall clock: it then no longer advances as the monotonic clock does. */
public final class WallWatch {
    private static final long STEP_NS = 10_000_000L;

    private boolean started;
    private long ahead;
    private double lastLsl;
    private boolean suspected;

    /** To be called regularly. @return ns the wall clock has jumped by, 0 when it has not; a jump is told once two readings show it */
    public long jumped(Moment now) {
        long difference = now.wallAhead() - ahead;
        // A disciplined clock is slewed by at most 500 ppm.
        double allowed = STEP_NS + Math.max(0, now.lsl() - lastLsl) * 1e9 * ClockTrack.MAX_SLEW;
        if (!started || Math.abs(difference) <= allowed) {
            started = true;
            suspected = false;
            ahead = now.wallAhead();
            lastLsl = now.lsl();
            return 0;
        }
        if (!suspected) {
            suspected = true;
            return 0;
        }
        suspected = false;
        ahead = now.wallAhead();
        lastLsl = now.lsl();
        return difference;
    }
}
