package dev.sinal.ingest.domain;

import org.jspecify.annotations.Nullable;

/**
 * Finds stamps of a regular stream that are more than 1.5 periods apart. A stream that jumps all the time (jittering stamps) is told of in
 * summary: 20 single findings in ten seconds, then one for the rest of them.
 */
final class StampJumps {
    private static final int SINGLE = 20;
    private static final double WINDOW_S = 10;

    private final double rateHz;
    private double windowStart = Double.NEGATIVE_INFINITY;
    private int found;
    private @Nullable GapFinding rest;
    private int restCount;

    StampJumps(double rateHz) {
        this.rateHz = rateHz;
    }

    /** @return the jump, if there is one and it is to be told now */
    @Nullable
    GapFinding seen(long epoch, double rawBefore, double raw, long before, long utc, double lslNow) {
        if (rateHz <= 0 || !((raw - rawBefore) * rateHz > 1.5)) {
            return null;
        }
        if (lslNow - windowStart >= WINDOW_S && rest == null) {
            windowStart = lslNow;
            found = 0;
        }
        long missing = Math.max(0, Math.round((raw - rawBefore) * rateHz) - 1);
        if (++found <= SINGLE) {
            return new GapFinding(
                    epoch, before, utc, missing, GapFinding.STAMP_JUMP, "raw stamps " + rawBefore + " and " + raw);
        }
        restCount++;
        long sum = rest == null || rest.estimated() == null ? 0 : rest.estimated();
        rest = new GapFinding(
                epoch,
                rest == null ? before : rest.from(),
                utc,
                sum + missing,
                GapFinding.STAMP_JUMP,
                restCount + " jumps of the stamps; samples between them are stored");
        return null;
    }

    /** The summary, once its window is over. @param now false: whatever there is, because the epoch ends */
    @Nullable
    GapFinding summary(double lslNow, boolean ending) {
        if (rest == null || (!ending && lslNow - windowStart < WINDOW_S)) {
            return null;
        }
        GapFinding told = rest;
        rest = null;
        restCount = 0;
        return told;
    }
}
