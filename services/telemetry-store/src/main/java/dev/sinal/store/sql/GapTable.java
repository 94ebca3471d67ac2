package dev.sinal.store.sql;

import dev.sinal.contracts.GapQuery;
import dev.sinal.contracts.GapRecord;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known to be missing: what was told, without what came later. */
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

    private static final String NEWEST = """
            SELECT g.stream_id, NULL::text AS name, NULL::text AS agent_id, g.epoch, g.from_ts, g.to_ts, g.estimated_samples, g.cause,
                   NULL::text AS evidence
              FROM telemetry.gaps g WHERE g.stream_id = $1 ORDER BY g.from_ts DESC LIMIT $2
            """;

    private final Reads reads;

    public GapTable(Reads reads) {
        this.reads = reads;
    }

    public Future<List<GapRecord>> find(GapQuery query) {
        int limit = query.limit() <= 0 ? MOST : Math.min(query.limit(), MOST);
        return reads.list(
                        OVERLAPPING,
                        values(query.agentId(), query.streams(), query.from(), query.to(), limit),
                        Rows::gap)
                .compose(told -> reads.run(() -> GapCoverage.rest(reads.pool(), told, query.from(), query.to())));
    }

    /** What is still missing, inside somebody's transaction. */
    static Future<List<GapRecord>> find(SqlClient client, List<String> streamIds, long from, long to, int limit) {
        return client.preparedQuery(OVERLAPPING)
                .execute(values(null, streamIds, from, to, limit))
                .compose(rows -> GapCoverage.rest(client, Reads.all(rows, Rows::gap), from, to));
    }

    /** As collectors told it, the newest. */
    static Future<List<GapRecord>> told(SqlClient client, String streamId, int limit) {
        return client.preparedQuery(NEWEST).execute(Tuple.of(streamId, limit)).map(rows -> Reads.all(rows, Rows::gap));
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
