package dev.sinal.lsl.jna;

import dev.sinal.lsl.LslException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads for native calls that wait: a few for searches and openings, one that looks at things from time to time. */
final class NativeWork {
    private static final int THREADS = 8;
    private static final int WAITING = 256;
    private static final long CLOSING_S = 15;

    private final ThreadPoolExecutor calls = new ThreadPoolExecutor(
            THREADS, THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(WAITING), named("sinal-liblsl-call-"));
    private final ScheduledThreadPoolExecutor looks = new ScheduledThreadPoolExecutor(1, named("sinal-liblsl-look-"));

    NativeWork() {
        calls.allowCoreThreadTimeOut(true);
        looks.setRemoveOnCancelPolicy(true);
    }

    private static ThreadFactory named(String prefix) {
        AtomicInteger number = new AtomicInteger();
        return task -> daemon(prefix + number.incrementAndGet(), task);
    }

    /** A native call must not keep the process alive. */
    static Thread daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Runs a call that may wait; fails at once when {@value #WAITING} wait already. */
    <T> Future<T> run(Callable<T> call) {
        Promise<T> promise = Promise.promise();
        try {
            calls.execute(() -> {
                try {
                    promise.complete(call.call());
                } catch (Throwable failed) {
                    promise.fail(failed);
                }
            });
        } catch (RejectedExecutionException full) {
            promise.fail(new LslException(
                    calls.isShutdown() ? "closed" : "more than " + WAITING + " native calls are waiting"));
        }
        return promise.future();
    }

    /** Looks again and again; the look must not wait. */
    ScheduledFuture<?> every(long ms, Runnable look) {
        return looks.scheduleWithFixedDelay(look, ms, ms, TimeUnit.MILLISECONDS);
    }

    /** Waits for the calls in flight. */
    void close() throws InterruptedException {
        looks.shutdownNow();
        calls.shutdown();
        if (!calls.awaitTermination(CLOSING_S, TimeUnit.SECONDS)
                || !looks.awaitTermination(CLOSING_S, TimeUnit.SECONDS)) {
            throw new LslException("a native call did not return within " + CLOSING_S + " s");
        }
    }
}
