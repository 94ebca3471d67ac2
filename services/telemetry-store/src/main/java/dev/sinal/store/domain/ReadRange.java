package dev.sinal.store.domain;

import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.contracts.read.RowKey;
import org.jspecify.annotations.Nullable;

/**
 * The time range of a read in terms of chunks. A chunk may begin up to an hour before its samples of interest.
 *
 * @param scanFrom smallest first stamp of a chunk to look at
 * @param from smallest last stamp of a chunk to look at
 * @param to first stamps are below this
 */
public record ReadRange(long scanFrom, long from, long to) {
    public static ReadRange of(ReadQuery query) {
        long from = orElse(query.from(), Long.MIN_VALUE);
        RowKey after = ReadQuery.TIME.equals(query.order()) ? query.after() : null;
        if (after != null) {
            from = Math.max(from, after.timestamp());
        }
        return from(from, orElse(query.to(), Long.MAX_VALUE));
    }

    /** @param from inclusive @param to exclusive */
    public static ReadRange from(long from, long to) {
        long scanFrom = from < Long.MIN_VALUE + ChunkRow.MAX_SPAN_NS ? Long.MIN_VALUE : from - ChunkRow.MAX_SPAN_NS;
        return new ReadRange(scanFrom, from, to);
    }

    private static long orElse(@Nullable Long value, long otherwise) {
        return value == null ? otherwise : value;
    }
}
