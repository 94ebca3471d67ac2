package dev.sinal.store.sql;

import dev.sinal.contracts.GapQuery;
import dev.sinal.contracts.GapRecord;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known to be missing. */
public final class GapTable {
    private static final int MOST = 10_000;

    private static final String OVERLAPPING = """
            SELECT g.stream_id, s.name, s.agent_id, g.epoch, g.from_ts, g.to_ts, g.estimated_samples, g.cause, g.evidence
              FROM telemetry.gaps g
              LEFT JOIN telemetry.streams s ON s.stream_id = g.stream_id
             WHERE ($1::text IS NULL OR s.agent_id = $1)
               AND (cardinality($2::text[]) = 0 OR g.stream_id = ANY ($2) OR s.name = ANY ($2))
               AND g.from_ts < $4 AND COALESCE(g.to_ts, 9223372036854775807) > $3
             ORDER BY g.from_ts, g.stream_id, g.epoch, g.cause
             LIMIT $5
            """;

    private final Reads reads;

    public GapTable(Reads reads) {
        this.reads = reads;
    }

    public Future<List<GapRecord>> find(GapQuery query) {
        int limit = query.limit() <= 0 ? MOST : Math.min(query.limit(), MOST);
        return reads.list(
                OVERLAPPING, values(query.agentId(), query.streams(), query.from(), query.to(), limit), Rows::gap);
    }

    /** Inside somebody's transaction. */
    static Future<List<GapRecord>> find(SqlClient client, List<String> streamIds, long from, long to, int limit) {
        return client.preparedQuery(OVERLAPPING)
                .execute(values(null, streamIds, from, to, limit))
                .map(rows -> Reads.all(rows, Rows::gap));
    }

    private static Tuple values(@Nullable String agentId, List<String> streams, long from, long to, int limit) {
        return Tuple.tuple()
                .addString(agentId)
                .addArrayOfString(streams.toArray(String[]::new))
                .addLong(from)
                .addLong(to)
                .addInteger(limit);
    }
}
