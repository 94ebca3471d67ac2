package dev.sinal.contracts.read;

import io.vertx.core.Future;

/**
 * A read as rows: the cursor and the merger together, for readers that decode where they pull.
 *
 * <p>Use: while {@link #fill} answers true, take rows with {@link #advance} and {@link #row} until it is false. {@link #close} when done early.
 */
public final class RowReader {
    private final ReadCursor cursor;
    private final RowMerger merger;
    private boolean all;
    private long weight;

    private RowReader(ReadCursor cursor, RowMerger merger) {
        this.cursor = cursor;
        this.merger = merger;
        Long before = cursor.before();
        if (before != null) {
            merger.onlyBefore(before);
        }
    }

    public static Future<RowReader> open(ReadClient client, ReadQuery query, ColumnChoice choice) {
        return client.open(query).map(cursor -> new RowReader(cursor, RowMerger.of(query, cursor.opened(), choice)));
    }

    public ReadOpened opened() {
        return cursor.opened();
    }

    /** Pulls one frame. @return false when the read had ended before: no row follows any more */
    public Future<Boolean> fill() {
        if (all) {
            return Future.succeededFuture(false);
        }
        return cursor.next().map(entries -> {
            merger.addAll(entries);
            weight = entries.stream().mapToInt(ReadFrame.Entry::bytes).sum();
            all = cursor.ended() || cursor.exhausted();
            if (all) {
                merger.end();
            }
            return true;
        });
    }

    /** Bytes of the chunks that came with the last {@link #fill}. */
    public long weight() {
        return weight;
    }

    /** The read was cut short ({@link ReadFrame#before}): when rows are missing at its end, it has to be read anew without {@link ReadQuery#rows}. */
    public boolean cutShort() {
        return cursor.before() != null;
    }

    public boolean advance() {
        return merger.advance();
    }

    public Row row() {
        return merger.row();
    }

    /** See {@link ReadCursor#keep}. */
    public void keep() {
        cursor.keep();
    }

    public void close() {
        cursor.close();
    }
}
