package dev.sinal.store.sql;

import dev.sinal.contracts.ExternalWrite.Once;
import dev.sinal.contracts.RpcError;
import dev.sinal.store.domain.ExternalPush;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which writes of external agents are stored already: the same transaction says so that stores the samples. */
final class ExternalKeys {
    /** Waits for other transactions that have claimed the same keys, until they end; in one order, so that two never wait for each other. */
    private static final String CLAIM = """
            INSERT INTO telemetry.external_writes (key, agent_id, digest, samples)
            SELECT r.key, r.agent_id, r.digest, r.samples
              FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) AS r (key, agent_id, digest, samples)
             ORDER BY r.key COLLATE "C", r.agent_id COLLATE "C"
                ON CONFLICT DO NOTHING
            RETURNING key, agent_id
            """;

    private static final String STORED = """
            SELECT w.key, w.agent_id, w.digest, w.samples
              FROM unnest($1::text[], $2::text[]) AS r (key, agent_id)
              JOIN telemetry.external_writes w ON w.key = r.key AND w.agent_id = r.agent_id
            """;

    private static final String FORGET = """
            DELETE FROM telemetry.external_writes WHERE at < now() - interval '24 hours'
            """;

    private ExternalKeys() {}

    /** A key as the table has it. */
    record Place(String key, String agentId) {}

    private record Keyed(ExternalPush push, Once once) {
        Place place() {
            return new Place(once.key(), push.agentId());
        }
    }

    static boolean keyed(ExternalPush push) {
        return push.once() != null;
    }

    /**
     * Claims the keys that are new.
     *
     * @param pushes of different keys; those without one are passed over
     * @return what is known of the others: how many samples the first write stored, or IMPOSSIBLE for another content
     */
    static Future<Map<ExternalPush, WriteAnswer>> claim(SqlConnection connection, List<ExternalPush> pushes) {
        Map<Place, Keyed> keyed = new HashMap<>();
        for (ExternalPush push : pushes) {
            Once once = push.once();
            if (once != null) {
                Keyed one = new Keyed(push, once);
                keyed.put(one.place(), one);
            }
        }
        if (keyed.isEmpty()) {
            return Future.succeededFuture(Map.of());
        }
        List<Keyed> all = List.copyOf(keyed.values());
        return connection
                .preparedQuery(CLAIM)
                .execute(places(all)
                        .addArrayOfString(
                                all.stream().map(one -> one.once().digest()).toArray(String[]::new))
                        .addArrayOfLong(
                                all.stream().map(one -> one.push().samples()).toArray(Long[]::new)))
                .compose(claimed -> {
                    for (Row row : claimed) {
                        keyed.remove(place(row));
                    }
                    return keyed.isEmpty() ? Future.succeededFuture(Map.of()) : stored(connection, keyed);
                });
    }

    private static Future<Map<ExternalPush, WriteAnswer>> stored(SqlConnection connection, Map<Place, Keyed> taken) {
        return connection
                .preparedQuery(STORED)
                .execute(places(new ArrayList<>(taken.values())))
                .map(rows -> {
                    Map<ExternalPush, WriteAnswer> answers = new HashMap<>();
                    // One that was forgotten between the two statements is a day old: the next attempt is a new write.
                    taken.values()
                            .forEach(one -> answers.put(
                                    one.push(),
                                    WriteAnswer.failed(RpcError.UNAVAILABLE.exception("the key expired; try again"))));
                    for (Row row : rows) {
                        Keyed one = taken.get(place(row));
                        if (one != null) {
                            answers.put(one.push(), answer(row, one.once()));
                        }
                    }
                    return answers;
                });
    }

    private static WriteAnswer answer(Row row, Once once) {
        return row.getString("digest").equals(once.digest())
                ? WriteAnswer.repeated(row.getLong("samples"))
                : WriteAnswer.failed(RpcError.impossible(
                        "idempotency_key_reused", "this Idempotency-Key was used with another body; take a new one"));
    }

    private static Place place(Row row) {
        return new Place(row.getString("key"), row.getString("agent_id"));
    }

    private static Tuple places(List<Keyed> keyed) {
        return Tuple.tuple()
                .addArrayOfString(keyed.stream().map(one -> one.once().key()).toArray(String[]::new))
                .addArrayOfString(
                        keyed.stream().map(one -> one.push().agentId()).toArray(String[]::new));
    }

    static Future<Void> forgetOld(Pool pool) {
        return pool.query(FORGET).execute().mapEmpty();
    }
}
