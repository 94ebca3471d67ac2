package dev.sinal.store.sql;

import dev.sinal.contracts.PinQuery;
import dev.sinal.contracts.PinRecord;
import dev.sinal.contracts.PinRequest;
import dev.sinal.contracts.RpcError;
import dev.sinal.store.domain.ChunkRow;
import dev.sinal.store.domain.Expiry;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is kept whatever retention says (ADR 0027). Whoever makes a pin holds a lock that others who make one share; whoever decides to remove something holds
 * it alone: so a pin is either seen by the decision, or sees what was decided.
 */
public final class PinTable {
    static final int MOST_PINS = 1_000;
    private static final int MOST_ID = 128;
    private static final int MOST_REASON = 500;

    private static final long LOCK = 0x70696e73L;
    private static final String SHARED = "SELECT pg_advisory_xact_lock_shared(" + LOCK + ")";
    private static final String ALONE = "SELECT pg_advisory_xact_lock(" + LOCK + ")";

    private static final String COUNT = "SELECT count(*) FROM telemetry.pins";

    /** Days that were decided on and are not gone are not counted by stream yet. */
    private static final String FIND = """
            SELECT p.id, p.agent_id, p.stream, p.from_ts, p.to_ts, p.reason, p.created_by, p.created_at,
                   ARRAY(SELECT d.day FROM telemetry.expired_days d
                          WHERE d.day BETWEEN p.first_day AND p.last_day
                            AND (d.finished_at IS NULL OR EXISTS (
                                 SELECT FROM telemetry.streams s JOIN telemetry.expired x ON x.stream_id = s.stream_id
                                  WHERE s.agent_id = p.agent_id AND (p.stream IS NULL OR p.stream IN (s.stream_id, s.name))
                                    AND x.first_ts < (d.day + 1) * 86400000000000 AND x.last_ts >= d.day * 86400000000000))
                          ORDER BY d.day) AS days
              FROM telemetry.pins p
             WHERE ($1::text IS NULL OR p.agent_id = $1) AND ($2::text IS NULL OR p.id = $2)
             ORDER BY p.created_at DESC, p.id LIMIT $3
            """;

    private static final String ADD = """
            INSERT INTO telemetry.pins (id, agent_id, stream, from_ts, to_ts, first_day, last_day, reason, created_by, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint * 1000)
            """;

    private static final String BEING_DELETED = """
            SELECT d.id FROM telemetry.deletions d
             WHERE d.finished_at IS NULL AND d.agent_id = $1 AND COALESCE(d.from_ts < $4, true) AND COALESCE(d.to_ts > $3, true)
               AND EXISTS (SELECT FROM telemetry.deletion_epochs e WHERE e.deletion_id = d.id AND e.stream_id = ANY ($2))
             LIMIT 1
            """;

    private static final String REMOVE = "DELETE FROM telemetry.pins WHERE id = $1 RETURNING agent_id";

    private static final String LOG = """
            INSERT INTO telemetry.logs (agent_id, ts, level, source, message, data)
            VALUES ($1, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint * 1000, 1, 'telemetry-store', $2, $3::text::json)
            """;

    /** Of the pins that touch a day, how far they reach. */
    private static final String PINNED_UNTIL =
            "SELECT max(last_day) FROM telemetry.pins WHERE first_day <= $1 AND last_day >= $1";

    private final Pool pool;

    public PinTable(Pool pool) {
        this.pool = pool;
    }

    /** Until the transaction ends nobody makes a pin. */
    static Future<Void> lockOut(SqlConnection tx) {
        return tx.query(ALONE).execute().mapEmpty();
    }

    /** The last day of the pins that touch a day; null when there is none. @param day since 1970 */
    static Future<@Nullable Integer> pinnedUntil(SqlClient client, long day) {
        return client.preparedQuery(PINNED_UNTIL)
                .execute(Tuple.of(Math.toIntExact(day)))
                .map(rows -> rows.iterator().next().getInteger(0));
    }

    /** Answered when it holds. Fails with INVALID_PARAMS, CONFLICT. */
    public Future<PinRecord> add(PinRequest request) {
        RuntimeException wrong = wrong(request);
        if (wrong != null) {
            return Future.failedFuture(wrong);
        }
        String id = request.id() == null ? UUID.randomUUID().toString() : request.id();
        return pool.withTransaction(tx -> tx.query(SHARED)
                        .execute()
                        .compose(locked -> one(tx, id))
                        .compose(known -> known == null ? store(tx, id, request) : same(known, request)))
                .recover(failure -> Future.failedFuture(Reads.typed(failure)));
    }

    private static @Nullable RuntimeException wrong(PinRequest request) {
        String id = request.id();
        String reason = request.reason();
        Long from = request.from();
        Long to = request.to();
        if (id != null && (id.isEmpty() || id.length() > MOST_ID || id.indexOf('\0') >= 0)) {
            return RpcError.invalid("id", "must have 1 to " + MOST_ID + " characters");
        }
        if (reason == null || reason.isBlank() || reason.length() > MOST_REASON || reason.indexOf('\0') >= 0) {
            return RpcError.invalid("reason", "must have 1 to " + MOST_REASON + " characters: it tells people why");
        }
        if (from == null && to == null && !request.all()) {
            return RpcError.invalid(
                    "start_date", "name start_date or end_date, or say all=true to keep everything for ever");
        }
        return from != null && to != null && from >= to
                ? RpcError.invalid("end_date", "must be after start_date; a range is start <= t < end")
                : null;
    }

    private static Future<PinRecord> store(SqlConnection tx, String id, PinRequest request) {
        return tx.query(COUNT)
                .execute()
                .compose(rows -> rows.iterator().next().getLong(0) < MOST_PINS
                        ? DeletionTable.streams(tx, request.agentId(), request.stream())
                        : RpcError.CONFLICT.fail(
                                "there are " + MOST_PINS
                                        + " pins, which is the most; remove some, or pin longer ranges",
                                new JsonObject().put("limit", MOST_PINS)))
                .compose(streams -> beingDeleted(tx, request, List.copyOf(streams.keySet())))
                .compose(free -> tx.preparedQuery(ADD).execute(values(id, request)))
                .compose(added -> log(
                        tx,
                        request.agentId(),
                        "data pinned by " + request.requestedBy() + ": " + request.reason(),
                        new JsonObject()
                                .put("pin", id)
                                .put("stream", request.stream())
                                .put("from", request.from())
                                .put("to", request.to())))
                .compose(logged -> one(tx, id))
                .map(Objects::requireNonNull);
    }

    private static Future<Void> beingDeleted(SqlConnection tx, PinRequest request, List<String> streams) {
        return tx.preparedQuery(BEING_DELETED)
                .execute(Tuple.tuple()
                        .addString(request.agentId())
                        .addArrayOfString(streams.toArray(String[]::new))
                        .addLong(DeletionTable.from(request.from()))
                        .addLong(DeletionTable.to(request.to())))
                .compose(rows -> rows.size() == 0
                        ? Future.succeededFuture()
                        : RpcError.CONFLICT.fail(
                                "deletion " + rows.iterator().next().getString(0)
                                        + " is removing some of it; pin what is left when it is finished",
                                new JsonObject()
                                        .put("deletion", rows.iterator().next().getString(0))));
    }

    private static Tuple values(String id, PinRequest request) {
        long from = DeletionTable.from(request.from());
        long to = DeletionTable.to(request.to());
        return Tuple.tuple()
                .addString(id)
                .addString(request.agentId())
                .addString(request.stream())
                .addLong(request.from())
                .addLong(request.to())
                .addInteger((int) Math.floorDiv(from, ChunkRow.DAY_NS))
                .addInteger(request.to() == null ? Integer.MAX_VALUE : (int) Math.floorDiv(to - 1, ChunkRow.DAY_NS))
                .addString(request.reason())
                .addString(request.requestedBy());
    }

    private static Future<PinRecord> same(PinRecord known, PinRequest request) {
        boolean same = known.agentId().equals(request.agentId())
                && Objects.equals(known.stream(), request.stream())
                && Objects.equals(known.from(), request.from())
                && Objects.equals(known.to(), request.to())
                && known.reason().equals(request.reason());
        return same
                ? Future.succeededFuture(known)
                : RpcError.CONFLICT.fail(
                        "another pin has the id " + known.id(), new JsonObject().put("id", known.id()));
    }

    /** Fails with NOT_FOUND. */
    public Future<Void> remove(String id, String requestedBy) {
        return pool.withTransaction(tx -> tx.preparedQuery(REMOVE)
                        .execute(Tuple.of(id))
                        .compose(rows -> rows.size() == 0
                                ? RpcError.NOT_FOUND.fail("there is no pin " + id)
                                : log(
                                        tx,
                                        rows.iterator().next().getString(0),
                                        "pin removed by " + requestedBy,
                                        new JsonObject().put("pin", id))))
                .recover(failure -> Future.failedFuture(Reads.typed(failure)));
    }

    private static Future<Void> log(SqlConnection tx, String agentId, String message, JsonObject data) {
        return tx.preparedQuery(LOG)
                .execute(Tuple.of(agentId, message, data.encode()))
                .mapEmpty();
    }

    public Future<List<PinRecord>> find(PinQuery query) {
        int limit = query.limit() <= 0 ? MOST_PINS : Math.min(query.limit(), MOST_PINS);
        return find(pool, query.agentId(), query.id(), limit)
                .recover(failure -> Future.failedFuture(Reads.typed(failure)));
    }

    private static Future<@Nullable PinRecord> one(SqlClient client, String id) {
        return find(client, null, id, 1).map(found -> found.isEmpty() ? null : found.get(0));
    }

    private static Future<List<PinRecord>> find(
            SqlClient client, @Nullable String agentId, @Nullable String id, int limit) {
        return client.preparedQuery(FIND)
                .execute(Tuple.of(agentId, id, limit))
                .map(rows -> Reads.all(rows, PinTable::pin));
    }

    private static PinRecord pin(Row row) {
        Long from = row.getLong("from_ts");
        Long to = row.getLong("to_ts");
        return new PinRecord(
                row.getString("id"),
                row.getString("agent_id"),
                row.getString("stream"),
                from,
                to,
                row.getString("reason"),
                row.getString("created_by"),
                row.getLong("created_at"),
                parts(row.getArrayOfIntegers("days"), from, to));
    }

    /** Days in one stretch are one part. */
    private static List<PinRecord.Part> parts(Integer[] days, @Nullable Long from, @Nullable Long to) {
        List<PinRecord.Part> parts = new ArrayList<>();
        for (int i = 0, end; i < days.length; i = end) {
            end = i + 1;
            while (end < days.length && days[end] == days[end - 1] + 1) {
                end++;
            }
            long begins = Expiry.begins(days[i]);
            long ends = Expiry.begins(days[end - 1] + 1L);
            parts.add(new PinRecord.Part(
                    from == null ? begins : Math.max(begins, from), to == null ? ends : Math.min(ends, to)));
        }
        return parts;
    }
}
