package dev.sinal.store.sql;

import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.read.ReadClient;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgConnection;
import io.vertx.serviceproxy.ServiceException;
import io.vertx.sqlclient.SqlConnection;
import org.jspecify.annotations.Nullable;

/** Ends a statement on the server for whom nobody waits any more, so that its connection is free for others. Confined to one event loop. */
public final class Stop {
    private @Nullable SqlConnection running;
    private boolean stopped;
    private boolean cancelling;

    /** From now on a stop is one of this connection. */
    void on(SqlConnection connection) {
        running = connection;
    }

    /** Fails when there is nobody to go on for. */
    Future<Void> check() {
        return stopped ? Future.failedFuture(gone()) : Future.succeededFuture();
    }

    /** Nothing runs any more that may be stopped. */
    void off() {
        running = null;
    }

    /** The reader went away. */
    public void now() {
        if (!stopped) {
            stopped = true;
            cancelRunning();
        }
    }

    /** It took too long; the next try of the same read may run. */
    void timedOut() {
        cancelRunning();
    }

    private void cancelRunning() {
        if (running != null) {
            cancelling = true;
            cancel(running);
        }
    }

    /** A request to cancel is or was under way: it may meet a later statement of the connection. */
    boolean cancelling() {
        return cancelling;
    }

    /** What a statement that was stopped says, instead of the server's words; others stay as they are. */
    <T> Future<T> explain(Future<T> statement) {
        return statement.recover(failure -> Future.failedFuture(stopped ? gone() : failure));
    }

    private static ServiceException gone() {
        return RpcError.UNAVAILABLE.exception(
                "nobody waits for this read any more", new JsonObject().put("code", ReadClient.READER_GONE));
    }

    /** Best effort: a server that does not take it has a limit for statements of its own. */
    static Future<Void> cancel(SqlConnection connection) {
        return PgConnection.cast(connection).cancelRequest().otherwiseEmpty();
    }
}
