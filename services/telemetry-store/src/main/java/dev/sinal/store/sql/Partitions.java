package dev.sinal.store.sql;

import dev.sinal.store.domain.ChunkRow;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Partitions of both layers: the packed one has a partition per UTC day of the stamps, made when the first chunk of the day comes or a little ahead; the
 * hot one a partition per hour of arrival. A table is created apart and then attached, which does not lock out readers and writers. Several stores may
 * make the same day at once. Used from one event loop.
 */
public final class Partitions {
    private static final DateTimeFormatter NAME = DateTimeFormatter.BASIC_ISO_DATE;
    /** Advisory locks of this class are {@code (CLASS, day)}. */
    private static final int LOCK_CLASS = 0x73696e61;

    private static final long MILLIS_PER_DAY = 86_400_000;
    /** Days around today that samples with wild stamps cannot use up. */
    private static final int RESERVED = 366;

    private static final String COUNT = """
            SELECT count(*) AS days, to_regclass($1) IS NOT NULL AS made
              FROM pg_inherits WHERE inhparent = 'telemetry.telemetry_packed'::regclass
            """;

    private final Pool pool;
    private final HotPartitions hot;
    private final int limit;
    private final Set<Long> known = new HashSet<>();
    private final Map<Long, Future<Void>> making = new HashMap<>();

    /** @param limit most partitions */
    public Partitions(Pool pool, int limit) {
        this.pool = pool;
        this.hot = new HotPartitions(pool);
        this.limit = limit;
    }

    /** @param days UTC days since 1970; done when each has its partition, and what arrives now has one */
    public Future<Void> ensure(Collection<Long> days) {
        return hot.ensure().compose(ready -> ensureDays(days));
    }

    private Future<Void> ensureDays(Collection<Long> days) {
        Set<Long> missing = new TreeSet<>(days);
        missing.removeAll(known);
        if (missing.isEmpty()) {
            return Future.succeededFuture();
        }
        Future<Void> made = Future.succeededFuture();
        for (long day : missing) {
            made = made.compose(before -> once(day));
        }
        return made;
    }

    /** A partition was missing after all: somebody removed it. */
    public void forget(Collection<Long> days) {
        known.removeAll(days);
        hot.forget();
    }

    private Future<Void> once(long day) {
        Future<Void> running = making.get(day);
        if (running != null) {
            return running;
        }
        Future<Void> started = pool.withTransaction(connection -> make(connection, day));
        making.put(day, started);
        return started.onComplete(result -> {
            making.remove(day);
            if (result.succeeded()) {
                known.add(day);
            }
        });
    }

    private Future<Void> make(SqlConnection connection, long day) {
        String name = name(day);
        return connection
                .query("SET LOCAL lock_timeout = '2s'")
                .execute()
                .compose(done -> connection
                        .preparedQuery("SELECT pg_advisory_xact_lock($1, $2)")
                        .execute(Tuple.of(LOCK_CLASS, (int) day)))
                .compose(done -> connection.preparedQuery(COUNT).execute(Tuple.of("telemetry." + name)))
                .compose(rows -> {
                    Row row = rows.iterator().next();
                    if (row.getBoolean("made")) {
                        return Future.succeededFuture();
                    }
                    if (row.getLong("days") >= limit + (isNow(day) ? RESERVED : 0)) {
                        return Future.failedFuture(new PartitionLimitException(
                                LocalDate.ofEpochDay(day).toString(), limit));
                    }
                    return create(connection, name, day);
                });
    }

    private static boolean isNow(long day) {
        long today = Math.floorDiv(System.currentTimeMillis(), MILLIS_PER_DAY);
        return Math.abs(day - today) <= 1;
    }

    private static Future<Void> create(SqlConnection connection, String name, long day) {
        long from = day * ChunkRow.DAY_NS;
        return connection
                .query("CREATE TABLE telemetry." + name
                        + " (LIKE telemetry.telemetry_packed INCLUDING DEFAULTS INCLUDING STORAGE INCLUDING INDEXES)")
                .execute()
                .compose(done -> connection
                        .query("ALTER TABLE telemetry.telemetry_packed ATTACH PARTITION telemetry." + name
                                + " FOR VALUES FROM (" + from + ") TO (" + (from + ChunkRow.DAY_NS) + ")")
                        .execute())
                .mapEmpty();
    }

    static String name(long day) {
        return "telemetry_" + LocalDate.ofEpochDay(day).format(NAME).replace("-", "m");
    }
}
