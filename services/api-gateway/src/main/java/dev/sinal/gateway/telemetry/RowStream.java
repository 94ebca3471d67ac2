package dev.sinal.gateway.telemetry;

import dev.sinal.gateway.format.RowFormat;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
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
    private static final long KEEP_MS = 10_000;

    private final Vertx vertx;
    private final AtomicInteger open;

    RowStream(Vertx vertx, MeterRegistry metrics) {
        this.vertx = vertx;
        this.open = metrics.gauge("sinal.gateway.history.streams", new AtomicInteger());
    }

    private record Run(RowSource source, RowFormat format, HttpServerResponse response) {}

    /** Completes when the last byte is written; fails when the source fails, and then the answer has no last chunk. */
    Future<Void> send(RowSource source, RowFormat format, HttpServerResponse response) {
        Run run = new Run(source, format, response);
        open.incrementAndGet();
        long keeping = vertx.setPeriodic(KEEP_MS, tick -> source.keep());
        Buffer head = Buffer.buffer();
        format.begin(head);
        return pull(run, head).compose(rest -> response.end(rest)).onComplete(done -> {
            vertx.cancelTimer(keeping);
            open.decrementAndGet();
            source.close();
        });
    }

    /** Pulls to the end. @return what is formatted but not written yet */
    private Future<Buffer> pull(Run run, Buffer pending) {
        return run.source().fill().compose(filled -> filled ? drain(run, pending) : Future.succeededFuture(pending));
    }

    private Future<Buffer> drain(Run run, Buffer pending) {
        return vertx.executeBlocking(() -> format(run, pending), false).compose(more -> {
            if (pending.length() < STEP_BYTES) {
                return more ? drain(run, pending) : pull(run, pending);
            }
            return write(run.response(), pending)
                    .compose(written -> more ? drain(run, Buffer.buffer()) : pull(run, Buffer.buffer()));
        });
    }

    /** @return whether the source may have more rows without another pull */
    private static boolean format(Run run, Buffer out) {
        while (out.length() < STEP_BYTES) {
            if (!run.source().advance()) {
                return false;
            }
            run.format().row(out, run.source().row());
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
