package dev.sinal.store.sql;

import dev.sinal.contracts.read.ReadFrame;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;

/** A long read: one snapshot of the database, held on a connection of its own until it is closed. */
public final class ReadSession {
    /** Without sorting, the planner walks the index that has the order; left to itself it may read and sort a whole partition for a page. */
    private static final String BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL enable_sort = off";

    private final SqlConnection connection;
    private final Reads reads;
    private final DamagedRows damaged;
    private final ReadPages pages;
    private boolean closed;
    private boolean reading;

    ReadSession(SqlConnection connection, Reads reads, DamagedRows damaged, ReadPages pages) {
        this.connection = connection;
        this.reads = reads;
        this.damaged = damaged;
        this.pages = pages;
    }

    static Future<Void> begin(SqlConnection connection) {
        return connection.query(BEGIN).execute().mapEmpty();
    }

    /** Bytes of a chunk that the reader has a part of. */
    public int held() {
        return pages.held();
    }

    public Future<ReadFrame> next() {
        reading = true;
        return damaged.before(reads.run(() -> pages.next(connection).onComplete(done -> reading = false)));
    }

    /** Gives the connection back; safe to call again. A statement that still runs is stopped on the server. */
    public Future<Void> close() {
        if (closed) {
            return Future.succeededFuture();
        }
        closed = true;
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
