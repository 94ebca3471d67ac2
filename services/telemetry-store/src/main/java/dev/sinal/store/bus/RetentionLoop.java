package dev.sinal.store.bus;

import dev.sinal.runtime.Proxies;
import dev.sinal.store.domain.GrowingRest;
import dev.sinal.store.sql.Reads;
import dev.sinal.store.sql.Retention;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** When retention runs: once a minute, sooner while there is more to do; whoever asks on the bus gets a round at once. Belongs to one event loop. */
public final class RetentionLoop {
    private static final Logger LOG = LoggerFactory.getLogger(RetentionLoop.class);
    private static final long LOOK_MS = 60_000;
    private static final long MORE_MS = 1_000;
    private static final long MOST_REST_MS = 600_000;

    private final Vertx vertx;
    private final Gate gate;
    private final Retention retention;
    private final GrowingRest rest = new GrowingRest(LOOK_MS, MOST_REST_MS);
    private Future<Void> running = Future.succeededFuture();
    private long timer;
    private long failures;
    private long lastMs;
    private boolean stopping;
    private @Nullable MessageConsumer<JsonObject> consumer;

    public RetentionLoop(Vertx vertx, Gate gate, Retention retention, StoreMetrics metrics) {
        this.vertx = vertx;
        this.gate = gate;
        this.retention = retention;
        metrics.gauge("retention.days", retention::days);
        metrics.gauge("retention.samples", retention::samples);
        metrics.gauge("retention.bytes", retention::bytes);
        metrics.gauge("retention.rows", retention::rows);
        metrics.gauge("retention.failures", () -> failures);
        metrics.gauge("retention.last", () -> lastMs / 1e3);
    }

    /** @param address where a round can be asked for, see {@code Addresses.STORE_EXPIRE} */
    public Future<Void> start(String address) {
        MessageConsumer<JsonObject> registered = vertx.eventBus().consumer(address, this::now);
        consumer = registered;
        next(LOOK_MS);
        return registered.completion();
    }

    private void next(long delayMs) {
        if (!stopping) {
            timer = vertx.setTimer(delayMs, tick -> {
                if (!gate.isOpen()) {
                    next(LOOK_MS);
                    return;
                }
                round().onComplete(done ->
                        next(done.failed() ? rest.next() : done.result().more() ? MORE_MS : LOOK_MS));
            });
        }
    }

    /** One after the other. */
    private Future<Retention.Round> round() {
        Future<Retention.Round> round = running.transform(before ->
                        stopping ? Future.<Retention.Round>failedFuture("the store stops") : retention.round())
                .onSuccess(done -> {
                    rest.reset();
                    lastMs = System.currentTimeMillis();
                })
                .onFailure(failure -> {
                    failures++;
                    LOG.warn("retention rests cause={}", failure.toString());
                });
        running = round.transform(any -> Future.succeededFuture());
        return round;
    }

    private void now(Message<JsonObject> message) {
        round().onSuccess(done -> message.reply(new JsonObject()
                        .put("days", done.days())
                        .put("samples", done.samples())
                        .put("rows", done.rows())))
                .onFailure(failure -> message.reply(Reads.typed(failure)));
    }

    /** Done when the day on its way is gone, or left to the next. */
    public Future<Void> stop() {
        stopping = true;
        vertx.cancelTimer(timer);
        retention.stop();
        Future<Void> gone = consumer == null ? Future.succeededFuture() : Proxies.retire(vertx, consumer);
        return gone.transform(unregistered -> running).transform(done -> retention.close());
    }
}
