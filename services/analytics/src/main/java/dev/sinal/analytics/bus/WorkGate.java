package dev.sinal.analytics.bus;

import dev.sinal.contracts.RpcError;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Supplier;

/** Lets so many analyses run at a time and so many wait; more are refused with UNAVAILABLE, so that memory and waiting stay bounded. */
final class WorkGate {
    private final int running;
    private final int waiting;
    private final Queue<Runnable> queue = new ArrayDeque<>();
    private int active;

    /** @param running most at a time @param waiting most in the queue */
    WorkGate(int running, int waiting) {
        this.running = running;
        this.waiting = waiting;
    }

    <T> Future<T> submit(Supplier<Future<T>> work) {
        Promise<T> promise = Promise.promise();
        Runnable start = () -> run(work, promise);
        synchronized (this) {
            if (active >= running) {
                if (queue.size() >= waiting) {
                    return RpcError.UNAVAILABLE.fail(
                            running + " analyses run and " + waiting + " wait already",
                            new JsonObject().put("retry_after_s", 5));
                }
                queue.add(start);
                return promise.future();
            }
            active++;
        }
        start.run();
        return promise.future();
    }

    private <T> void run(Supplier<Future<T>> work, Promise<T> promise) {
        Future<T> future;
        try {
            future = work.get();
        } catch (RuntimeException e) {
            future = Future.failedFuture(e);
        }
        future.onComplete(done -> {
            next();
            if (done.succeeded()) {
                promise.complete(done.result());
            } else {
                promise.fail(done.cause());
            }
        });
    }

    private void next() {
        Runnable start;
        synchronized (this) {
            start = queue.poll();
            if (start == null) {
                active--;
            }
        }
        if (start != null) {
            start.run();
        }
    }

    synchronized int queued() {
        return queue.size();
    }

    synchronized int active() {
        return active;
    }
}
