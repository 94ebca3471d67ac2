package dev.sinal.store.sql;

import dev.sinal.contracts.GapRecord;
import dev.sinal.store.domain.ChunkRow;
import dev.sinal.store.domain.EpochKey;
import dev.sinal.store.domain.Expiry;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Rows beside the samples that have expired: day by day, the oldest first, in short transactions; days that a pin touches are passed by. Gaps that were
 * removed are counted, so that the ledger goes on telling them.
 */
final class ExpiredRows {
    private static final int BATCH = 2_000;
    /** Of one table in one round; the rest waits for the next. */
    private static final int MOST_BATCHES = 50;

    private record Table(String name, String oldest, String delete) {
        /** @param column UTC ns, with an index that begins with it */
        static Table of(String name, String column) {
            String there = " FROM telemetry." + name + " WHERE " + column + " >= $1 AND " + column + " < $2";
            return new Table(
                    name,
                    "SELECT min(" + column + ")" + there,
                    "DELETE FROM telemetry." + name + " WHERE ctid = ANY (ARRAY(SELECT ctid" + there + " LIMIT $3))");
        }
    }

    /** A whole second more or less is nothing here, and a timestamptz does not reach as far as a bigint. */
    private static final String AT = "at >= to_timestamp(GREATEST($1::bigint, 0) / 1000000000)"
            + " AND at < to_timestamp(GREATEST($2::bigint, 0) / 1000000000)";

    private static final List<Table> TABLES = List.of(
            Table.of("clock", "measured_at"),
            Table.of("markers", "ts"),
            Table.of("logs", "ts"),
            new Table(
                    "quarantine",
                    "SELECT (extract(epoch FROM min(at)) * 1000000)::bigint * 1000 FROM telemetry.quarantine WHERE "
                            + AT,
                    "DELETE FROM telemetry.quarantine WHERE ctid = ANY (ARRAY(SELECT ctid FROM telemetry.quarantine WHERE "
                            + AT + " LIMIT $3))"),
            // By their ends; what is quarantined is among the committed samples, so these are kept to account for them.
            new Table(
                    "gaps",
                    "SELECT min(to_ts) FROM telemetry.gaps WHERE to_ts >= $1 AND to_ts < $2 AND cause <> 'quarantined'",
                    """
                    DELETE FROM telemetry.gaps WHERE ctid = ANY (ARRAY(
                        SELECT g.ctid FROM telemetry.gaps g
                         WHERE g.to_ts >= $1 AND g.to_ts < $2 AND g.cause <> 'quarantined'
                           AND NOT EXISTS (SELECT FROM telemetry.pins p
                                            WHERE p.first_day <= floor(g.to_ts / 86400000000000.0) AND p.last_day >= floor(g.from_ts / 86400000000000.0))
                         LIMIT $3))
                    RETURNING stream_id, NULL::text AS name, NULL::text AS agent_id, epoch, from_ts, to_ts, cause, estimated_samples, NULL::text AS evidence
                    """));

    private static final String ACCOUNT = """
            INSERT INTO telemetry.expired AS x (stream_id, epoch, gaps, gap_samples) VALUES ($1, $2, $3, $4)
            ON CONFLICT (stream_id, epoch) DO UPDATE SET gaps = x.gaps + excluded.gaps, gap_samples = x.gap_samples + excluded.gap_samples
            """;

    private ExpiredRows() {}

    /** @param rows that went @param more are left for the next round */
    record Removed(long rows, boolean more) {
        Removed plus(Removed other) {
            return new Removed(rows + other.rows, more || other.more);
        }
    }

    /** @param firstKept UTC day since 1970 */
    static Future<Removed> remove(Pool pool, long firstKept) {
        long before = Expiry.begins(firstKept);
        Future<Removed> removed = Future.succeededFuture(new Removed(0, false));
        for (Table table : TABLES) {
            removed = removed.compose(sum ->
                    walk(pool, table, Long.MIN_VALUE, before, MOST_BATCHES).map(sum::plus));
        }
        return removed;
    }

    /** @param from UTC ns, what lies before is kept or gone */
    private static Future<Removed> walk(Pool pool, Table table, long from, long before, int most) {
        if (from >= before || most == 0) {
            return Future.succeededFuture(new Removed(0, from < before));
        }
        return oldest(pool, table, from, before).compose(at -> {
            if (at == null) {
                return Future.succeededFuture(new Removed(0, false));
            }
            long day = Math.floorDiv(at, ChunkRow.DAY_NS);
            return pool.withTransaction(tx -> batch(tx, table, day))
                    .compose(done -> walk(pool, table, done.next(), before, most - 1)
                            .map(later -> new Removed(done.rows() + later.rows(), later.more())));
        });
    }

    private static Future<@Nullable Long> oldest(SqlClient client, Table table, long from, long before) {
        return client.preparedQuery(table.oldest())
                .execute(Tuple.of(from, before))
                .map(rows -> rows.iterator().next().getLong(0));
    }

    /** @param next UTC ns, where to go on */
    private record Done(long rows, long next) {}

    private static Future<Done> batch(SqlConnection tx, Table table, long day) {
        return PinTable.lockOut(tx)
                .compose(alone -> PinTable.pinnedUntil(tx, day))
                .compose(pinned -> pinned != null
                        ? Future.succeededFuture(new Done(0, Expiry.begins(pinned + 1L)))
                        : tx.preparedQuery(table.delete())
                                .execute(Tuple.of(Expiry.begins(day), Expiry.begins(day + 1), BATCH))
                                .compose(gone -> account(tx, table, Reads.all(gone, row -> row))
                                        .map(new Done(
                                                gone.rowCount(),
                                                gone.rowCount() < BATCH
                                                        ? Expiry.begins(day + 1)
                                                        : Expiry.begins(day)))));
    }

    private static Future<Void> account(SqlConnection tx, Table table, List<Row> gone) {
        if (!table.name().equals("gaps") || gone.isEmpty()) {
            return Future.succeededFuture();
        }
        List<GapRecord> told = gone.stream().map(Rows::gap).toList();
        return GapCoverage.rest(tx, told, Long.MIN_VALUE, Long.MAX_VALUE).compose(rest -> {
            Map<EpochKey, long[]> sums =
                    new TreeMap<>(Comparator.comparing(EpochKey::streamId).thenComparingLong(EpochKey::epoch));
            for (GapRecord gap : rest) {
                long[] sum = sums.computeIfAbsent(new EpochKey(gap.stream(), gap.epoch()), key -> new long[2]);
                sum[0]++;
                sum[1] += gap.estimatedSamples() == null ? 0 : gap.estimatedSamples();
            }
            List<Tuple> tuples = sums.entrySet().stream()
                    .map(one -> Tuple.of(
                            one.getKey().streamId(), one.getKey().epoch(), one.getValue()[0], one.getValue()[1]))
                    .toList();
            return tuples.isEmpty()
                    ? Future.succeededFuture()
                    : tx.preparedQuery(ACCOUNT).executeBatch(tuples).mapEmpty();
        });
    }
}
