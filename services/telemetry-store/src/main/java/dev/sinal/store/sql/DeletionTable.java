package dev.sinal.store.sql;

import dev.sinal.contracts.DeletionQuery;
import dev.sinal.contracts.DeletionRecord;
import dev.sinal.contracts.DeletionRequest;
import dev.sinal.contracts.EditDistance;
import dev.sinal.contracts.RpcError;
import dev.sinal.store.domain.DataCut;
import dev.sinal.store.domain.DeletedTally;
import dev.sinal.store.domain.EpochKey;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What was asked to be removed, how far that is, and the record of it. */
final class DeletionTable {
    private static final int MOST_READ = 1_000;
    private static final int NEAR = 3;
    /** So far from the ends of int64 that the longest row can be added. */
    private static final long OPEN = Long.MAX_VALUE / 2;

    private static final String STREAMS =
            "SELECT stream_id, name FROM telemetry.streams WHERE agent_id = $1 ORDER BY name, stream_id";

    private static final String ACCEPT = """
            INSERT INTO telemetry.deletions (id, agent_id, stream, from_ts, to_ts, requested_by, requested_at)
            VALUES ($1, $2, $3, $4, $5, $6, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint * 1000)
            """;

    private static final String TOUCHED = """
            SELECT stream_id, epoch, committed_seq FROM telemetry.stream_epochs
             WHERE stream_id = ANY ($1) AND committed_seq > 0 AND first_ts < $3 AND last_ts >= $2
             ORDER BY stream_id, epoch
            """;

    private static final String ACCEPT_EPOCHS =
            "INSERT INTO telemetry.deletion_epochs (deletion_id, stream_id, epoch, up_to_seq)"
                    + " SELECT $4, t.stream_id, t.epoch, t.committed_seq FROM (" + TOUCHED + ") t";

    private static final String NEXT = """
            SELECT id, agent_id, stream, from_ts, to_ts, requested_by FROM telemetry.deletions
             WHERE finished_at IS NULL ORDER BY requested_at, id LIMIT 1
            """;

    private static final String NEXT_EPOCH = """
            SELECT stream_id, epoch, up_to_seq, layer, at_seq FROM telemetry.deletion_epochs
             WHERE deletion_id = $1 AND layer < 2 ORDER BY stream_id, epoch LIMIT 1
            """;

    private static final String PROGRESS = """
            UPDATE telemetry.deletion_epochs
               SET layer = $4, at_seq = $5, samples = samples + $6, superseded = superseded + $7, chunks = chunks + $8,
                   bytes = bytes + $9, first_ts = LEAST(first_ts, $10), last_ts = GREATEST(last_ts, $11)
             WHERE deletion_id = $1 AND stream_id = $2 AND epoch = $3
            """;

    private static final String FAILED = "UPDATE telemetry.deletions SET error = $2 WHERE id = $1";

    private static final String FIND = """
            SELECT d.id, d.agent_id, d.stream, d.from_ts, d.to_ts, d.requested_by, d.requested_at, d.finished_at, d.markers, d.error,
                   p.samples, p.chunks, p.bytes, p.parts::text AS parts
              FROM telemetry.deletions d
             CROSS JOIN LATERAL (
                   SELECT COALESCE(sum(s.samples), 0)::bigint AS samples, COALESCE(sum(s.chunks), 0)::bigint AS chunks,
                          COALESCE(sum(s.bytes), 0)::bigint AS bytes, json_agg(s ORDER BY s.name, s.stream_id) AS parts
                     FROM (SELECT e.stream_id, COALESCE(n.name, e.stream_id) AS name, sum(e.samples)::bigint AS samples,
                                  sum(e.chunks)::bigint AS chunks, sum(e.bytes)::bigint AS bytes, min(e.first_ts) AS first_ts,
                                  max(e.last_ts) AS last_ts
                             FROM telemetry.deletion_epochs e
                             LEFT JOIN telemetry.streams n ON n.stream_id = e.stream_id
                            WHERE e.deletion_id = d.id AND e.samples > 0
                            GROUP BY 1, 2) s) p
             WHERE ($1::text IS NULL OR d.agent_id = $1) AND ($2::text IS NULL OR d.id = $2)
             ORDER BY d.requested_at DESC, d.id LIMIT $3
            """;

    private DeletionTable() {}

    /** A deletion that has to be worked off. @param from UTC ns, inclusive @param to UTC ns, exclusive */
    record Task(String id, String agentId, @Nullable String stream, long from, long to, String requestedBy) {}

    /** Where it is. @param layer see {@link DataRemoval} */
    record Place(EpochKey key, long upToSeq, int layer, long atSeq) {
        DataCut.Range range(Task task) {
            return new DataCut.Range(task.from(), task.to(), upToSeq);
        }
    }

    static long from(@Nullable Long from) {
        return from == null ? -OPEN : Math.max(from, -OPEN);
    }

    static long to(@Nullable Long to) {
        return to == null ? OPEN : Math.min(to, OPEN);
    }

    /** Ids and names of the streams that are meant; fails with INVALID_PARAMS for a name that the agent does not have. */
    static Future<Map<String, String>> streams(SqlClient client, String agentId, @Nullable String wanted) {
        return client.preparedQuery(STREAMS).execute(Tuple.of(agentId)).compose(rows -> {
            Map<String, String> all = new LinkedHashMap<>();
            rows.forEach(row -> all.put(row.getString("stream_id"), row.getString("name")));
            if (wanted == null) {
                return Future.succeededFuture(all);
            }
            Map<String, String> chosen = new LinkedHashMap<>(all);
            chosen.entrySet()
                    .removeIf(one ->
                            !one.getKey().equals(wanted) && !one.getValue().equals(wanted));
            return chosen.isEmpty() ? unknown(agentId, wanted, all) : Future.succeededFuture(chosen);
        });
    }

    private static <T> Future<T> unknown(String agentId, String wanted, Map<String, String> all) {
        List<String> near = all.values().stream()
                .distinct()
                .sorted(Comparator.comparingInt(name -> EditDistance.between(name, wanted)))
                .limit(NEAR)
                .toList();
        String hint = near.isEmpty() ? "" : "; did you mean " + String.join(", ", near) + "?";
        String detail = "agent " + agentId + " has no stream '" + wanted + "'" + hint;
        JsonObject error = new JsonObject().put("pointer", "stream").put("detail", "unknown: " + wanted);
        return RpcError.INVALID_PARAMS.fail(
                detail,
                new JsonObject()
                        .put("code", "unknown_stream")
                        .put("near_matches", new JsonArray(near))
                        .put("errors", new JsonArray().add(error)));
    }

    /** @return its id */
    static Future<String> accept(SqlConnection tx, DeletionRequest request, List<String> streams) {
        String id = UUID.randomUUID().toString();
        return tx.preparedQuery(ACCEPT)
                .execute(Tuple.of(
                        id, request.agentId(), request.stream(), request.from(), request.to(), request.requestedBy()))
                .compose(done -> tx.preparedQuery(ACCEPT_EPOCHS)
                        .execute(touching(request, streams).addString(id)))
                .map(id);
    }

    private static Tuple touching(DeletionRequest request, List<String> streams) {
        return Tuple.tuple()
                .addArrayOfString(streams.toArray(String[]::new))
                .addLong(from(request.from()))
                .addLong(to(request.to()));
    }

    /** Epochs that have samples of the range now, at their beginnings. */
    static Future<List<Place>> touched(SqlClient client, DeletionRequest request, List<String> streams) {
        return client.preparedQuery(TOUCHED)
                .execute(touching(request, streams))
                .map(rows ->
                        Reads.all(rows, row -> new Place(key(row), row.getLong("committed_seq"), DataRemoval.HOT, 0)));
    }

    private static EpochKey key(Row row) {
        return new EpochKey(row.getString("stream_id"), row.getLong("epoch"));
    }

    /** The oldest that is not finished. */
    static Future<@Nullable Task> next(SqlClient client) {
        return client.preparedQuery(NEXT).execute().map(rows -> {
            for (Row row : rows) {
                return new Task(
                        row.getString("id"),
                        row.getString("agent_id"),
                        row.getString("stream"),
                        from(row.getLong("from_ts")),
                        to(row.getLong("to_ts")),
                        row.getString("requested_by"));
            }
            return null;
        });
    }

    /** Null when all epochs are done. */
    static Future<@Nullable Place> nextEpoch(SqlClient client, Task task) {
        return client.preparedQuery(NEXT_EPOCH).execute(Tuple.of(task.id())).map(rows -> {
            for (Row row : rows) {
                return new Place(key(row), row.getLong("up_to_seq"), row.getShort("layer"), row.getLong("at_seq"));
            }
            return null;
        });
    }

    /** @param place where it is now @param tally what was removed on the way there */
    static Future<Void> progress(SqlClient tx, Task task, Place place, DeletedTally tally) {
        return tx.preparedQuery(PROGRESS)
                .execute(Tuple.tuple(new ArrayList<>(List.of(
                                task.id(),
                                place.key().streamId(),
                                place.key().epoch(),
                                (short) place.layer(),
                                place.atSeq(),
                                tally.samples(),
                                tally.superseded(),
                                tally.chunks(),
                                tally.bytes())))
                        .addLong(tally.firstTs())
                        .addLong(tally.lastTs()))
                .mapEmpty();
    }

    static Future<Void> failed(SqlClient client, Task task, String cause) {
        return client.preparedQuery(FAILED).execute(Tuple.of(task.id(), cause)).mapEmpty();
    }

    static Future<List<DeletionRecord>> find(SqlClient client, DeletionQuery query) {
        int limit = query.limit() <= 0 ? MOST_READ : Math.min(query.limit(), MOST_READ);
        return client.preparedQuery(FIND)
                .execute(Tuple.of(query.agentId(), query.id(), limit))
                .map(rows -> Reads.all(rows, DeletionTable::deletion));
    }

    private static DeletionRecord deletion(Row row) {
        List<DeletionRecord.Part> parts = new ArrayList<>();
        String streams = row.getString("parts");
        for (Object one : streams == null ? new JsonArray() : new JsonArray(streams)) {
            JsonObject part = (JsonObject) one;
            parts.add(new DeletionRecord.Part(
                    part.getString("stream_id"),
                    part.getString("name"),
                    part.getLong("samples"),
                    part.getLong("chunks"),
                    part.getLong("bytes"),
                    part.getLong("first_ts"),
                    part.getLong("last_ts")));
        }
        Long finished = row.getLong("finished_at");
        return new DeletionRecord(
                row.getString("id"),
                row.getString("agent_id"),
                row.getString("stream"),
                row.getLong("from_ts"),
                row.getLong("to_ts"),
                finished == null ? DeletionRecord.RUNNING : DeletionRecord.FINISHED,
                row.getString("requested_by"),
                row.getLong("requested_at"),
                finished,
                row.getLong("samples"),
                row.getLong("chunks"),
                row.getLong("bytes"),
                row.getLong("markers"),
                parts,
                row.getString("error"));
    }
}
