package dev.sinal.store.sql;

import dev.sinal.contracts.read.EpochClip;
import dev.sinal.store.domain.EpochKey;
import dev.sinal.store.domain.Expiry;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Removes the partition of one UTC day, on which was decided: its rollups in short pieces, then the partition is detached while others read and write, and at
 * last one transaction counts what was in it, forgets the rest of the rollups, tells the windows in memory, and drops it. Each step may be done again.
 */
final class ExpiredDay {
    private static final long PIECE_NS = TimeUnit.HOURS.toNanos(1);
    private static final int PIECES = 24;

    private static final String STATE = """
            SELECT c.oid IS NOT NULL AS made, i.inhrelid IS NOT NULL AS attached, COALESCE(i.inhdetachpending, false) AS pending
              FROM (SELECT to_regclass($1) AS oid) c
              LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
            """;

    private static final String FORGET_PIECE = "DELETE FROM telemetry.rollups WHERE ts >= $1 AND ts < $2";

    /** Whoever merges rollups of these epochs is waited for: what it makes of the day goes too. */
    private static final String TURNS = """
            SELECT 1 FROM telemetry.rollup_epochs r
             WHERE (r.stream_id, r.epoch) IN (SELECT DISTINCT t.stream_id, t.epoch FROM telemetry.%s t)
             ORDER BY r.stream_id, r.epoch FOR UPDATE
            """;

    private static final String ACCOUNT = """
            INSERT INTO telemetry.expired AS x (stream_id, epoch, samples, superseded, chunks, bytes, first_ts, last_ts)
            SELECT t.stream_id, t.epoch, sum(t.n)::bigint, COALESCE(max(k.n), 0), count(*), sum(octet_length(t.chunk))::bigint, min(t.ts), max(t.te)
              FROM telemetry.%s t
              LEFT JOIN unnest($1::text[], $2::bigint[], $3::bigint[]) AS k (stream_id, epoch, n)
                     ON k.stream_id = t.stream_id AND k.epoch = t.epoch
             GROUP BY t.stream_id, t.epoch ORDER BY t.stream_id, t.epoch
            ON CONFLICT (stream_id, epoch) DO UPDATE
               SET samples = x.samples + excluded.samples, superseded = x.superseded + excluded.superseded,
                   chunks = x.chunks + excluded.chunks, bytes = x.bytes + excluded.bytes,
                   first_ts = LEAST(x.first_ts, excluded.first_ts), last_ts = GREATEST(x.last_ts, excluded.last_ts)
            """;

    private static final String CUT = """
            INSERT INTO telemetry.cuts AS c (stream_id, times)
            SELECT g.stream_id, 1 FROM (SELECT DISTINCT stream_id FROM telemetry.%s) g ORDER BY g.stream_id
            ON CONFLICT (stream_id) DO UPDATE SET times = c.times + 1
            """;

    private static final String FINISH = """
            WITH gone AS (
                SELECT COALESCE(sum(n), 0)::bigint AS samples, count(*) AS chunks, COALESCE(sum(octet_length(chunk)), 0)::bigint AS bytes
                  FROM telemetry.%s),
            done AS (
                UPDATE telemetry.expired_days d
                   SET finished_at = (extract(epoch FROM clock_timestamp()) * 1000000)::bigint * 1000,
                       samples = d.samples + g.samples, chunks = d.chunks + g.chunks, bytes = d.bytes + g.bytes
                  FROM gone g WHERE d.day = $1),
            told AS (
                INSERT INTO telemetry.logs (agent_id, ts, level, source, message, data)
                SELECT NULL, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint * 1000, 1, 'telemetry-store',
                       'retention: ' || $2::text || ' expired: ' || g.samples || ' samples',
                       json_build_object('day', $2::text, 'samples', g.samples, 'chunks', g.chunks, 'bytes', g.bytes)
                  FROM gone g WHERE g.samples > 0)
            SELECT samples, bytes FROM gone
            """;

    private static final String GONE_ALREADY = """
            UPDATE telemetry.expired_days SET finished_at = (extract(epoch FROM clock_timestamp()) * 1000000)::bigint * 1000 WHERE day = $1
            """;

    private final ExpiredCopies copies;

    ExpiredDay(ExpiredCopies copies) {
        this.copies = copies;
    }

    /** What was in it. */
    record Removed(long samples, long bytes) {}

    private record State(boolean made, boolean attached, boolean pending) {}

    /**
     * Finishes it. Fails when somebody reads for too long; to be tried again.
     *
     * @param connection outside of a transaction, with a lock timeout; nobody else does this meanwhile
     */
    Future<Removed> remove(SqlConnection connection, long day) {
        String partition = Partitions.name(day);
        return forget(connection, day, 0)
                .compose(forgotten -> state(connection, partition))
                .compose(state -> {
                    if (!state.made()) {
                        return connection
                                .preparedQuery(GONE_ALREADY)
                                .execute(Tuple.of((int) day))
                                .map(new Removed(0, 0));
                    }
                    return copies.clips(connection, partition)
                            .compose(clips -> detach(connection, partition, state)
                                    .compose(detached -> drop(connection, day, partition, clips)));
                });
    }

    /** One that is detached by somebody else's hand, or by a store that was killed, is left to be dropped. */
    private static Future<State> state(SqlConnection connection, String partition) {
        return connection
                .preparedQuery(STATE)
                .execute(Tuple.of("telemetry." + partition))
                .map(rows -> {
                    Row row = rows.iterator().next();
                    return new State(row.getBoolean("made"), row.getBoolean("attached"), row.getBoolean("pending"));
                });
    }

    /** Before the chunks: a plot shows nothing of the day then, instead of what cannot be read any more. */
    private static Future<Void> forget(SqlConnection connection, long day, int piece) {
        if (piece == PIECES) {
            return Future.succeededFuture();
        }
        long from = Expiry.begins(day) + piece * PIECE_NS;
        return connection
                .preparedQuery(FORGET_PIECE)
                .execute(Tuple.of(from, from + PIECE_NS))
                .compose(done -> forget(connection, day, piece + 1));
    }

    /** Outside of a transaction, as PostgreSQL wants it. */
    private static Future<Void> detach(SqlConnection connection, String partition, State state) {
        return state.attached()
                ? connection
                        .query("ALTER TABLE telemetry.telemetry_packed DETACH PARTITION telemetry." + partition
                                + (state.pending() ? " FINALIZE" : " CONCURRENTLY"))
                        .execute()
                        .mapEmpty()
                : Future.succeededFuture();
    }

    private Future<Removed> drop(SqlConnection connection, long day, String partition, List<EpochClip> clips) {
        return copies.count(connection, partition, clips)
                .compose(counted -> connection
                        .begin()
                        .compose(tx -> drop(connection, day, partition, counted)
                                .compose(
                                        removed -> tx.commit().map(removed),
                                        failure -> tx.rollback().transform(undone -> Future.failedFuture(failure)))));
    }

    private static Future<Removed> drop(SqlConnection tx, long day, String partition, Map<EpochKey, Long> superseded) {
        List<Map.Entry<EpochKey, Long>> counted = List.copyOf(superseded.entrySet());
        Tuple copied = Tuple.tuple()
                .addArrayOfString(
                        counted.stream().map(one -> one.getKey().streamId()).toArray(String[]::new))
                .addArrayOfLong(
                        counted.stream().map(one -> one.getKey().epoch()).toArray(Long[]::new))
                .addArrayOfLong(counted.stream().map(Map.Entry::getValue).toArray(Long[]::new));
        return tx.query(TURNS.formatted(partition))
                .execute()
                .compose(mine -> RollupTable.forgetDay(tx, day))
                .compose(forgotten ->
                        tx.preparedQuery(ACCOUNT.formatted(partition)).execute(copied))
                .compose(accounted -> tx.query(CUT.formatted(partition)).execute())
                .compose(cut -> tx.preparedQuery(FINISH.formatted(partition))
                        .execute(Tuple.of((int) day, LocalDate.ofEpochDay(day).toString())))
                .compose(rows -> {
                    Row row = rows.iterator().next();
                    Removed removed = new Removed(row.getLong("samples"), row.getLong("bytes"));
                    return tx.query("DROP TABLE telemetry." + partition)
                            .execute()
                            .map(removed);
                });
    }
}
