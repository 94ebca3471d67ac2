package dev.sinal.store.domain;

/**
 * What packing knows of a hot row before it takes its chunk.
 *
 * @param id column id
 * @param ts smallest stamp, UTC ns
 * @param te largest stamp, UTC ns
 * @param tx transaction that stored it, unsigned
 * @param slot hour of arrival by the clock of the database, since 1970
 * @param bytes of its chunk
 */
public record HotRow(long id, long firstSeq, int n, long ts, long te, long tx, int slot, int channels, int bytes) {
    private static final long HOUR_NS = 3_600_000_000_000L;

    public long lastSeq() {
        return firstSeq + n - 1;
    }

    /** Until when it arrived at the latest, UTC ns. */
    long arrivedBy() {
        return (slot + 1L) * HOUR_NS;
    }
}
