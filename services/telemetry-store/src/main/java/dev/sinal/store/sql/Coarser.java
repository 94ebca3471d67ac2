package dev.sinal.store.sql;

import dev.sinal.store.domain.ChunkRow;
import dev.sinal.store.domain.RollupLevels;
import dev.sinal.store.domain.RollupRow;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes one row a channel of the next level from consecutive rows of a level. */
final class Coarser {
    /** Buckets, or rows, that are worth a row of the next level, which then has about a quarter as many. */
    static final int BUCKETS = 256;

    /** At the end of an epoch fewer are, but a single row of fewer buckets than this is as good as it is. */
    private static final int LAST_BUCKETS = 16;

    private static final int CHANNELS_PER_STATEMENT = 256;

    private static final String LEVEL = """
            SELECT l.open_ts, COALESCE(n.seq, 0) AS after
              FROM telemetry.rollup_levels l
              LEFT JOIN telemetry.rollup_levels n ON n.stream_id = l.stream_id AND n.epoch = l.epoch AND n.level = l.level + 1
             WHERE l.stream_id = $1 AND l.epoch = $2 AND l.level = $3
            """;

    /** Rows come about in order of seq, and the number of those that are open is bounded. */
    private static final String STRETCHES = """
            SELECT first_seq, last_seq, ts, te, max(cardinality(buckets)) AS buckets, max(channel) AS channels
              FROM telemetry.rollups
             WHERE stream_id = $1 AND epoch = $2 AND level = $3 AND first_seq > $4 AND ts >= $5
             GROUP BY first_seq, last_seq, ts, te ORDER BY first_seq LIMIT $6
            """;

    private static final String ROWS = "SELECT " + RollupTable.COLUMNS + " FROM telemetry.rollups"
            + " WHERE stream_id = $1 AND epoch = $2 AND level = $3 AND channel >= $4 AND channel < $5"
            + " AND ts >= $6 AND ts <= $7 AND first_seq >= $8 AND last_seq <= $9 ORDER BY channel, first_seq";

    private Coarser() {}

    /** Consecutive rows of one level. */
    private record Group(long firstSeq, long lastSeq, long ts, long te, int channels) {}

    /**
     * Does it once, in the caller's transaction, which holds the epoch's lock.
     *
     * @param last nothing more will come at this level
     * @return whether it made something
     */
    static Future<Boolean> step(SqlConnection tx, String streamId, long epoch, int level, boolean last) {
        return tx.preparedQuery(LEVEL)
                .execute(Tuple.of(streamId, epoch, (short) level))
                .compose(found -> {
                    if (found.size() == 0 || level >= RollupLevels.COARSEST) {
                        return Future.succeededFuture(false);
                    }
                    Row row = found.iterator().next();
                    long after = row.getLong("after");
                    Long openTs = row.getLong("open_ts");
                    long from = openTs == null ? Long.MIN_VALUE : openTs;
                    return tx.preparedQuery(STRETCHES)
                            .execute(Tuple.of(streamId, epoch, (short) level, after, from, BUCKETS + 1))
                            .compose(stretches -> {
                                Group group = group(Reads.all(stretches, stretch -> stretch), last);
                                return (group == null
                                                ? Future.<Void>succeededFuture()
                                                : make(tx, streamId, epoch, level, group))
                                        .compose(made -> RollupTable.recount(
                                                tx,
                                                streamId,
                                                epoch,
                                                level,
                                                group == null ? after : group.lastSeq(),
                                                from))
                                        .map(counted -> group != null);
                            });
                });
    }

    /** The first rows that are worth one of the next level; no row crosses a UTC day. */
    private static @Nullable Group group(List<Row> stretches, boolean last) {
        long buckets = 0;
        long ts = Long.MAX_VALUE;
        long te = Long.MIN_VALUE;
        int channels = 0;
        for (int i = 0; i < stretches.size(); i++) {
            Row row = stretches.get(i);
            ts = Math.min(ts, row.getLong("ts"));
            te = Math.max(te, row.getLong("te"));
            buckets += row.getInteger("buckets");
            channels = Math.max(channels, row.getShort("channels") + 1);
            boolean end = i == stretches.size() - 1;
            boolean full = buckets >= BUCKETS || i + 1 >= BUCKETS;
            boolean dayEnds = !end && day(row) != day(stretches.get(i + 1));
            if (full || dayEnds || end && last && (i > 0 || buckets > LAST_BUCKETS)) {
                return new Group(stretches.get(0).getLong("first_seq"), row.getLong("last_seq"), ts, te, channels);
            }
        }
        return null;
    }

    private static long day(Row row) {
        return Math.floorDiv(row.getLong("ts"), ChunkRow.DAY_NS);
    }

    private static Future<Void> make(SqlConnection tx, String streamId, long epoch, int level, Group group) {
        Future<List<RollupRow>> merged = Future.succeededFuture(new ArrayList<>());
        for (int c = 0; c < group.channels(); c += CHANNELS_PER_STATEMENT) {
            Tuple where = Tuple.tuple(new ArrayList<>(List.of(
                    streamId,
                    epoch,
                    (short) level,
                    (short) c,
                    (short) (c + CHANNELS_PER_STATEMENT),
                    group.ts(),
                    group.te(),
                    group.firstSeq(),
                    group.lastSeq())));
            merged = merged.compose(before -> tx.preparedQuery(ROWS)
                    .execute(where)
                    .map(rows -> {
                        before.addAll(merge(Reads.all(rows, RollupTable::row), group));
                        return before;
                    }));
        }
        var stretch = new RollupTable.Stretch(streamId, epoch, level + 1, group.lastSeq(), group.ts(), group.te());
        return merged.compose(rows -> RollupTable.append(tx, stretch, rows));
    }

    private static List<RollupRow> merge(List<RollupRow> rows, Group group) {
        TreeMap<Integer, List<RollupRow>> byChannel = new TreeMap<>();
        rows.forEach(row ->
                byChannel.computeIfAbsent(row.channel(), c -> new ArrayList<>()).add(row));
        return byChannel.values().stream()
                .map(own -> RollupRow.merge(own, group.firstSeq(), group.lastSeq(), group.ts(), group.te()))
                .toList();
    }
}
