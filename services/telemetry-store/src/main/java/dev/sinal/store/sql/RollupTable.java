package dev.sinal.store.sql;

import dev.sinal.store.domain.ChunkRow;
import dev.sinal.store.domain.RollupLevels;
import dev.sinal.store.domain.RollupRow;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows of {@code telemetry.rollups}, and how far each level of an epoch is. */
public final class RollupTable {
    private static final String INSERT = """
            INSERT INTO telemetry.rollups (epoch, first_seq, last_seq, ts, te, level, channel, stream_id, buckets, counts, mins, maxs, sums)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            """;

    /** Arrays as the bytes that they travel in: they are taken apart on a worker, without an object a number. */
    static final String COLUMNS = "level, channel, first_seq, last_seq, ts, te, array_send(buckets) AS buckets,"
            + " array_send(counts) AS counts, array_send(mins) AS mins, array_send(maxs) AS maxs, array_send(sums) AS sums";

    /** The new row is among those that no row of the next level holds. */
    private static final String MOVE = """
            INSERT INTO telemetry.rollup_levels AS l
                   (stream_id, epoch, level, seq, max_span, open_ts, open_day, open_rows, open_buckets, ready)
            VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8::int, $9::boolean AND $8::int >= $10::int)
            ON CONFLICT (stream_id, epoch, level) DO UPDATE
               SET seq = excluded.seq,
                   max_span = GREATEST(l.max_span, excluded.max_span),
                   open_ts = LEAST(l.open_ts, excluded.open_ts),
                   open_day = excluded.open_day,
                   open_rows = l.open_rows + 1,
                   open_buckets = l.open_buckets + excluded.open_buckets,
                   ready = l.ready OR excluded.ready
                        OR $9 AND (l.open_rows > 0 AND l.open_day <> excluded.open_day
                                   OR l.open_buckets + excluded.open_buckets >= $10
                                   OR l.open_rows + 1 >= $10)
            """;

    /** Their samples may be wrong now; what is packed of them is rolled up anew. */
    private static final String FORGET_ROWS =
            "DELETE FROM telemetry.rollups WHERE stream_id = $1 AND epoch = $2 AND last_seq >= $3";

    /** A level ends where its last row ends that is left; nothing of it is in the next one when that is behind. */
    private static final String FORGET_LEVELS = """
            WITH kept AS (
                SELECT level, max(last_seq) AS seq FROM telemetry.rollups
                 WHERE stream_id = $1 AND epoch = $2 AND last_seq < $3 GROUP BY level),
            gone AS (
                DELETE FROM telemetry.rollup_levels l WHERE stream_id = $1 AND epoch = $2
                   AND NOT EXISTS (SELECT FROM kept k WHERE k.level = l.level))
            UPDATE telemetry.rollup_levels l SET seq = LEAST(l.seq, k.seq)
              FROM kept k WHERE l.stream_id = $1 AND l.epoch = $2 AND l.level = k.level
            """;

    private static final String FORGET_STATE = """
            UPDATE telemetry.rollup_epochs SET complete = false, closed = false WHERE stream_id = $1 AND epoch = $2
            """;

    /** What no row of the next level holds, counted anew. */
    private static final String RECOUNT = """
            WITH stretches AS (
                SELECT first_seq, min(ts) AS ts, max(cardinality(buckets)) AS buckets
                  FROM telemetry.rollups
                 WHERE stream_id = $1 AND epoch = $2 AND level = $3 AND first_seq > $4 AND ts >= $5
                 GROUP BY first_seq),
            last AS (SELECT ts FROM stretches ORDER BY first_seq DESC LIMIT 1),
            counted AS (
                SELECT min(ts) AS ts, count(*)::int AS n, COALESCE(sum(buckets), 0)::int AS buckets,
                       count(DISTINCT floor(ts / 86400000000000.0)) AS days
                  FROM stretches)
            UPDATE telemetry.rollup_levels l
               SET open_ts = c.ts, open_rows = c.n, open_buckets = c.buckets,
                   open_day = COALESCE((SELECT floor(ts / 86400000000000.0)::bigint FROM last), 0),
                   ready = $6 AND (c.buckets >= $7 OR c.n >= $7 OR c.days > 1)
              FROM counted c
             WHERE l.stream_id = $1 AND l.epoch = $2 AND l.level = $3
            """;

    private RollupTable() {}

    /** Samples of an epoch that have been rolled up, in order of seq: rows of one level and the same stretch of seq. */
    record Stretch(String streamId, long epoch, int level, long lastSeq, long ts, long te) {}

    /**
     * Adds rows behind those of their level.
     *
     * @param rows of one stretch, one a channel; may be none
     */
    static Future<Void> append(SqlConnection tx, Stretch stretch, List<RollupRow> rows) {
        int buckets = rows.stream().mapToInt(RollupRow::size).max().orElse(0);
        List<Tuple> tuples = new ArrayList<>();
        for (RollupRow row : rows) {
            tuples.add(tuple(stretch, row));
        }
        Future<?> inserted = rows.isEmpty()
                ? Future.succeededFuture()
                : tx.preparedQuery(INSERT).executeBatch(tuples);
        return inserted.compose(done -> tx.preparedQuery(MOVE)
                        .execute(Tuple.tuple(new ArrayList<>(List.of(
                                stretch.streamId(),
                                stretch.epoch(),
                                (short) stretch.level(),
                                stretch.lastSeq(),
                                stretch.te() - stretch.ts(),
                                stretch.ts(),
                                Math.floorDiv(stretch.ts(), ChunkRow.DAY_NS),
                                buckets,
                                stretch.level() < RollupLevels.COARSEST,
                                Coarser.BUCKETS)))))
                .mapEmpty();
    }

    private static Tuple tuple(Stretch stretch, RollupRow row) {
        return Tuple.tuple()
                .addLong(stretch.epoch())
                .addLong(row.firstSeq())
                .addLong(row.lastSeq())
                .addLong(row.ts())
                .addLong(row.te())
                .addShort((short) row.level())
                .addShort((short) row.channel())
                .addString(stretch.streamId())
                .addArrayOfInteger(Arrays.stream(row.buckets()).boxed().toArray(Integer[]::new))
                .addArrayOfLong(Arrays.stream(row.counts()).boxed().toArray(Long[]::new))
                .addArrayOfDouble(Arrays.stream(row.mins()).boxed().toArray(Double[]::new))
                .addArrayOfDouble(Arrays.stream(row.maxs()).boxed().toArray(Double[]::new))
                .addArrayOfDouble(Arrays.stream(row.sums()).boxed().toArray(Double[]::new));
    }

    /** @param row has {@link #COLUMNS} */
    static RollupRow row(Row row) {
        return new RollupRow(
                row.getShort("level"),
                row.getShort("channel"),
                row.getLong("first_seq"),
                row.getLong("last_seq"),
                row.getLong("ts"),
                row.getLong("te"),
                PgArrays.ints(row.getBuffer("buckets")),
                PgArrays.longs(row.getBuffer("counts")),
                PgArrays.doubles(row.getBuffer("mins")),
                PgArrays.doubles(row.getBuffer("maxs")),
                PgArrays.doubles(row.getBuffer("sums")));
    }

    /**
     * Counts anew what no row of the next level holds.
     *
     * @param after last seq of the next level
     * @param from no row behind it has a smaller ts
     */
    static Future<Void> recount(SqlConnection tx, String streamId, long epoch, int level, long after, long from) {
        return tx.preparedQuery(RECOUNT)
                .execute(Tuple.tuple(new ArrayList<>(List.of(
                        streamId, epoch, (short) level, after, from, level < RollupLevels.COARSEST, Coarser.BUCKETS))))
                .mapEmpty();
    }

    /**
     * Samples of an epoch were changed or removed: its rows from there on go, in the caller's transaction, and are made anew from the packed chunks that are
     * left ({@link Rollups#step}). Until then plots look at the chunks. The caller removes the chunks in the same transaction.
     *
     * @param fromSeq first sample concerned; 1 = the whole epoch
     */
    public static Future<Void> forget(SqlConnection tx, String streamId, long epoch, long fromSeq) {
        Tuple where = Tuple.of(streamId, epoch, fromSeq);
        return Rollups.turn(tx, streamId, epoch)
                .compose(locked -> tx.preparedQuery(FORGET_ROWS).execute(where))
                .compose(done -> tx.preparedQuery(FORGET_LEVELS).execute(where))
                .compose(done -> tx.preparedQuery(FORGET_STATE).execute(Tuple.of(streamId, epoch)))
                .compose(done -> recountAll(tx, streamId, epoch));
    }

    private static Future<Void> recountAll(SqlConnection tx, String streamId, long epoch) {
        return tx.preparedQuery("SELECT level, seq FROM telemetry.rollup_levels WHERE stream_id = $1 AND epoch = $2"
                        + " ORDER BY level DESC")
                .execute(Tuple.of(streamId, epoch))
                .compose(rows -> {
                    Future<Void> done = Future.succeededFuture();
                    int above = Integer.MAX_VALUE;
                    long aboveSeq = 0;
                    for (Row row : rows) {
                        int level = row.getShort("level");
                        long after = above == level + 1 ? aboveSeq : 0;
                        done = done.compose(before -> recount(tx, streamId, epoch, level, after, Long.MIN_VALUE));
                        above = level;
                        aboveSeq = row.getLong("seq");
                    }
                    return done;
                });
    }

    /**
     * The UTC day is gone from the packed layer: so are its rows, in the caller's transaction. Nothing has to be made anew, as no row crosses a day. Deletes;
     * when a whole month is gone, its partition may be dropped instead.
     *
     * @param day since 1970
     */
    public static Future<Void> forgetDay(SqlConnection tx, long day) {
        return tx.preparedQuery("DELETE FROM telemetry.rollups WHERE ts >= $1 AND ts < $2")
                .execute(Tuple.of(day * ChunkRow.DAY_NS, (day + 1) * ChunkRow.DAY_NS))
                .mapEmpty();
    }
}
