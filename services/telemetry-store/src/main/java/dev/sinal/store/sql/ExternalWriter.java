package dev.sinal.store.sql;

import dev.sinal.contracts.EpochIds;
import dev.sinal.contracts.ExternalWrite.Once;
import dev.sinal.store.domain.ExternalBatch;
import dev.sinal.store.domain.ExternalBatch.Known;
import dev.sinal.store.domain.ExternalBatch.Plan;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Stores what external agents push: numbered under a lock per stream, all streams of a write in one transaction. */
public final class ExternalWriter {
    /** In order of the keys, so that two writes never wait for each other. */
    private static final String LOCK = """
            SELECT pg_advisory_xact_lock(k.key)
              FROM (SELECT hashtextextended(id, 0) AS key FROM unnest($1::text[]) AS s (id) ORDER BY 1) k
            """;

    private static final String KNOWN = """
            SELECT s.stream_id, e.epoch, e.committed_seq, e.descriptor::text AS descriptor, m.last_ts
              FROM telemetry.streams s
             CROSS JOIN LATERAL (SELECT epoch, committed_seq, descriptor FROM telemetry.stream_epochs
                                  WHERE stream_id = s.stream_id ORDER BY epoch DESC LIMIT 1) e
             CROSS JOIN LATERAL (SELECT max(last_ts) AS last_ts FROM telemetry.stream_epochs
                                  WHERE stream_id = s.stream_id) m
             WHERE s.stream_id = ANY ($1)
            """;

    private final Vertx vertx;
    private final Pool pool;
    private final Partitions partitions;
    private final String node;
    private final RandomGenerator random = RandomGenerator.getDefault();

    /** @param node name written into new epochs */
    public ExternalWriter(Vertx vertx, Pool pool, Partitions partitions, String node) {
        this.vertx = vertx;
        this.pool = pool;
        this.partitions = partitions;
        this.node = node;
    }

    /**
     * What became of a write.
     *
     * @param samples that are stored
     * @param plans what was stored now; empty when it had been stored before
     */
    public record Written(long samples, List<Plan> plans) {
        public boolean repeated() {
            return samples > 0 && plans.isEmpty();
        }
    }

    /** All or nothing. @param once null = stored each time it comes */
    public Future<Written> write(String agentId, @Nullable Once once, List<ExternalBatch> batches) {
        if (batches.isEmpty()) {
            return Future.succeededFuture(new Written(0, List.of()));
        }
        List<Long> days = ExternalBatch.days(batches);
        return partitions
                .ensure(days)
                .compose(ready -> pool.withTransaction(connection -> write(connection, agentId, once, batches)))
                .onFailure(failure -> {
                    if (SqlFailure.of(failure) == SqlFailure.COLLISION) {
                        partitions.forget(days);
                    }
                });
    }

    private Future<Written> write(
            SqlConnection connection, String agentId, @Nullable Once once, List<ExternalBatch> batches) {
        String[] ids = batches.stream().map(ExternalBatch::streamId).toArray(String[]::new);
        long samples = batches.stream().mapToLong(ExternalBatch::samples).sum();
        return connection
                .preparedQuery(LOCK)
                .execute(Tuple.of((Object) ids))
                .compose(locked -> once == null
                        ? Future.<@Nullable Long>succeededFuture()
                        : ExternalKeys.claim(connection, agentId, once, samples))
                .compose(before -> before == null
                        ? store(connection, ids, batches).map(plans -> new Written(samples, plans))
                        : Future.succeededFuture(new Written(before, List.of())));
    }

    private Future<List<Plan>> store(SqlConnection connection, String[] ids, List<ExternalBatch> batches) {
        return connection
                .preparedQuery(KNOWN)
                .execute(Tuple.of((Object) ids))
                .compose(rows -> {
                    Map<String, Known> known = new HashMap<>();
                    for (Row row : rows) {
                        known.put(row.getString("stream_id"), known(row));
                    }
                    return vertx.executeBlocking(() -> plan(batches, known), false);
                })
                .compose(plans -> register(connection, plans)
                        .compose(done -> ChunkWriter.storeAll(
                                connection, plans.stream().map(Plan::run).toList()))
                        .map(plans));
    }

    /** Forgets the keys of writes that are a day old. */
    public Future<Void> forgetOldKeys() {
        return ExternalKeys.forgetOld(pool);
    }

    private List<Plan> plan(List<ExternalBatch> batches, Map<String, Known> known) {
        return batches.stream()
                .map(batch -> batch.plan(
                        node,
                        known.get(batch.streamId()),
                        previous -> EpochIds.next(System.currentTimeMillis(), previous, random)))
                .toList();
    }

    private static Future<Void> register(SqlConnection connection, List<Plan> plans) {
        List<Plan> opening = plans.stream().filter(Plan::opens).toList();
        return opening.isEmpty()
                ? Future.succeededFuture()
                : EpochTable.register(
                        connection, opening.stream().map(Plan::envelope).toList());
    }

    private static Known known(Row row) {
        return new Known(
                row.getLong("epoch"),
                row.getLong("committed_seq"),
                Rows.descriptor(row, "descriptor"),
                row.getLong("last_ts"));
    }
}
