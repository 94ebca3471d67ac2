package dev.sinal.store.sql;

import dev.sinal.contracts.read.ReadFrame;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import org.jspecify.annotations.Nullable;

/**
 * A long read: one snapshot of the database, held on a connection of its own until it is closed. A reader of everything finds the next frame there when it asks:
 * the database works while the reader decodes. One frame is read ahead and no more.
 */
public final class ReadSession {
    private static final String BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

    private final SqlConnection connection;
    private final Reads reads;
    private final DamagedRows damaged;
    private final ReadPages pages;
    private boolean closed;
    private boolean reading;
    private boolean inAdvance;
    private @Nullable Future<ReadFrame> ahead;

    ReadSession(SqlConnection connection, Reads reads, DamagedRows damaged, ReadPages pages) {
        this.connection = connection;
        this.reads = reads;
        this.damaged = damaged;
        this.pages = pages;
    }

    static Future<Void> begin(SqlConnection connection) {
        return connection.query(BEGIN).execute().mapEmpty();
    }

    /** Bytes of a chunk that the reader has a part of, and of the frame that was read ahead. */
    public int held() {
        Future<ReadFrame> waiting = ahead;
        return pages.held()
                + (waiting != null && waiting.succeeded() ? waiting.result().bytes() : 0);
    }

    /** From now on, with the next frame first, while the reader is busy with the one before. Not for readers who mostly want one page. */
    public void readAhead() {
        inAdvance = true;
        ahead = fetch();
    }

    /** One at a time. */
    public Future<ReadFrame> next() {
        Future<ReadFrame> waiting = ahead;
        ahead = null;
        return (waiting == null ? fetch() : waiting).onSuccess(frame -> {
            if (inAdvance && !closed && !frame.end()) {
                ahead = fetch();
            }
        });
    }

    private Future<ReadFrame> fetch() {
        reading = true;
        return damaged.before(reads.run(() -> pages.next(connection).onComplete(done -> reading = false)));
    }

    /** Gives the connection back; safe to call again. A statement that still runs is stopped on the server. */
    public Future<Void> close() {
        if (closed) {
            return Future.succeededFuture();
        }
        closed = true;
        ahead = null;
        return reading ? Stop.cancel(connection).eventually(() -> end(connection)) : end(connection);
    }

    static Future<Void> end(SqlConnection connection) {
        // A cancel request may come so late that it meets this statement.
        return rollback(connection)
                .recover(failure -> rollback(connection))
                .eventually(connection::close)
                .mapEmpty();
    }

    private static Future<Void> rollback(SqlConnection connection) {
        return connection.query("ROLLBACK").execute().mapEmpty();
    }
}
