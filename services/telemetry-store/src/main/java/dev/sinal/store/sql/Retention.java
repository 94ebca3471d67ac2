package dev.sinal.store.sql;

import dev.sinal.store.domain.Expiry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what is older than what is kept (ADR 0027): whole UTC days of packed samples that no pin touches, and the rows beside them. That a day goes is
 * decided first, against pins; what was decided is finished by whoever comes next, also when nothing expires any more. One store at a time. Used from one
 * event loop.
 */
public final class Retention {
    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
    /** Key of the advisory lock of whoever removes. */
    private static final long WORKER = 0x657870697265L;
    /** Of one round: the others wait for the next. */
    private static final int MOST_DAYS = 8;

    private static final long LONGEST_COUNT_S = 60;
    private static final String LOCK_TIMEOUT = "SET lock_timeout = '3s'";
    private static final String NOW = "SELECT (extract(epoch FROM now()) * 1000000)::bigint * 1000";

    /** One whose detaching was interrupted comes first: PostgreSQL detaches one at a time. */
    private static final String BEGUN = """
            SELECT d.day FROM telemetry.expired_days d
              LEFT JOIN pg_inherits i ON i.inhrelid = to_regclass('telemetry.telemetry_' || to_char(date '1970-01-01' + d.day, 'YYYYMMDD'))
             WHERE d.finished_at IS NULL
             ORDER BY COALESCE(i.inhdetachpending, false) DESC, d.day LIMIT $1
            """;

    private static final String EXPIRED = """
            SELECT p.day FROM (
                SELECT to_date(substring(c.relname FROM 11), 'YYYYMMDD') - date '1970-01-01' AS day
                  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                 WHERE i.inhparent = 'telemetry.telemetry_packed'::regclass AND NOT i.inhdetachpending
                   AND c.relname ~ '^telemetry_[0-9]{8}$') p
             WHERE p.day < $1 AND NOT EXISTS (SELECT FROM telemetry.pins n WHERE n.first_day <= p.day AND n.last_day >= p.day)
             ORDER BY p.day LIMIT $2
            """;

    private static final String DECIDE = """
            INSERT INTO telemetry.expired_days (day, decided_at) VALUES ($1, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint * 1000)
            ON CONFLICT (day) DO UPDATE SET decided_at = excluded.decided_at, finished_at = NULL
            """;

    private final Pool pool;
    private final Partitions partitions;
    private final WorkerExecutor worker;
    private final ExpiredDay removal;
    private final Duration keep;
    private final AtomicLong days = new AtomicLong();
    private final AtomicLong samples = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong rows = new AtomicLong();
    private boolean stopping;

    /** @param pool one connection is held while it works @param keep zero = for ever */
    public Retention(Vertx vertx, Pool pool, Partitions partitions, OverlapTable overlaps, Duration keep) {
        this.pool = pool;
        this.partitions = partitions;
        this.worker = vertx.createSharedWorkerExecutor("sinal-expire", 1, LONGEST_COUNT_S, TimeUnit.SECONDS);
        this.removal = new ExpiredDay(new ExpiredCopies(overlaps, worker));
        this.keep = keep;
    }

    /** What one round removed. @param more there may be more now */
    public record Round(long days, long samples, long rows, boolean more) {
        static final Round NOTHING = new Round(0, 0, 0, false);
    }

    public long days() {
        return days.get();
    }

    public long samples() {
        return samples.get();
    }

    public long bytes() {
        return bytes.get();
    }

    /** Of other tables. */
    public long rows() {
        return rows.get();
    }

    /** Does a bounded part of what is to be done, unless another store does. A failure leaves the rest for the next round. */
    public Future<Round> round() {
        return pool.getConnection()
                .compose(connection -> connection
                        .preparedQuery("SELECT pg_try_advisory_lock($1)")
                        .execute(Tuple.of(WORKER))
                        .compose(locked -> locked.iterator().next().getBoolean(0)
                                ? work(connection)
                                        .eventually(() -> connection
                                                .preparedQuery("SELECT pg_advisory_unlock($1)")
                                                .execute(Tuple.of(WORKER)))
                                : Future.succeededFuture(Round.NOTHING))
                        .eventually(connection::close));
    }

    private Future<Round> work(SqlConnection connection) {
        return connection
                .query(LOCK_TIMEOUT)
                .execute()
                .compose(set -> firstKept(connection))
                .compose(firstKept -> days(connection, firstKept)
                        // Somebody who reads for long holds up days, not rows.
                        .transform(removed -> rows(firstKept)
                                .compose(gone -> removed.failed()
                                        ? Future.failedFuture(removed.cause())
                                        : Future.succeededFuture(sum(removed.result(), gone)))))
                .eventually(() -> connection.query("RESET lock_timeout").execute());
    }

    private static Round sum(Round days, ExpiredRows.Removed gone) {
        return new Round(days.days(), days.samples(), gone.rows(), days.more() || gone.more());
    }

    private Future<Long> firstKept(SqlConnection connection) {
        return keep.isZero()
                ? Future.succeededFuture(Long.MIN_VALUE)
                : connection
                        .query(NOW)
                        .execute()
                        .map(rows -> Expiry.firstKept(rows.iterator().next().getLong(0), keep.toNanos()));
    }

    private Future<ExpiredRows.Removed> rows(long firstKept) {
        return keep.isZero() || stopping
                ? Future.succeededFuture(new ExpiredRows.Removed(0, false))
                : ExpiredRows.remove(pool, firstKept).onSuccess(gone -> rows.addAndGet(gone.rows()));
    }

    private Future<Round> days(SqlConnection connection, long firstKept) {
        return list(connection, BEGUN, Tuple.of(MOST_DAYS)).compose(begun -> {
            Future<Round> removed = Future.succeededFuture(Round.NOTHING);
            for (long day : begun) {
                removed = removed.compose(sum -> finish(connection, day, sum));
            }
            return keep.isZero()
                    ? removed
                    : removed.compose(sum -> list(connection, EXPIRED, Tuple.of(Math.toIntExact(firstKept), MOST_DAYS))
                            .compose(days -> expire(connection, days, sum)));
        });
    }

    private Future<Round> expire(SqlConnection connection, List<Long> expired, Round sum) {
        Future<Round> removed = Future.succeededFuture(sum);
        for (long day : expired) {
            removed = removed.compose(before -> stopping
                    ? Future.succeededFuture(before)
                    : decide(connection, day)
                            .compose(goes -> goes ? finish(connection, day, before) : Future.succeededFuture(before)));
        }
        return removed.map(
                all -> new Round(all.days(), all.samples(), all.rows(), all.more() || expired.size() == MOST_DAYS));
    }

    private static Future<List<Long>> list(SqlConnection connection, String sql, Tuple values) {
        return connection
                .preparedQuery(sql)
                .execute(values)
                .map(rows -> Reads.all(rows, (Row row) -> (long) row.getInteger("day")));
    }

    /** Whoever pins after that is told. @return false when it is pinned */
    private static Future<Boolean> decide(SqlConnection connection, long day) {
        return connection
                .begin()
                .compose(tx -> PinTable.lockOut(connection)
                        .compose(alone -> PinTable.pinnedUntil(connection, day))
                        .compose(pinned -> pinned != null
                                ? Future.succeededFuture(false)
                                : connection
                                        .preparedQuery(DECIDE)
                                        .execute(Tuple.of((int) day))
                                        .map(true))
                        .compose(
                                goes -> tx.commit().map(goes),
                                failure -> tx.rollback().transform(undone -> Future.failedFuture(failure))));
    }

    private Future<Round> finish(SqlConnection connection, long day, Round sum) {
        return removal.remove(connection, day).map(removed -> {
            partitions.forget(List.of(day));
            days.incrementAndGet();
            samples.addAndGet(removed.samples());
            bytes.addAndGet(removed.bytes());
            LOG.info(
                    "day expired day={} samples={} bytes={}",
                    LocalDate.ofEpochDay(day),
                    removed.samples(),
                    removed.bytes());
            return new Round(sum.days() + 1, sum.samples() + removed.samples(), sum.rows(), sum.more());
        });
    }

    /** Ends work behind the day that is on its way. */
    public void stop() {
        stopping = true;
    }

    public Future<Void> close() {
        return worker.close();
    }
}
