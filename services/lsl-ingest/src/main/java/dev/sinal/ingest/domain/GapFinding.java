package dev.sinal.ingest.domain;

import org.jspecify.annotations.Nullable;

/**
 * A stretch that is missing, before it is given its stream.
 *
 * @param epoch that ended or has the hole
 * @param from last sample we have, UTC ns
 * @param to next sample we have, UTC ns; null = still open
 * @param estimated samples; null when nobody can know
 */
public record GapFinding(
        long epoch, long from, @Nullable Long to, @Nullable Long estimated, String cause, String evidence) {
    public static final String DISCONNECTED = "disconnected";
    public static final String OUTLET_RESTART = "outlet_restart";
    public static final String STAMP_JUMP = "stamp_jump";
    public static final String LOG_FULL = "log_full";
    public static final String CLOCK_RESET = "clock_reset";
    public static final String COLLECTOR_DOWN = "collector_down";
    public static final String QUARANTINED = "quarantined";
    /** The store asks for samples that it had committed before: its database was set back. */
    public static final String STORE_LOST = "store_lost";

    /** Samples that a regular stream sends strictly between two others; null for irregular ones. */
    public static @Nullable Long between(long from, long to, double rateHz) {
        return rateHz > 0 ? Math.max(0, Math.round((to - from) / 1e9 * rateHz) - 1) : null;
    }

    /** Whether a regular stream would have sent something in between; always for irregular ones. */
    public static boolean wide(long from, long to, double rateHz) {
        return to > from && (rateHz <= 0 || (to - from) / 1e9 * rateHz > 1.5);
    }
}
