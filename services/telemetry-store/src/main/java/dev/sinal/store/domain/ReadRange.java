package dev.sinal.store.domain;

import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.contracts.read.RowKey;
import org.jspecify.annotations.Nullable;

/**
 * The time range of a read in terms of chunks. A chunk may begin before the range and reach into it.
 *
 * @param scanFrom smallest first stamp of a chunk to look at
 * @param from smallest last stamp of a chunk to look at
 * @param to first stamps are below this
 */
public record ReadRange(long scanFrom, long from, long to) {
    /** @param span longest chunk of the stream, ns */
    public static ReadRange of(ReadQuery query, long span) {
        long from = orElse(query.from(), Long.MIN_VALUE);
        RowKey after = ReadQuery.TIME.equals(query.order()) ? query.after() : null;
        if (after != null) {
            from = Math.max(from, after.timestamp());
        }
        return from(from, orElse(query.to(), Long.MAX_VALUE), span);
    }

    /** @param from inclusive @param to exclusive @param span longest chunk of the stream, ns */
    public static ReadRange from(long from, long to, long span) {
        long scanFrom = from < Long.MIN_VALUE + span ? Long.MIN_VALUE : from - span;
        return new ReadRange(scanFrom, from, to);
    }

    private static long orElse(@Nullable Long value, long otherwise) {
        return value == null ? otherwise : value;
    }
}
