package dev.sinal.store.sql;

import dev.sinal.contracts.MarkerEntry;
import dev.sinal.contracts.MarkerQuery;
import dev.sinal.contracts.RpcError;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Events of experiments, whoever made them. */
public final class MarkerTable {
    private static final int MOST_READ = 10_000;
    private static final int MOST_ID = 128;

    private static final String ADD = "INSERT INTO telemetry.markers (" + MarkerTuple.COLUMNS + ") SELECT "
            + MarkerTuple.COLUMNS + " FROM " + MarkerTuple.unnest(1) + " AS q (" + MarkerTuple.COLUMNS
            + ") ON CONFLICT (id) DO NOTHING RETURNING id";

    private static final String ONE = "SELECT " + MarkerTuple.COLUMNS + " FROM telemetry.markers WHERE id = $1";

    private static final String FIND = "SELECT " + MarkerTuple.COLUMNS + """
             FROM telemetry.markers
             WHERE ($1::text IS NULL OR agent_id = $1) AND ts >= $2 AND ts < $3 AND (ts, id) > ($4, $5)
             ORDER BY ts, id LIMIT $6
            """;

    private final Reads reads;
    private final Pool writes;

    public MarkerTable(Reads reads, Pool writes) {
        this.reads = reads;
        this.writes = writes;
    }

    /** What is stored under the id of a marker. @param added false when it was there before */
    public record Stored(MarkerEntry marker, boolean added) {}

    public Future<Stored> add(MarkerEntry marker) {
        if (marker.id() == null || marker.id().isEmpty() || marker.id().length() > MOST_ID) {
            return Future.failedFuture(RpcError.invalid("id", "must have 1 to " + MOST_ID + " characters"));
        }
        if (marker.label() == null || marker.label().isEmpty()) {
            return Future.failedFuture(RpcError.invalid("label", "is missing"));
        }
        return writes.withTransaction(connection -> store(connection, marker))
                .timeout(Reads.TIMEOUT_MS, TimeUnit.MILLISECONDS)
                .recover(failure -> Future.failedFuture(Reads.typed(failure)));
    }

    private static Future<Stored> store(SqlConnection connection, MarkerEntry marker) {
        Tuple values = Tuple.tuple();
        MarkerTuple.addTo(values, List.of(marker));
        return connection
                .preparedQuery(ADD)
                .execute(values)
                .compose(added -> connection
                        .preparedQuery(ONE)
                        .execute(Tuple.of(marker.id()))
                        .compose(rows -> {
                            MarkerEntry stored = entry(rows.iterator().next());
                            return added.size() == 1 || same(stored, marker)
                                    ? Future.succeededFuture(new Stored(stored, added.size() == 1))
                                    : RpcError.CONFLICT.fail(
                                            "another marker has the id " + marker.id(),
                                            new JsonObject().put("id", marker.id()));
                        }));
    }

    /** A retry may carry another time when the time is that of its arrival. */
    private static boolean same(MarkerEntry stored, MarkerEntry marker) {
        boolean sameTime = stored.timestamp() == marker.timestamp() || "arrival".equals(marker.timeBasis());
        return sameTime
                && Objects.equals(stored.agentId(), marker.agentId())
                && Objects.equals(stored.label(), marker.label())
                && Objects.equals(stored.value(), marker.value())
                && Objects.equals(stored.durationS(), marker.durationS());
    }

    public Future<List<MarkerEntry>> find(MarkerQuery query) {
        long afterTime = Long.MIN_VALUE;
        String afterId = "";
        if (query.after() != null) {
            int bar = query.after().indexOf('|');
            try {
                afterTime = Long.parseLong(query.after().substring(0, Math.max(0, bar)));
                afterId = query.after().substring(bar + 1);
            } catch (NumberFormatException e) {
                return Future.failedFuture(RpcError.invalid("after", "must be timestamp|id"));
            }
        }
        int limit = query.limit() <= 0 ? MOST_READ : Math.min(query.limit(), MOST_READ);
        return reads.list(
                FIND,
                Tuple.tuple()
                        .addString(query.agentId())
                        .addLong(query.from() == null ? Long.MIN_VALUE : query.from())
                        .addLong(query.to() == null ? Long.MAX_VALUE : query.to())
                        .addLong(afterTime)
                        .addString(afterId)
                        .addInteger(limit),
                MarkerTable::entry);
    }

    private static MarkerEntry entry(Row row) {
        return new MarkerEntry(
                row.getString("id"),
                row.getString("agent_id"),
                row.getString("stream"),
                row.getString("label"),
                row.getString("value"),
                row.getLong("ts"),
                row.getDouble("duration_s"),
                row.getString("time_basis"),
                row.getDouble("uncertainty_s"),
                row.getString("source"),
                row.getString("author"));
    }
}
