package dev.sinal.store.sql;

import dev.sinal.runtime.Health;
import dev.sinal.runtime.sql.Database;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the database every second, and at once when a write did not reach it, whether it is there and whether what it commits stays committed. */
public final class DatabaseWatch {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseWatch.class);
    private static final long EVERY_MS = 1_000;
    private static final long LONGEST_MS = 2_500;
    private static final int OLDEST_VERSION = 150_000;

    private static final String ASK = """
            SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS synchronous_commit,
                   current_setting('full_page_writes') AS full_page_writes,
                   current_setting('server_version_num')::int AS version,
                   current_setting('max_connections')::int AS connections,
                   current_setting('superuser_reserved_connections')::int
                       + COALESCE(current_setting('reserved_connections', true)::int, 0) AS reserved
            """;

    private final Vertx vertx;
    private final Pool pool;
    private final boolean unsafeAllowed;
    private long timer = -1;
    private boolean asking;
    private Runnable back = () -> {};
    private int compared;
    private volatile boolean answers;
    private volatile String unsafe = "";
    private volatile String problem = "the database was not reached yet";

    /** @param unsafeAllowed the operator accepts a server that may lose what it committed */
    public DatabaseWatch(Vertx vertx, Pool pool, boolean unsafeAllowed) {
        this.vertx = vertx;
        this.pool = pool;
        this.unsafeAllowed = unsafeAllowed;
    }

    /** Settings with which committed samples can be lost, or a version that is too old. */
    public static final class UnsafeDatabaseException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnsafeDatabaseException(String what) {
            super("the database may lose what it committed: " + what
                    + "; put it right, or set database.unsafe: true to accept it");
        }
    }

    /** Fails with {@link UnsafeDatabaseException}, or because the database does not answer. */
    public Future<Void> ask() {
        return pool.query(ASK)
                .execute()
                .timeout(LONGEST_MS, TimeUnit.MILLISECONDS)
                .compose(rows -> {
                    Row row = rows.iterator().next();
                    if (!answers) {
                        answers = true;
                        back.run();
                    }
                    compareConnections(row.getInteger("connections"), row.getInteger("reserved"));
                    unsafe = String.join(", ", problems(row));
                    return unsafe.isEmpty() || unsafeAllowed
                            ? Future.succeededFuture()
                            : Future.failedFuture(new UnsafeDatabaseException(unsafe));
                });
    }

    public void start() {
        timer = vertx.setPeriodic(EVERY_MS, tick -> look());
    }

    /** @param work done when it answers again */
    public void onBack(Runnable work) {
        back = work;
    }

    /** Asks now. A question that is on the way counts. */
    public void look() {
        if (!asking) {
            asking = true;
            ask().onFailure(this::problem).onComplete(done -> asking = false);
        }
    }

    public void stop() {
        vertx.cancelTimer(timer);
    }

    /** Why the store cannot work now, for people. */
    public void problem(Throwable why) {
        String message = why.getMessage();
        problem = message == null ? why.getClass().getSimpleName() : message;
        answers = false;
    }

    public Health.Status status(boolean open) {
        if (!unsafe.isEmpty() && !unsafeAllowed) {
            return Health.Status.notReady("unsafe: " + unsafe);
        }
        if (!open) {
            return Health.Status.notReady(problem);
        }
        if (!answers) {
            return Health.Status.notReady("the database does not answer: " + problem);
        }
        return new Health.Status(true, unsafe.isEmpty() ? null : "unsafe: " + unsafe);
    }

    /** Once for each size of the pools: those of other services of this process are made later. */
    private void compareConnections(int most, int reserved) {
        int needed = Database.connectionsOf(vertx);
        if (needed == compared) {
            return;
        }
        compared = needed;
        if (needed > most - reserved) {
            LOG.warn(
                    "the pools of this process may open {} connections, but the database gives {} (max_connections {}, {} of them reserved):"
                            + " raise max_connections, or lower store.openReads, store.pageReads or store.lanes",
                    needed,
                    most - reserved,
                    most,
                    reserved);
        } else {
            LOG.info("connections needed={} given={}", needed, most - reserved);
        }
    }

    private static List<String> problems(Row row) {
        List<String> problems = new ArrayList<>();
        for (String setting : new String[] {"fsync", "synchronous_commit", "full_page_writes"}) {
            if ("off".equals(row.getString(setting))) {
                problems.add(setting + " is off");
            }
        }
        if (row.getInteger("version") < OLDEST_VERSION) {
            problems.add("version " + row.getInteger("version") / 10_000 + " is older than 15");
        }
        return problems;
    }
}
