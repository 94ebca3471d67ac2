package dev.sinal.store.domain;

import java.util.NavigableMap;

/**
 * What is known of an epoch before a plot of it is read.
 *
 * @param from first sample, UTC ns
 * @param to last sample, UTC ns, inclusive
 * @param finest level; above {@link RollupLevels#COARSEST} when nothing has been rolled up
 * @param complete whether every packed sample is in the finest level
 * @param levels what each level holds
 */
public record RolledEpoch(
        long epoch, long from, long to, int finest, boolean complete, NavigableMap<Integer, Level> levels) {

    /**
     * @param seq it holds the samples up to here
     * @param maxSpan longest te - ts of its rows, ns
     * @param openTs smallest ts of its rows that no row of the next level holds; {@link Long#MAX_VALUE} when there are none
     */
    public record Level(long seq, long maxSpan, long openTs) {}

    /** The last sample that is rolled up; 0 for none. */
    long seq() {
        Level level = levels.get(finest);
        return level == null ? 0 : level.seq();
    }
}
