package dev.sinal.store.bus;

import dev.sinal.chunk.Chunks;
import dev.sinal.store.domain.ChunkRow;
import dev.sinal.store.domain.EpochState;
import dev.sinal.store.domain.GroupCommit;
import dev.sinal.store.domain.QueuedChunk;
import dev.sinal.store.domain.Run;
import dev.sinal.store.domain.Verdict;
import dev.sinal.store.domain.WriteQueue;
import dev.sinal.store.sql.ChunkWriter;
import dev.sinal.store.sql.SqlFailure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One write statement at a time for the streams of this lane: what came in meanwhile goes into the next. Answers are sent after COMMIT.
 * Belongs to one event loop.
 */
final class WriteLane {
    private static final Logger LOG = LoggerFactory.getLogger(WriteLane.class);
    /** Longer than the server lets a statement run: past it the connection is taken for dead. A late commit does no harm. */
    private static final long LONGEST_S = 15;

    private static final long RETRY_MS = 500;
    private static final long RETRY_FULL_MS = 5_000;

    private final Vertx vertx;
    private final ChunkWriter writer;
    private final StoreMetrics metrics;
    private final GroupCommit plan;
    private final WriteQueue queue;
    private final Runnable databaseAway;
    private final Consumer<Run> committed;
    private final List<Run> alone = new ArrayList<>();
    private boolean busy;
    private @Nullable SqlFailure lastFailure;
    private @Nullable Promise<Void> drained;

    /** @param databaseAway called when a statement did not reach the database @param committed told each run that was stored */
    WriteLane(
            Vertx vertx,
            ChunkWriter writer,
            StoreMetrics metrics,
            GroupCommit plan,
            WriteQueue queue,
            Runnable databaseAway,
            Consumer<Run> committed) {
        this.vertx = vertx;
        this.writer = writer;
        this.metrics = metrics;
        this.plan = plan;
        this.queue = queue;
        this.databaseAway = databaseAway;
        this.committed = committed;
    }

    /** @return false when the queue is full */
    boolean offer(QueuedChunk chunk) {
        if (!queue.offer(chunk)) {
            return false;
        }
        if (!busy) {
            busy = true;
            long waitMs = plan.waitMs();
            if (waitMs == 0) {
                vertx.runOnContext(tick -> next());
            } else {
                vertx.setTimer(waitMs, tick -> next());
            }
        }
        return true;
    }

    int chunks() {
        return queue.chunks();
    }

    long bytes() {
        return queue.bytes();
    }

    GroupCommit plan() {
        return plan;
    }

    /** Nothing waits and no statement runs. */
    boolean idle() {
        return !busy;
    }

    private void next() {
        List<Run> runs = alone.isEmpty() ? queue.take(plan.bytes()) : List.of(alone.remove(0));
        if (runs.isEmpty()) {
            busy = false;
            if (drained != null) {
                drained.tryComplete();
            }
            return;
        }
        long started = System.nanoTime();
        long bytes = bytes(runs);
        Future<ChunkWriter.Outcome> appended;
        try {
            appended = writer.append(runs).timeout(LONGEST_S, TimeUnit.SECONDS);
        } catch (RuntimeException e) {
            appended = Future.failedFuture(e);
        }
        appended.onComplete(result -> {
            try {
                if (result.succeeded()) {
                    long took = System.nanoTime() - started;
                    plan.committed(took, bytes);
                    metrics.committed(took, chunks(runs), bytes);
                    lastFailure = null;
                    settle(runs, result.result());
                } else {
                    failed(runs, result.cause());
                }
            } finally {
                next();
            }
        });
    }

    private static long bytes(List<Run> runs) {
        return runs.stream()
                .flatMap(run -> run.chunks().stream())
                .mapToLong(QueuedChunk::bytes)
                .sum();
    }

    private static int chunks(List<Run> runs) {
        return runs.stream().mapToInt(run -> run.chunks().size()).sum();
    }

    private void settle(List<Run> runs, ChunkWriter.Outcome outcome) {
        for (Run run : runs) {
            if (outcome.stored().contains(run.key())) {
                List<ChunkRow> rows = run.rows();
                metrics.stored(
                        rows.size(), rows.stream().mapToLong(ChunkRow::count).sum());
                carryOut(Verdict.stored(run));
                committed.accept(run);
            } else {
                EpochState state = outcome.states().get(run.key());
                carryOut(Verdict.refused(run, state));
            }
        }
    }

    private void failed(List<Run> runs, Throwable failure) {
        SqlFailure kind = SqlFailure.of(failure);
        switch (kind) {
            case COLLISION -> runs.forEach(run -> carryOut(Verdict.refused(run, null)));
            case POISON -> isolate(runs, failure);
            case FULL -> refuse(runs, RETRY_FULL_MS, failure, kind);
            case AWAY -> {
                if (failure instanceof TimeoutException) {
                    plan.tooLarge();
                }
                databaseAway.run();
                refuse(runs, RETRY_MS, failure, kind);
            }
            case BUG -> refuse(runs, RETRY_FULL_MS, failure, kind);
        }
    }

    private void refuse(List<Run> runs, long retryMs, Throwable failure, SqlFailure kind) {
        if (kind != lastFailure) {
            LOG.warn("chunks not stored, senders try again kind={} cause={}", kind, failure.toString());
            lastFailure = kind;
        }
        runs.forEach(run -> carryOut(Verdict.busy(run, retryMs)));
    }

    /** One chunk of the statement cannot be stored: each alone shows which; that one is set aside, the others are stored. */
    private void isolate(List<Run> runs, Throwable failure) {
        if (runs.size() == 1 && runs.get(0).chunks().size() == 1) {
            Run run = runs.get(0);
            QueuedChunk chunk = run.chunks().get(0);
            run.repeats().forEach(queue::putBack);
            if (chunk.refused()) {
                refuse(List.of(new Run(List.of(chunk), List.of())), RETRY_FULL_MS, failure, SqlFailure.BUG);
            } else {
                LOG.warn(
                        "chunk set aside stream={} first={} cause={}",
                        chunk.streamId(),
                        chunk.first(),
                        failure.toString());
                queue.putBack(chunk.refuse(
                        failure.getMessage() == null ? "not storable" : failure.getMessage(), bytes(chunk)));
            }
            return;
        }
        for (Run run : runs) {
            run.chunks().forEach(chunk -> alone.add(new Run(List.of(chunk), List.of())));
            run.repeats().forEach(queue::putBack);
        }
    }

    private static byte[] bytes(QueuedChunk chunk) {
        return chunk.rows().size() == 1
                ? chunk.rows().get(0).chunk()
                : Chunks.join(chunk.rows().stream().map(ChunkRow::chunk).toList());
    }

    private void carryOut(Verdict verdict) {
        for (Verdict.Answer answer : verdict.answers()) {
            answer.send();
        }
        verdict.again().forEach(queue::putBack);
    }

    /** Tells everything that still waits to come again; done when the statement that runs has been answered. */
    Future<Void> stop() {
        List<Run> left = new ArrayList<>(alone);
        alone.clear();
        while (!queue.isEmpty()) {
            left.addAll(queue.take(Long.MAX_VALUE));
        }
        left.forEach(run -> carryOut(Verdict.busy(run, RETRY_MS)));
        if (!busy) {
            return Future.succeededFuture();
        }
        Promise<Void> last = Promise.promise();
        drained = last;
        return last.future();
    }
}
