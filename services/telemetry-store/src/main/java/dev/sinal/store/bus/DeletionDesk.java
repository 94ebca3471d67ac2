package dev.sinal.store.bus;

import dev.sinal.contracts.DeletionQuery;
import dev.sinal.contracts.DeletionRecord;
import dev.sinal.contracts.DeletionRequest;
import dev.sinal.contracts.RpcError;
import dev.sinal.store.domain.GrowingRest;
import dev.sinal.store.sql.Deletions;
import dev.sinal.store.sql.Reads;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes orders to delete, sees to it that they are worked off, also those of a store that was killed, and answers when they are, or after some seconds. */
public final class DeletionDesk {
    private static final Logger LOG = LoggerFactory.getLogger(DeletionDesk.class);
    private static final long LOOK_MS = 10_000;
    private static final long MOST_REST_MS = 300_000;
    /** Shorter than callers wait for an answer. */
    private static final long PATIENCE_NS = TimeUnit.MILLISECONDS.toNanos(2_500);

    private static final long ASK_MS = 50;
    /** A short deletion is done in one go; a long one leaves the database to others half of the time. */
    private static final long SHORT_NS = TimeUnit.SECONDS.toNanos(3);

    private final Vertx vertx;
    private final Gate gate;
    private final Deletions deletions;
    private final GrowingRest rest = new GrowingRest(LOOK_MS, MOST_REST_MS);
    private Future<Void> running = Future.succeededFuture();
    private boolean again;
    private boolean stopping;
    private long failures;
    private long timer;

    public DeletionDesk(Vertx vertx, Gate gate, Deletions deletions, StoreMetrics metrics) {
        this.vertx = vertx;
        this.gate = gate;
        this.deletions = deletions;
        metrics.gauge("deletions.samples", deletions::removed);
        metrics.gauge("deletions.failures", () -> failures);
    }

    /** Looks for what others left, now and then. */
    public void start() {
        next(LOOK_MS / 10);
    }

    private void next(long delayMs) {
        if (!stopping) {
            timer = vertx.setTimer(delayMs, tick -> {
                if (gate.isOpen()) {
                    kick();
                }
                running.onComplete(done -> next(done.succeeded() ? LOOK_MS : rest.next()));
            });
        }
    }

    private void kick() {
        if (!running.isComplete()) {
            again = true;
            return;
        }
        again = false;
        long began = System.nanoTime();
        running = deletions
                .work(spent -> System.nanoTime() - began < SHORT_NS
                        ? Future.succeededFuture()
                        : vertx.timer(Math.max(1, spent / 1_000_000), TimeUnit.MILLISECONDS)
                                .mapEmpty())
                .onSuccess(done -> rest.reset())
                .onFailure(failure -> {
                    failures++;
                    LOG.warn("deleting rests cause={}", failure.toString());
                });
        running.onComplete(done -> {
            if (again && !stopping) {
                kick();
            }
        });
    }

    /** What is removed, or would be. */
    Future<DeletionRecord> delete(DeletionRequest request) {
        Future<DeletionRecord> answer = request.dryRun()
                ? deletions.plan(request)
                : deletions.accept(request).compose(id -> {
                    LOG.info(
                            "deletion accepted id={} agent={} stream={} from={} to={} by={}",
                            id,
                            request.agentId(),
                            request.stream(),
                            request.from(),
                            request.to(),
                            request.requestedBy());
                    kick();
                    return finished(id, System.nanoTime() + PATIENCE_NS);
                });
        return answer.recover(failure -> Future.failedFuture(Reads.typed(failure)));
    }

    /** Whichever store works it off. */
    private Future<DeletionRecord> finished(String id, long until) {
        return deletions.find(new DeletionQuery(null, id, 1)).compose(found -> {
            if (found.isEmpty()) {
                return RpcError.NOT_FOUND.fail("no deletion " + id);
            }
            DeletionRecord record = found.get(0);
            boolean enough = record.state().equals(DeletionRecord.FINISHED) || System.nanoTime() - until >= 0;
            return enough
                    ? Future.succeededFuture(record)
                    : vertx.timer(ASK_MS, TimeUnit.MILLISECONDS).compose(tick -> finished(id, until));
        });
    }

    Future<List<DeletionRecord>> find(DeletionQuery query) {
        return deletions.find(query).recover(failure -> Future.failedFuture(Reads.typed(failure)));
    }

    /** Done when the batch on its way is stored or undone; the rest is done by whoever starts next. */
    public Future<Void> stop() {
        stopping = true;
        vertx.cancelTimer(timer);
        deletions.stop();
        return running.transform(done -> deletions.close());
    }
}
