package dev.sinal.store.sql;

import dev.sinal.contracts.DeletionRequest;
import dev.sinal.store.sql.DeletionTable.Task;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;

/** What goes with the samples of a deletion: markers made of them, copies for readers of SQL; and the row of the log that says so. */
final class DeletionRest {
    private static final int MARKERS_PER_STEP = 5_000;

    /** Made of samples that go: their ids are {@code stream:epoch:seq}. */
    private static final String OF_SAMPLES = """
            m.source = 'lsl' AND EXISTS (
                SELECT FROM telemetry.deletion_epochs e
                 WHERE e.deletion_id = $1 AND e.stream_id || ':' || e.epoch = regexp_replace(m.id, ':[0-9]+$', '')
                   AND CASE WHEN m.id ~ ':[0-9]{1,18}$' THEN substring(m.id FROM '[0-9]+$')::bigint <= e.up_to_seq END)
            """;

    private static final String MARKERS = """
            WITH marked AS (
                SELECT m.id FROM telemetry.markers m
                 WHERE m.agent_id = $2 AND m.ts >= $3 AND m.ts < $4 AND ($5 AND m.source <> 'lsl' OR """ + " " + OF_SAMPLES + """
                 ) LIMIT $6),
            gone AS (DELETE FROM telemetry.markers m USING marked s WHERE m.id = s.id RETURNING m.id),
            counted AS (UPDATE telemetry.deletions SET markers = markers + (SELECT count(*) FROM gone) WHERE id = $1)
            SELECT count(*) FROM gone
            """;

    private static final String COUNT_MARKERS = """
            SELECT count(*) FROM telemetry.markers m
             WHERE m.agent_id = $1 AND m.ts >= $2 AND m.ts < $3
               AND ($4 AND m.source <> 'lsl'
                    OR m.source = 'lsl' AND regexp_replace(m.id, ':[0-9]+:[0-9]+$', '') = ANY ($5))
            """;

    private static final String COPIES = """
            DELETE FROM telemetry.recent_samples r USING telemetry.deletion_epochs e
             WHERE e.deletion_id = $1 AND r.stream_id = e.stream_id AND r.epoch = e.epoch AND r.seq <= e.up_to_seq
               AND r.ts >= $2 AND r.ts < $3
            """;

    private static final String FINISH = """
            UPDATE telemetry.deletions
               SET finished_at = (extract(epoch FROM clock_timestamp()) * 1000000)::bigint * 1000, error = NULL
             WHERE id = $1 AND finished_at IS NULL
            """;

    private static final String LOG = """
            INSERT INTO telemetry.logs (agent_id, ts, level, source, message, data)
            SELECT d.agent_id, d.finished_at, 2, 'telemetry-store',
                   'data deleted by ' || d.requested_by || ': ' || s.samples || ' samples',
                   json_build_object('deletion', d.id, 'requested_by', d.requested_by, 'requested_at', d.requested_at, 'stream', d.stream,
                                     'from', d.from_ts, 'to', d.to_ts, 'samples', s.samples, 'chunks', s.chunks, 'bytes', s.bytes,
                                     'markers', d.markers)
              FROM telemetry.deletions d
             CROSS JOIN LATERAL (SELECT COALESCE(sum(samples), 0)::bigint AS samples, COALESCE(sum(chunks), 0)::bigint AS chunks,
                                        COALESCE(sum(bytes), 0)::bigint AS bytes
                                   FROM telemetry.deletion_epochs WHERE deletion_id = d.id) s
             WHERE d.id = $1
            """;

    private DeletionRest() {}

    /** Some markers. @return how many went; fewer than {@link #full} when no more are left */
    static Future<Long> markers(SqlClient client, Task task) {
        return client.preparedQuery(MARKERS)
                .execute(Tuple.of(
                        task.id(), task.agentId(), task.from(), task.to(), task.stream() == null, MARKERS_PER_STEP))
                .map(rows -> rows.iterator().next().getLong(0));
    }

    static boolean full(long markers) {
        return markers == MARKERS_PER_STEP;
    }

    /** How many would go now. */
    static Future<Long> countMarkers(SqlClient client, DeletionRequest request, String[] streams) {
        return client.preparedQuery(COUNT_MARKERS)
                .execute(Tuple.of(
                                request.agentId(),
                                DeletionTable.from(request.from()),
                                DeletionTable.to(request.to()),
                                request.stream() == null)
                        .addArrayOfString(streams))
                .map(rows -> rows.iterator().next().getLong(0));
    }

    /** Finished, and told in the log. */
    static Future<Void> finish(SqlConnection tx, Task task) {
        return tx.preparedQuery(COPIES)
                .execute(Tuple.of(task.id(), task.from(), task.to()))
                .compose(done -> tx.preparedQuery(FINISH).execute(Tuple.of(task.id())))
                .compose(done -> tx.preparedQuery(LOG).execute(Tuple.of(task.id())))
                .mapEmpty();
    }
}
