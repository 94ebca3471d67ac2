package dev.sinal.lsl.jna;

import com.sun.jna.Pointer;
import dev.sinal.lsl.LslException;
import dev.sinal.lsl.LslLimits;
import dev.sinal.lsl.Outlet;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.net.Contexts;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A native outlet. The lock keeps pushes in order and the outlet from being freed while one is under way; no call in it waits. */
final class PushedOutlet implements Outlet {
    private static final long LOOK_MS = 10;

    private final NativeLsl node;
    private final StreamInfo info;
    private final SamplePush push;
    private final List<Promise<Void>> waiters = new ArrayList<>();
    private @Nullable Pointer outlet;
    private @Nullable ScheduledFuture<?> look;
    private @Nullable Future<Void> closing;

    PushedOutlet(NativeLsl node, Pointer outlet, StreamInfo info, LslLimits limits) {
        this.node = node;
        this.outlet = outlet;
        this.info = info;
        this.push = new SamplePush(info, limits);
    }

    @Override
    public StreamInfo info() {
        return info;
    }

    @Override
    public synchronized int consumers() {
        Pointer open = outlet;
        return open == null ? 0 : Math.min(1, Calls.lsl_have_consumers(open));
    }

    @Override
    public void push(float[] sample, double stamp) {
        pushChunk(sample, 1, null, stamp);
    }

    @Override
    public void push(double[] sample, double stamp) {
        pushChunk(sample, 1, null, stamp);
    }

    @Override
    public void push(int[] sample, double stamp) {
        pushChunk(sample, 1, null, stamp);
    }

    @Override
    public void push(long[] sample, double stamp) {
        pushChunk(sample, 1, null, stamp);
    }

    @Override
    public void push(short[] sample, double stamp) {
        pushChunk(sample, 1, null, stamp);
    }

    @Override
    public void push(byte[] sample, double stamp) {
        pushChunk(sample, 1, null, stamp);
    }

    @Override
    public void push(String[] sample, double stamp) {
        pushChunk(sample, 1, null, stamp);
    }

    @Override
    public void push(Object sample, double stamp, boolean pushThrough) {
        pushChunk(sample, 1, null, stamp, pushThrough);
    }

    /** A push after the end is without effect, as it is in Java. */
    @Override
    public synchronized void pushChunk(
            Object rowMajorArray, int samples, double @Nullable [] stamps, double lastStamp, boolean pushThrough) {
        Pointer open = outlet;
        if (open != null) {
            push.push(open, rowMajorArray, samples, stamps, lastStamp, pushThrough);
        }
    }

    /** Always 0: the native library drops silently. */
    @Override
    public long dropped() {
        return 0;
    }

    @Override
    public Future<Void> whenConsumers(int n) {
        return Contexts.toCaller(arrival(n).future());
    }

    @Override
    public Future<Boolean> whenConsumers(int n, Duration timeout) {
        Promise<Void> arrival = arrival(n);
        return Contexts.toCaller(arrival.future()
                .timeout(Math.max(1, timeout.toMillis()), TimeUnit.MILLISECONDS)
                .map(true)
                .recover(failure -> {
                    forget(arrival);
                    return failure instanceof TimeoutException
                            ? Future.succeededFuture(false)
                            : Future.failedFuture(failure);
                }));
    }

    private synchronized void forget(Promise<Void> arrival) {
        waiters.remove(arrival);
    }

    private Promise<Void> arrival(int n) {
        Promise<Void> promise = Promise.promise();
        synchronized (this) {
            if (outlet == null) {
                promise.fail(new LslException("the outlet is closed"));
            } else if (n > 1) {
                promise.fail(new LslException("the native library tells only whether there is any consumer"));
            } else if (consumers() >= n) {
                promise.complete();
            } else {
                waiters.add(promise);
                if (look == null) {
                    look = node.work().every(LOOK_MS, this::lookForConsumers);
                }
            }
        }
        return promise;
    }

    private void lookForConsumers() {
        List<Promise<Void>> ready;
        synchronized (this) {
            if (outlet == null || consumers() == 0) {
                return;
            }
            ready = endWaiting();
        }
        ready.forEach(promise -> promise.tryComplete());
    }

    private List<Promise<Void>> endWaiting() {
        List<Promise<Void>> ended = List.copyOf(waiters);
        waiters.clear();
        ScheduledFuture<?> looking = look;
        look = null;
        if (looking != null) {
            looking.cancel(false);
        }
        return ended;
    }

    @Override
    public Future<Void> close() {
        List<Promise<Void>> abandoned;
        Future<Void> done;
        synchronized (this) {
            Pointer open = outlet;
            outlet = null;
            abandoned = endWaiting();
            if (open != null) {
                closing = node.work().run(() -> {
                    Calls.lsl_destroy_outlet(open);
                    return null;
                });
            }
            done = closing == null ? Future.succeededFuture() : closing;
        }
        abandoned.forEach(promise -> promise.tryFail(new LslException("the outlet is closed")));
        node.forget(this);
        return Contexts.toCaller(done);
    }
}
