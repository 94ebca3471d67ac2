package dev.sinal.store.domain;

/** Which UTC days retention is over for. */
public final class Expiry {
    private Expiry() {}

    /**
     * The first UTC day since 1970 of which something is younger than what is kept; all days before it have expired as a whole.
     *
     * @param now UTC ns
     * @param keep ns
     */
    public static long firstKept(long now, long keep) {
        return Math.floorDiv(now - keep, ChunkRow.DAY_NS);
    }

    /** Where a day begins, UTC ns; days that stamps cannot have are at the ends of the type. */
    public static long begins(long day) {
        if (day > Long.MAX_VALUE / ChunkRow.DAY_NS) {
            return Long.MAX_VALUE;
        }
        return day < Long.MIN_VALUE / ChunkRow.DAY_NS ? Long.MIN_VALUE : day * ChunkRow.DAY_NS;
    }
}
