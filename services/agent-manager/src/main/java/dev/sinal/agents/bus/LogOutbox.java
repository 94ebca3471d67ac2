package dev.sinal.agents.bus;

import dev.sinal.contracts.LogEntry;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.TelemetryStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Log rows on their way to the store: sent in order, again and again while the store is away. Bounded: when it is full the oldest row is dropped
 * and counted. Lives on one event loop.
 */
public final class LogOutbox {
    private static final Logger LOG = LoggerFactory.getLogger(LogOutbox.class);
    private static final int BATCH = 200;
    private static final long FIRST_RETRY_MS = 500;
    private static final long LAST_RETRY_MS = 10_000;

    private final Vertx vertx;
    private final TelemetryStore store;
    private final int capacity;
    private final AgentsMetrics metrics;
    private final Deque<LogEntry> queue = new ArrayDeque<>();
    private boolean sending;
    private boolean closed;
    private long retryMs = FIRST_RETRY_MS;
    private long timer = -1;

    public LogOutbox(Vertx vertx, TelemetryStore store, int capacity, AgentsMetrics metrics) {
        this.vertx = vertx;
        this.store = store;
        this.capacity = capacity;
        this.metrics = metrics;
        metrics.watch("sinal.agents.log.queue", queue::size);
    }

    void add(LogEntry entry) {
        if (queue.size() >= capacity) {
            queue.removeFirst();
            metrics.logDropped(1);
        }
        queue.addLast(entry);
        if (!sending && timer < 0) {
            send();
        }
    }

    /** Tries once more, then gives up what is left. */
    public Future<Void> close() {
        closed = true;
        if (timer >= 0) {
            vertx.cancelTimer(timer);
            timer = -1;
        }
        if (queue.isEmpty()) {
            return Future.succeededFuture();
        }
        List<LogEntry> batch = head();
        return store.writeLogs(batch).otherwiseEmpty().onComplete(done -> {
            if (done.failed()) {
                metrics.logDropped(queue.size());
            }
        });
    }

    private List<LogEntry> head() {
        List<LogEntry> batch = new ArrayList<>(Math.min(BATCH, queue.size()));
        for (LogEntry entry : queue) {
            if (batch.size() == BATCH) {
                break;
            }
            batch.add(entry);
        }
        return batch;
    }

    private void send() {
        timer = -1;
        if (queue.isEmpty() || closed) {
            return;
        }
        sending = true;
        List<LogEntry> batch = head();
        store.writeLogs(batch).onComplete(written -> sent(batch), failure -> failed(batch, failure));
    }

    private void sent(List<LogEntry> batch) {
        sending = false;
        retryMs = FIRST_RETRY_MS;
        forget(batch);
        send();
    }

    private void failed(List<LogEntry> batch, Throwable failure) {
        sending = false;
        RpcError error = RpcError.of(failure);
        if (error == RpcError.INVALID_PARAMS || error == RpcError.TOO_LARGE) {
            // The store will never take these, and those behind them must not wait for ever.
            LOG.error("agents.log.refused rows={} detail={}", batch.size(), failure.getMessage());
            metrics.logDropped(batch.size());
            forget(batch);
            send();
            return;
        }
        if (!closed) {
            timer = vertx.setTimer(retryMs, id -> send());
            retryMs = Math.min(2 * retryMs, LAST_RETRY_MS);
        }
    }

    /** By identity: while they were under way, the oldest may have been dropped. */
    private void forget(List<LogEntry> batch) {
        for (LogEntry entry : batch) {
            if (queue.peekFirst() == entry) {
                queue.removeFirst();
            }
        }
    }
}
