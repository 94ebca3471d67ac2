package dev.sinal.store.sql;

import dev.sinal.store.domain.PackedChunk;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;

/** Writes something of its own for each packed chunk, in the same transaction. */
public interface PackCompanion {
    /** Computes on a worker, before the transaction. */
    Statements prepare(PackedChunk chunk);

    /** What there is to write. */
    interface Statements {
        /** Inside the transaction that stores the chunk; a failure undoes both. */
        Future<Void> write(SqlConnection connection);
    }
}
