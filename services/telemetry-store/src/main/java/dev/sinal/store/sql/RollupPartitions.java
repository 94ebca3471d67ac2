package dev.sinal.store.sql;

import dev.sinal.store.domain.ChunkRow;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Set;

/** Partitions of {@code telemetry.rollups}: one per UTC month, made when its first row comes. Several stores may make one at once. */
final class RollupPartitions {
    /** Advisory locks of this class are {@code (CLASS, months since year 0)}. */
    private static final int LOCK_CLASS = 0x73696e63;

    /** A row of 64 buckets stays in its page, which is one look instead of six. */
    private static final String IN_PAGE = " WITH (toast_tuple_target = 8160)";

    private final Pool pool;
    private final Set<YearMonth> known = new HashSet<>();

    RollupPartitions(Pool pool) {
        this.pool = pool;
    }

    /** @param ts UTC ns; done when a row of then has a place */
    Future<Void> ensure(long ts) {
        YearMonth month = month(ts);
        synchronized (known) {
            if (known.contains(month)) {
                return Future.succeededFuture();
            }
        }
        return pool.withTransaction(connection -> make(connection, month)).onSuccess(made -> {
            synchronized (known) {
                known.add(month);
            }
        });
    }

    /** A partition was missing after all: somebody removed it. */
    void forget() {
        synchronized (known) {
            known.clear();
        }
    }

    private static Future<Void> make(SqlConnection connection, YearMonth month) {
        String name = name(month);
        return connection
                .query("SET LOCAL lock_timeout = '2s'")
                .execute()
                .compose(done -> connection
                        .preparedQuery("SELECT pg_advisory_xact_lock($1, $2)")
                        .execute(Tuple.of(LOCK_CLASS, month.getYear() * 12 + month.getMonthValue())))
                .compose(done -> connection
                        .preparedQuery("SELECT to_regclass($1) IS NOT NULL AS made")
                        .execute(Tuple.of("telemetry." + name)))
                .compose(rows -> rows.iterator().next().getBoolean("made")
                        ? Future.succeededFuture()
                        : create(connection, name, month));
    }

    private static Future<Void> create(SqlConnection connection, String name, YearMonth month) {
        return connection
                .query("CREATE TABLE telemetry." + name
                        + " (LIKE telemetry.rollups INCLUDING DEFAULTS INCLUDING STORAGE INCLUDING INDEXES)" + IN_PAGE)
                .execute()
                .compose(done -> connection
                        .query("ALTER TABLE telemetry.rollups ATTACH PARTITION telemetry." + name + " FOR VALUES FROM ("
                                + bound(month, Long.MIN_VALUE) + ") TO (" + bound(month.plusMonths(1), Long.MAX_VALUE)
                                + ")")
                        .execute())
                .mapEmpty();
    }

    static YearMonth month(long ts) {
        return YearMonth.from(
                LocalDate.ofEpochDay(Math.floorDiv(ts, ChunkRow.DAY_NS)).atStartOfDay(ZoneOffset.UTC));
    }

    static String name(YearMonth month) {
        String year = (month.getYear() < 0 ? "m" : "") + Math.abs(month.getYear());
        return "rollups_" + year + (month.getMonthValue() < 10 ? "0" : "") + month.getMonthValue();
    }

    /** Where a month begins, UTC ns; the first and the last month that stamps can have reach to the ends of the type. */
    private static String bound(YearMonth month, long beyond) {
        try {
            return Long.toString(Math.multiplyExact(month.atDay(1).toEpochDay(), ChunkRow.DAY_NS));
        } catch (ArithmeticException outside) {
            return beyond < 0 ? "MINVALUE" : "MAXVALUE";
        }
    }
}
