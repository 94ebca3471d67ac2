package dev.sinal.store.sql;

import dev.sinal.contracts.RpcError;
import io.vertx.circuitbreaker.CircuitBreaker;
import io.vertx.circuitbreaker.CircuitBreakerOptions;
import io.vertx.circuitbreaker.CircuitBreakerState;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.serviceproxy.ServiceException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
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

    private static final long RESET_MS = 2_000;

    private final Pool pool;
    private final CircuitBreaker breaker;

    public Reads(Vertx vertx, Pool pool) {
        this.pool = pool;
        breaker = CircuitBreaker.create(
                        "store-reads",
                        vertx,
                        new CircuitBreakerOptions()
                                .setMaxFailures(MOST_FAILURES)
                                .setTimeout(TIMEOUT_MS)
                                .setResetTimeout(RESET_MS)
                                .setNotificationAddress(null))
                .failurePolicy(Reads::databaseFailed);
    }

    Pool pool() {
        return pool;
    }

    /** 0 closed, 1 half open, 2 open. */
    public int breakerState() {
        CircuitBreakerState state = breaker.state();
        return state == CircuitBreakerState.CLOSED ? 0 : state == CircuitBreakerState.HALF_OPEN ? 1 : 2;
    }

    public void close() {
        breaker.close();
    }

    /** @return what work answers, or a typed failure */
    <T> Future<T> run(Supplier<Future<T>> work) {
        return breaker.<T>execute(work).recover(failure -> Future.failedFuture(typed(failure)));
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
        return result.failed() && !(result.cause() instanceof ServiceException);
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
