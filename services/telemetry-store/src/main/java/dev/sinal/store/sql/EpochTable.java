package dev.sinal.store.sql;

import dev.sinal.contracts.ChunkEnvelope;
import dev.sinal.contracts.EpochIds;
import dev.sinal.contracts.Wire;
import dev.sinal.store.domain.EpochKey;
import dev.sinal.store.domain.EpochState;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Streams and their epochs, made from what comes with the first chunk. */
public final class EpochTable {
    private static final long NANOS_PER_MS = 1_000_000;

    private static final String ADD_STREAMS = """
            INSERT INTO telemetry.streams AS s (stream_id, agent_id, name, last_epoch, descriptor)
            SELECT r.stream_id, r.agent_id, r.name, r.epoch, r.descriptor::jsonb
              FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[])
                AS r (stream_id, agent_id, name, epoch, descriptor)
             ORDER BY r.stream_id
            ON CONFLICT (stream_id) DO UPDATE
               SET name = excluded.name, last_epoch = excluded.last_epoch, descriptor = excluded.descriptor
             WHERE s.last_epoch < excluded.last_epoch
            """;

    private static final String ADD_EPOCHS = """
            INSERT INTO telemetry.stream_epochs (stream_id, epoch, node, fence, descriptor, opened_at)
            SELECT r.stream_id, r.epoch, r.node, r.fence, r.descriptor::jsonb, r.opened_at
              FROM unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[], $5::text[], $6::bigint[])
                AS r (stream_id, epoch, node, fence, descriptor, opened_at)
             ORDER BY r.stream_id, r.epoch
            ON CONFLICT DO NOTHING
            """;

    private static final String STATES = """
            SELECT e.stream_id, e.epoch, e.fence, e.committed_seq
              FROM unnest($1::text[], $2::bigint[]) AS k (stream_id, epoch)
              JOIN telemetry.stream_epochs e ON e.stream_id = k.stream_id AND e.epoch = k.epoch
            """;

    private EpochTable() {}

    /** Makes the rows that are missing; the newest epoch names the stream. */
    static Future<Void> register(SqlClient client, Collection<ChunkEnvelope> envelopes) {
        Map<String, ChunkEnvelope> newest = new HashMap<>();
        Map<EpochKey, ChunkEnvelope> epochs = new LinkedHashMap<>();
        for (ChunkEnvelope envelope : envelopes) {
            newest.merge(envelope.stream().id(), envelope, (a, b) -> a.epoch() >= b.epoch() ? a : b);
            epochs.putIfAbsent(new EpochKey(envelope.stream().id(), envelope.epoch()), envelope);
        }
        return client.preparedQuery(ADD_STREAMS)
                .execute(streams(newest.values()))
                .compose(done -> client.preparedQuery(ADD_EPOCHS).execute(epochs(epochs.values())))
                .mapEmpty();
    }

    static Future<Map<EpochKey, EpochState>> states(Pool pool, List<EpochKey> keys) {
        return pool.preparedQuery(STATES)
                .execute(Tuple.tuple()
                        .addArrayOfString(keys.stream().map(EpochKey::streamId).toArray(String[]::new))
                        .addArrayOfLong(keys.stream().map(EpochKey::epoch).toArray(Long[]::new)))
                .map(rows -> {
                    Map<EpochKey, EpochState> states = new HashMap<>();
                    for (Row row : rows) {
                        states.put(
                                new EpochKey(row.getString("stream_id"), row.getLong("epoch")),
                                new EpochState(row.getLong("fence"), row.getLong("committed_seq")));
                    }
                    return states;
                });
    }

    private static Tuple streams(Collection<ChunkEnvelope> envelopes) {
        return Tuple.tuple()
                .addArrayOfString(texts(envelopes, e -> e.stream().id()))
                .addArrayOfString(texts(envelopes, e -> e.stream().agentId()))
                .addArrayOfString(texts(envelopes, e -> e.stream().name()))
                .addArrayOfLong(envelopes.stream().map(ChunkEnvelope::epoch).toArray(Long[]::new))
                .addArrayOfString(texts(envelopes, e -> Wire.write(e.stream()).encode()));
    }

    private static Tuple epochs(Collection<ChunkEnvelope> envelopes) {
        return Tuple.tuple()
                .addArrayOfString(texts(envelopes, e -> e.stream().id()))
                .addArrayOfLong(envelopes.stream().map(ChunkEnvelope::epoch).toArray(Long[]::new))
                .addArrayOfString(texts(envelopes, ChunkEnvelope::node))
                .addArrayOfLong(envelopes.stream().map(ChunkEnvelope::fence).toArray(Long[]::new))
                .addArrayOfString(texts(envelopes, e -> Wire.write(e.stream()).encode()))
                .addArrayOfLong(envelopes.stream()
                        .map(e -> EpochIds.openedAtMillis(e.epoch()) * NANOS_PER_MS)
                        .toArray(Long[]::new));
    }

    private static String[] texts(Collection<ChunkEnvelope> envelopes, Function<ChunkEnvelope, String> field) {
        return envelopes.stream().map(field).toArray(String[]::new);
    }
}
