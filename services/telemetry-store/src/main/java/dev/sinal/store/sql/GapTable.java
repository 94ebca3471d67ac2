package dev.sinal.store.sql;

import dev.sinal.contracts.GapQuery;
import dev.sinal.contracts.GapRecord;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.List;

/** What is known to be missing: what was told, without what came later. */
public final class GapTable {
    private static final int MOST = 10_000;

    /** Stream by stream from its index. %s: stream_id of those to look at; $1 and $2: range, $3: how many */
    private static final String OVERLAPPING = """
            SELECT g.stream_id, s.name, s.agent_id, g.epoch, g.from_ts, g.to_ts, g.estimated_samples, g.cause, g.evidence
              FROM (%s) w
             CROSS JOIN LATERAL (
                   SELECT * FROM telemetry.gaps t
                    WHERE t.stream_id = w.stream_id AND t.from_ts < $2 AND COALESCE(t.to_ts, 9223372036854775807) > $1
                    ORDER BY t.from_ts, t.epoch, t.cause LIMIT $3) g
              LEFT JOIN telemetry.streams s ON s.stream_id = g.stream_id
             ORDER BY g.from_ts, g.stream_id, g.epoch, g.cause
             LIMIT $3
            """;

    private static final String OF_STREAMS =
            OVERLAPPING.formatted("SELECT DISTINCT stream_id FROM unnest($4::text[]) AS u (stream_id)");

    private static final String OF_AGENT = OVERLAPPING.formatted("""
            SELECT stream_id FROM telemetry.streams
             WHERE ($4::text IS NULL OR agent_id = $4)
               AND (cardinality($5::text[]) = 0 OR stream_id = ANY ($5) OR name = ANY ($5))""");

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
                        OF_AGENT,
                        values(query.from(), query.to(), limit)
                                .addString(query.agentId())
                                .addArrayOfString(query.streams().toArray(String[]::new)),
                        Rows::gap)
                .compose(told -> reads.run(() -> GapCoverage.rest(reads.pool(), told, query.from(), query.to())));
    }

    /** What is still missing, inside somebody's transaction. */
    static Future<List<GapRecord>> find(SqlClient client, List<String> streamIds, long from, long to, int limit) {
        return client.preparedQuery(OF_STREAMS)
                .execute(values(from, to, limit).addArrayOfString(streamIds.toArray(String[]::new)))
                .compose(rows -> GapCoverage.rest(client, Reads.all(rows, Rows::gap), from, to));
    }

    /** As collectors told it, the newest. */
    static Future<List<GapRecord>> told(SqlClient client, String streamId, int limit) {
        return client.preparedQuery(NEWEST).execute(Tuple.of(streamId, limit)).map(rows -> Reads.all(rows, Rows::gap));
    }

    private static Tuple values(long from, long to, int limit) {
        return Tuple.tuple().addLong(from).addLong(to).addInteger(limit);
    }
}
