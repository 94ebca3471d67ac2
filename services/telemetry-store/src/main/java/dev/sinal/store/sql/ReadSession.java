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

    ReadSession(SqlConnection connection, Reads reads, DamagedRows damaged, ReadPages pages) {
        this.connection = connection;
        this.reads = reads;
        this.damaged = damaged;
        this.pages = pages;
    }

    static Future<Void> begin(SqlConnection connection) {
        return connection.query(BEGIN).execute().mapEmpty();
    }

    public Future<ReadFrame> next() {
        return damaged.before(reads.run(() -> pages.next(connection)));
    }

    /** Gives the connection back; safe to call again. */
    public Future<Void> close() {
        if (closed) {
            return Future.succeededFuture();
        }
        closed = true;
        return end(connection);
    }

    static Future<Void> end(SqlConnection connection) {
        return connection
                .query("ROLLBACK")
                .execute()
                .eventually(connection::close)
                .mapEmpty();
    }
}
