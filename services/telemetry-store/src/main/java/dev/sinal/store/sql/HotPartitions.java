package dev.sinal.store.sql;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Partitions of the hot layer: one per hour of arrival by the clock of the database, made some hours ahead. Several stores may make the same hour at
 * once. Used from one event loop.
 */
final class HotPartitions {
    /** Advisory locks of this class are {@code (CLASS, slot)}. */
    static final int LOCK_CLASS = 0x73696e62;

    /** Hours made ahead of the present one. Empty partitions cost every read a look, so they are few. */
    private static final int AHEAD = 2;

    /**
     * A partition lives for hours and only grows until it is dropped: a vacuum because of its growth would read all of it for nothing (analysing goes
     * on). Rows with the statistics of many channels are left whole; only the chunk goes to TOAST.
     */
    private static final String SETTINGS = " WITH (autovacuum_vacuum_insert_threshold = -1,"
            + " toast.autovacuum_vacuum_insert_threshold = -1, toast_tuple_target = 4080)";

    private static final long FRESH_NS = TimeUnit.MINUTES.toNanos(30);

    private static final String MISSING = """
            SELECT slot FROM (SELECT floor(extract(epoch FROM now()) / 3600)::int AS hour) h, generate_series(hour, hour + $1) AS slot
             WHERE to_regclass('telemetry.telemetry_hot_' || slot) IS NULL
             ORDER BY slot
            """;

    private final Pool pool;
    private @Nullable Future<Void> making;
    private long madeAt;
    private boolean known;

    HotPartitions(Pool pool) {
        this.pool = pool;
    }

    /** Done when this hour and those to come have a partition. Looks at the database every half hour. */
    Future<Void> ensure() {
        if (known && System.nanoTime() - madeAt < FRESH_NS) {
            return Future.succeededFuture();
        }
        if (making != null) {
            return making;
        }
        long asked = System.nanoTime();
        Future<Void> started = pool.preparedQuery(MISSING)
                .execute(Tuple.of(AHEAD))
                .compose(rows -> {
                    Future<Void> made = Future.succeededFuture();
                    for (Row row : rows) {
                        int slot = row.getInteger("slot");
                        made = made.compose(before -> pool.withTransaction(connection -> make(connection, slot)));
                    }
                    return made;
                });
        making = started;
        return started.onComplete(result -> {
            making = null;
            if (result.succeeded()) {
                known = true;
                madeAt = asked;
            }
        });
    }

    /** A partition was missing after all. */
    void forget() {
        known = false;
    }

    private static Future<Void> make(SqlConnection connection, int slot) {
        String name = name(slot);
        return connection
                .query("SET LOCAL lock_timeout = '2s'")
                .execute()
                .compose(done -> connection
                        .preparedQuery("SELECT pg_advisory_xact_lock($1, $2)")
                        .execute(Tuple.of(LOCK_CLASS, slot)))
                .compose(done -> connection
                        .preparedQuery("SELECT to_regclass($1) IS NOT NULL AS made")
                        .execute(Tuple.of("telemetry." + name)))
                .compose(rows -> rows.iterator().next().getBoolean("made")
                        ? Future.succeededFuture()
                        : create(connection, name, slot));
    }

    private static Future<Void> create(SqlConnection connection, String name, int slot) {
        return connection
                .query("CREATE TABLE telemetry." + name
                        + " (LIKE telemetry.telemetry_hot INCLUDING DEFAULTS INCLUDING STORAGE INCLUDING INDEXES)"
                        + SETTINGS)
                .execute()
                .compose(done -> connection
                        .query("ALTER TABLE telemetry.telemetry_hot ATTACH PARTITION telemetry." + name
                                + " FOR VALUES FROM (" + slot + ") TO (" + (slot + 1) + ")")
                        .execute())
                .mapEmpty();
    }

    /** @param slot hours since 1970 */
    static String name(int slot) {
        return "telemetry_hot_" + slot;
    }
}
