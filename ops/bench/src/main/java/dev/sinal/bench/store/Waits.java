package dev.sinal.bench.store;

import io.vertx.core.Future;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The one way in which a bench waits for what happens on event loops: with an end. */
final class Waits {
    private static final long MOST_S = 120;

    private Waits() {}

    static <T> T on(Future<T> future) throws Exception {
        try {
            return future.toCompletionStage().toCompletableFuture().get(MOST_S, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } catch (TimeoutException e) {
            throw new IllegalStateException("no answer within " + MOST_S + " s", e);
        }
    }
}
