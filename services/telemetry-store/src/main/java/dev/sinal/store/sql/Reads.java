package dev.sinal.store.sql;

import dev.sinal.contracts.RpcError;
import dev.sinal.store.domain.GrowingRest;
import io.vertx.circuitbreaker.CircuitBreaker;
import io.vertx.circuitbreaker.CircuitBreakerOptions;
import io.vertx.circuitbreaker.CircuitBreakerState;
import io.vertx.circuitbreaker.TimeoutException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.serviceproxy.ServiceException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of every read to the database: an answer or UNAVAILABLE within 3 s, and no more tries for a while once it is known to be away.
 * Writes never pass here.
 */
public final class Reads {
    private static final Logger LOG = LoggerFactory.getLogger(Reads.class);
    private static final int MOST_FAILURES = 5;
    /** Of a read, and of the small writes that a person waits for: what is left of 3 s is for the way there and back. */
    static final long TIMEOUT_MS = 2_500;

    private static final int MOST_TIMEOUTS = 3;
    private static final long WINDOW_MS = 10_000;
    private static final long FIRST_REST_MS = 2_000;
    private static final long MOST_REST_MS = 30_000;

    private final Pool pool;
    private final Pool samples;
    private final CircuitBreaker breaker;
    private final GrowingRest rest = new GrowingRest(FIRST_REST_MS, MOST_REST_MS);
    private final Deque<Long> timeouts = new ArrayDeque<>();
    private final AtomicLong opened = new AtomicLong();
    private volatile long notBefore;

    /** @param samples for reads of samples, see {@link #samples()} */
    public Reads(Vertx vertx, Pool pool, Pool samples) {
        this.pool = pool;
        this.samples = samples;
        breaker = CircuitBreaker.create(
                        "store-reads",
                        vertx,
                        new CircuitBreakerOptions()
                                .setMaxFailures(MOST_FAILURES)
                                .setTimeout(TIMEOUT_MS)
                                .setFailuresRollingWindow(WINDOW_MS)
                                .setResetTimeout(FIRST_REST_MS)
                                .setNotificationAddress(null))
                .failurePolicy(Reads::databaseFailed)
                .openHandler(open -> broken())
                .closeHandler(close -> rest.reset());
    }

    /** The library rests as long each time; how much longer this time is waited in {@link #run}. */
    private void broken() {
        opened.incrementAndGet();
        notBefore = nowMs() + rest.next();
        LOG.warn("reads are refused for a while rest_ms={}", notBefore - nowMs());
    }

    /** How often the database was taken for dead. */
    public long opened() {
        return opened.get();
    }

    /** The database answered somebody else: the next read is the try. */
    public void databaseBack() {
        notBefore = nowMs();
    }

    Pool pool() {
        return pool;
    }

    /** Connections whose statements are planned once, and without sorting where an index has the order: for statements of which one plan is right for all values. */
    Pool samples() {
        return samples;
    }

    /** 0 closed, 1 half open, 2 open. */
    public int breakerState() {
        CircuitBreakerState state = breaker.state();
        return state == CircuitBreakerState.CLOSED ? 0 : state == CircuitBreakerState.HALF_OPEN && !resting() ? 1 : 2;
    }

    public void close() {
        breaker.close();
    }

    /** @return what work answers, or a typed failure */
    <T> Future<T> run(Supplier<Future<T>> work) {
        if (breaker.state() == CircuitBreakerState.HALF_OPEN && resting()) {
            return Future.failedFuture(RpcError.UNAVAILABLE.exception("the database does not answer"));
        }
        return breaker.<T>execute(work)
                .onFailure(this::countTimeout)
                .recover(failure -> Future.failedFuture(failure instanceof DamagedChunks ? failure : typed(failure)));
    }

    private boolean resting() {
        return nowMs() < notBefore;
    }

    /** A read that runs into its limit costs more than one that is refused: fewer are enough. */
    private void countTimeout(Throwable failure) {
        if (!(failure instanceof TimeoutException)) {
            return;
        }
        long now = nowMs();
        timeouts.add(now);
        while (now - timeouts.getFirst() > WINDOW_MS) {
            timeouts.removeFirst();
        }
        if (timeouts.size() >= MOST_TIMEOUTS && breaker.state() == CircuitBreakerState.CLOSED) {
            timeouts.clear();
            breaker.open();
        }
    }

    private static long nowMs() {
        return System.nanoTime() / 1_000_000;
    }

    <T> Future<List<T>> list(String sql, Tuple values, Function<Row, T> mapper) {
        return run(() -> pool.preparedQuery(sql).execute(values)).map(rows -> all(rows, mapper));
    }

    static <T> List<T> all(RowSet<Row> rows, Function<Row, T> mapper) {
        List<T> list = new ArrayList<>(rows.size());
        for (Row row : rows) {
            list.add(mapper.apply(row));
        }
        return list;
    }

    private static boolean databaseFailed(Future<Object> result) {
        return result.failed()
                && !(result.cause() instanceof ServiceException)
                && !(result.cause() instanceof DamagedChunks);
    }

    /** Names of statements and servers stay in the log. */
    public static ServiceException typed(Throwable failure) {
        if (failure instanceof ServiceException known) {
            return known;
        }
        if (failure instanceof PartitionLimitException) {
            return RpcError.INVALID_PARAMS.exception(String.valueOf(failure.getMessage()));
        }
        return switch (SqlFailure.of(failure)) {
            case AWAY, FULL, COLLISION -> RpcError.UNAVAILABLE.exception("the database does not answer");
            case POISON -> RpcError.INVALID_PARAMS.exception("a value is outside what can be stored");
            case BUG -> {
                LOG.error("statement failed", failure);
                yield RpcError.INTERNAL.exception("the store failed");
            }
        };
    }
}
