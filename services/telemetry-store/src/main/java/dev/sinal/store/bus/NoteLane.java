package dev.sinal.store.bus;

import dev.sinal.contracts.NoteBatch;
import dev.sinal.contracts.StoreAnswer;
import dev.sinal.contracts.UtcNanos;
import dev.sinal.contracts.Wire;
import dev.sinal.runtime.Proxies;
import dev.sinal.store.sql.NoteTable;
import dev.sinal.store.sql.SqlFailure;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes what collectors note of streams besides samples; answered after COMMIT. */
public final class NoteLane {
    private static final Logger LOG = LoggerFactory.getLogger(NoteLane.class);
    private static final int MOST_NOTES = 500;
    private static final int MOST_BATCHES = 64;
    private static final long RETRY_MS = 1_000;
    private static final long LONGEST_S = 15;

    private final Vertx vertx;
    private final Gate gate;
    private final NoteTable notes;
    private final StoreMetrics metrics;
    private int running;
    private @Nullable MessageConsumer<Object> consumer;

    public NoteLane(Vertx vertx, Gate gate, NoteTable notes, StoreMetrics metrics) {
        this.vertx = vertx;
        this.gate = gate;
        this.notes = notes;
        this.metrics = metrics;
    }

    public Future<Void> start(String address) {
        MessageConsumer<Object> registered = vertx.eventBus().consumer(address, this::take);
        consumer = registered;
        return registered.completion();
    }

    public Future<Void> stop() {
        return consumer == null ? Future.succeededFuture() : Proxies.retire(vertx, consumer);
    }

    private void take(Message<Object> message) {
        if (!gate.isOpen() || running >= MOST_BATCHES) {
            message.reply(Wire.write(StoreAnswer.busy(RETRY_MS)));
            return;
        }
        NoteBatch batch;
        Future<Void> stored;
        running++;
        try {
            batch = Wire.read(json(message.body()), NoteBatch.class);
            if (batch.notes().size() > MOST_NOTES) {
                throw new IllegalArgumentException("notes may have " + MOST_NOTES + " entries, has "
                        + batch.notes().size());
            }
            stored = notes.add(batch.notes(), UtcNanos.now()).timeout(LONGEST_S, TimeUnit.SECONDS);
        } catch (IllegalArgumentException | NullPointerException | ClassCastException | DecodeException e) {
            running--;
            message.reply(Wire.write(StoreAnswer.rejected(String.valueOf(e.getMessage()))));
            return;
        }
        int count = batch.notes().size();
        stored.onComplete(result -> {
            running--;
            if (result.succeeded()) {
                metrics.storedNotes(count);
                message.reply(Wire.write(StoreAnswer.acked(count)));
            } else {
                LOG.warn(
                        "notes not stored count={} cause={}",
                        count,
                        result.cause().toString());
                message.reply(Wire.write(refusal(result.cause())));
            }
        });
    }

    private static StoreAnswer refusal(Throwable failure) {
        return SqlFailure.ofContent(failure) || SqlFailure.of(failure) == SqlFailure.POISON
                ? StoreAnswer.rejected(String.valueOf(failure.getMessage()))
                : StoreAnswer.busy(RETRY_MS);
    }

    private static JsonObject json(Object body) {
        return body instanceof Buffer buffer ? buffer.toJsonObject() : (JsonObject) body;
    }
}
