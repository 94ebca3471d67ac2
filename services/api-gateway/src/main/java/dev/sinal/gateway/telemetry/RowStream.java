package dev.sinal.gateway.telemetry;

import dev.sinal.gateway.format.RowBytes;
import dev.sinal.gateway.format.RowFormat;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** Writes a whole range to a response in constant memory: the next rows are decoded when the reader has taken the last ones. */
final class RowStream {
    private static final int STEP_BYTES = 128 * 1024;
    /** A reader that takes nothing for so long is given up. */
    private static final long STUCK_MS = 30_000;
    /** A frame may be many times larger as text: a slow reader is busy with it for longer than the store waits for the next pull. */
    static final long KEEP_MS = 10_000;

    private final Vertx vertx;
    private final AtomicInteger open;

    RowStream(Vertx vertx, MeterRegistry metrics) {
        this.vertx = vertx;
        this.open = metrics.gauge("sinal.gateway.history.streams", new AtomicInteger());
    }

    /** What is under way; the parts that are written are let go, however long the stream is. */
    private static final class Run {
        private final RowSource source;
        private final RowFormat format;
        private final HttpServerResponse response;
        private final Promise<Void> done = Promise.promise();
        private final RowBytes pending = new RowBytes(STEP_BYTES + STEP_BYTES / 4);

        Run(RowSource source, RowFormat format, HttpServerResponse response) {
            this.source = source;
            this.format = format;
            this.response = response;
        }
    }

    /** Completes when the last byte is written; fails when the source fails, and then the answer has no last chunk. */
    Future<Void> send(RowSource source, RowFormat format, HttpServerResponse response) {
        Run run = new Run(source, format, response);
        open.incrementAndGet();
        long keeping = vertx.setPeriodic(KEEP_MS, tick -> source.keep());
        format.begin(run.pending);
        pull(run);
        return run.done.future().onComplete(done -> {
            vertx.cancelTimer(keeping);
            open.decrementAndGet();
            source.close();
        });
    }

    // No chain of composed futures: each link would hold its part of the text until the end.
    private void pull(Run run) {
        run.source.fill().onFailure(run.done::fail).onSuccess(filled -> {
            if (filled) {
                drain(run);
            } else {
                run.response.end(run.pending.take()).onComplete(run.done);
            }
        });
    }

    private void drain(Run run) {
        vertx.executeBlocking(() -> format(run), false)
                .onFailure(run.done::fail)
                .onSuccess(more -> {
                    if (run.pending.size() < STEP_BYTES) {
                        goOn(run, more);
                        return;
                    }
                    write(run.response, run.pending.take())
                            .onFailure(run.done::fail)
                            .onSuccess(written -> goOn(run, more));
                });
    }

    private void goOn(Run run, boolean more) {
        if (more) {
            drain(run);
        } else {
            pull(run);
        }
    }

    /** @return whether the source may have more rows without another pull */
    private static boolean format(Run run) {
        while (run.pending.size() < STEP_BYTES) {
            if (!run.source.advance()) {
                return false;
            }
            run.format.row(run.pending, run.source.row());
        }
        return true;
    }

    /**
     * Writes, then waits until the socket has taken it all: the queue before the socket may hold megabytes, and says nothing before it is
     * empty again.
     */
    static Future<Void> write(HttpServerResponse response, Buffer part) {
        if (response.closed()) {
            return Future.failedFuture("the reader went away");
        }
        return response.write(part)
                .timeout(STUCK_MS, TimeUnit.MILLISECONDS)
                .recover(e -> Future.failedFuture(
                        e instanceof TimeoutException
                                ? "the reader took nothing for " + STUCK_MS + " ms"
                                : "the reader went away"));
    }
}
