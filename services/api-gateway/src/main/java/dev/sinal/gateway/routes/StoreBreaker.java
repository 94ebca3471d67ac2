package dev.sinal.gateway.routes;

import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.read.ReadClient;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.circuitbreaker.CircuitBreaker;
import io.vertx.circuitbreaker.CircuitBreakerOptions;
import io.vertx.circuitbreaker.CircuitBreakerState;
import io.vertx.circuitbreaker.OpenCircuitException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.function.Supplier;

/**
 * Around every read of the store: after five failures in a row callers are refused at once instead of waiting, and two seconds later one is let
 * through to see. Only an absent store counts; a refusal is an answer. Writes never pass here.
 */
public final class StoreBreaker {
    private static final int MAX_FAILURES = 5;
    private static final long RESET_MS = 2_000;

    private final CircuitBreaker breaker;

    public StoreBreaker(Vertx vertx, MeterRegistry metrics) {
        breaker = CircuitBreaker.create(
                        "store-reads",
                        vertx,
                        new CircuitBreakerOptions()
                                .setMaxFailures(MAX_FAILURES)
                                // The calls have timeouts of their own.
                                .setTimeout(-1)
                                .setResetTimeout(RESET_MS)
                                .setNotificationAddress(null))
                .failurePolicy(StoreBreaker::storeAbsent);
        Gauge.builder("sinal.gateway.store.breaker.open", breaker, b -> b.state() == CircuitBreakerState.CLOSED ? 0 : 1)
                .register(metrics);
    }

    private static boolean storeAbsent(Future<Object> result) {
        return result.failed()
                && RpcError.of(result.cause()) == RpcError.UNAVAILABLE
                && !ReadClient.READER_GONE.equals(RpcError.data(result.cause()).getString("code"));
    }

    public <T> Future<T> read(Supplier<Future<T>> call) {
        return breaker.<T>execute(call).recover(StoreBreaker::translate);
    }

    private static <T> Future<T> translate(Throwable failure) {
        if (failure instanceof OpenCircuitException) {
            return RpcError.UNAVAILABLE.fail(
                    "the telemetry store did not answer lately; try again shortly",
                    new JsonObject().put("retry_after_s", RESET_MS / 1000));
        }
        return Future.failedFuture(failure);
    }

    public void close() {
        breaker.close();
    }
}
