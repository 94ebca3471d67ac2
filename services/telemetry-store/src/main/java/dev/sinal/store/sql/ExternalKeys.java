package dev.sinal.store.sql;

import dev.sinal.contracts.ExternalWrite.Once;
import dev.sinal.contracts.RpcError;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import org.jspecify.annotations.Nullable;

/** Which writes of external agents are stored already: the same transaction says so that stores the samples. */
final class ExternalKeys {
    /** Waits for another transaction that has claimed the same key, until it ends. */
    private static final String CLAIM = """
            INSERT INTO telemetry.external_writes (key, agent_id, digest, samples) VALUES ($1, $2, $3, $4)
                ON CONFLICT DO NOTHING
            """;

    private static final String STORED = """
            SELECT digest, samples FROM telemetry.external_writes WHERE key = $1 AND agent_id = $2
            """;

    private static final String FORGET = """
            DELETE FROM telemetry.external_writes WHERE at < now() - interval '24 hours'
            """;

    private ExternalKeys() {}

    /** @return null when the key is new and now claimed; else how many samples the first write stored. Fails with IMPOSSIBLE for another content */
    static Future<@Nullable Long> claim(SqlConnection connection, String agentId, Once once, long samples) {
        return connection
                .preparedQuery(CLAIM)
                .execute(Tuple.of(once.key(), agentId, once.digest(), samples))
                .compose(claimed -> claimed.rowCount() == 1
                        ? Future.succeededFuture()
                        : connection
                                .preparedQuery(STORED)
                                .execute(Tuple.of(once.key(), agentId))
                                .map(rows -> stored(rows.iterator().next(), once)));
    }

    private static Long stored(Row row, Once once) {
        if (!row.getString("digest").equals(once.digest())) {
            throw RpcError.impossible(
                    "idempotency_key_reused", "this Idempotency-Key was used with another body; take a new one");
        }
        return row.getLong("samples");
    }

    static Future<Void> forgetOld(Pool pool) {
        return pool.query(FORGET).execute().mapEmpty();
    }
}
