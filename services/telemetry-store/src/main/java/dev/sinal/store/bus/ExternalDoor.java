package dev.sinal.store.bus;

import dev.sinal.chunk.ChunkDecoder;
import dev.sinal.chunk.ChunkFormatException;
import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.ExternalWrite;
import dev.sinal.contracts.ExternalWrite.Once;
import dev.sinal.contracts.LiveMeta;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.UtcNanos;
import dev.sinal.contracts.Wire;
import dev.sinal.contracts.WriteReceipt;
import dev.sinal.contracts.acp.AcpMessage;
import dev.sinal.contracts.read.Envelope;
import dev.sinal.runtime.Proxies;
import dev.sinal.runtime.live.WatchedTelemetry;
import dev.sinal.store.domain.ExternalBatch;
import dev.sinal.store.domain.ExternalBatch.Plan;
import dev.sinal.store.sql.ExternalWriter;
import dev.sinal.store.sql.ExternalWriter.Written;
import dev.sinal.store.sql.Reads;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.serviceproxy.ServiceException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Takes what external agents push; answered after COMMIT, then shown to viewers. */
public final class ExternalDoor {
    /** Past it nobody knows whether it was stored: the caller is told to try again. */
    private static final long LONGEST_S = 15;

    private static final long WAITING_BYTES = 64 << 20;
    private static final int MAX_KEY_CHARS = 256;

    private final Vertx vertx;
    private final Gate gate;
    private final ExternalWriter writer;
    private final StoreMetrics metrics;
    private final RecentFeed recent;
    private final WatchedTelemetry watched;
    private final String node;
    private final int mostRunning;
    private final int mostWaiting;
    private final Deque<Message<Buffer>> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private int running;
    private Promise<Void> drained = Promise.promise();
    private @Nullable MessageConsumer<Buffer> consumer;

    /** @param mostRunning writes at the same time @param mostWaiting further writes that may wait */
    public ExternalDoor(
            Vertx vertx,
            Gate gate,
            ExternalWriter writer,
            StoreMetrics metrics,
            RecentFeed recent,
            WatchedTelemetry watched,
            String node,
            int mostRunning,
            int mostWaiting) {
        this.vertx = vertx;
        this.gate = gate;
        this.writer = writer;
        this.metrics = metrics;
        this.recent = recent;
        this.watched = watched;
        this.node = node;
        this.mostRunning = mostRunning;
        this.mostWaiting = mostWaiting;
        metrics.gauge("external.waiting", waiting::size);
    }

    public Future<Void> start() {
        MessageConsumer<Buffer> registered = vertx.eventBus().consumer(Addresses.STORE_WRITE, this::take);
        consumer = registered;
        return registered.completion();
    }

    public Future<Void> stop() {
        Future<Void> gone = consumer == null ? Future.succeededFuture() : Proxies.retire(vertx, consumer);
        return gone.transform(unregistered -> {
            waiting.forEach(message -> fail(message, RpcError.UNAVAILABLE.exception("the store stops")));
            waiting.clear();
            return running == 0 ? Future.succeededFuture() : drained.future();
        });
    }

    private void take(Message<Buffer> message) {
        if (!gate.isOpen()) {
            fail(message, RpcError.UNAVAILABLE.exception("the database is not ready"));
        } else if (running < mostRunning) {
            run(message);
        } else if (waiting.size() < mostWaiting && waitingBytes + message.body().length() <= WAITING_BYTES) {
            waitingBytes += message.body().length();
            waiting.add(message);
        } else {
            fail(message, RpcError.UNAVAILABLE.exception("too many writes wait; try again"));
        }
    }

    private void run(Message<Buffer> message) {
        running++;
        vertx.executeBlocking(() -> parse(message.body()), false)
                .compose(push -> writer.write(push.agentId(), push.once(), push.batches()))
                .timeout(LONGEST_S, TimeUnit.SECONDS)
                .onSuccess(written -> committed(message, written))
                .onFailure(failure -> fail(message, typed(failure)))
                .onComplete(done -> {
                    running--;
                    if (running == 0 && waiting.isEmpty()) {
                        drained.tryComplete();
                        drained = Promise.promise();
                    }
                    Message<Buffer> next = waiting.poll();
                    if (next != null) {
                        waitingBytes -= next.body().length();
                        run(next);
                    }
                });
    }

    private record Push(String agentId, @Nullable Once once, List<ExternalBatch> batches) {}

    private static Push parse(Buffer body) {
        Envelope envelope = Envelope.from(body);
        ExternalWrite write = Wire.read(envelope.head(), ExternalWrite.class);
        Once once = write.once();
        if (once != null && (once.key().isEmpty() || once.key().length() > MAX_KEY_CHARS)) {
            throw new IllegalArgumentException("once.key must have 1 to " + MAX_KEY_CHARS + " characters");
        }
        return new Push(
                write.agentId(), once, ExternalBatch.of(write, envelope.body().getBytes()));
    }

    private void committed(Message<Buffer> message, Written written) {
        List<Plan> plans = written.plans();
        long samples = plans.stream().mapToLong(Plan::samples).sum();
        int chunks = plans.stream().mapToInt(plan -> plan.run().chunks().size()).sum();
        metrics.storedExternal(chunks, samples);
        message.reply(Wire.write(new WriteReceipt(written.samples(), written.repeated() ? true : null)));
        for (Plan plan : plans) {
            show(plan);
            recent.committed(plan.run());
            if (plan.late() > 0) {
                tellLate(plan);
            }
        }
    }

    private void show(Plan plan) {
        LiveMeta meta = new LiveMeta(node, plan.envelope().epoch(), plan.envelope().stream());
        Buffer head = Wire.write(meta).toBuffer();
        String address = Addresses.live(plan.envelope().stream().agentId());
        for (byte[] frame : plan.live()) {
            vertx.eventBus().publish(address, Envelope.wrap(head, Buffer.buffer(frame)));
            if (watched.watched(meta.stream().agentId())) {
                watched.samples(meta.stream(), ChunkDecoder.decode(frame));
            }
        }
    }

    private void tellLate(Plan plan) {
        JsonObject payload = new JsonObject()
                .put("agent_id", plan.envelope().stream().agentId())
                .put("stream", plan.envelope().stream().name())
                .put("stream_id", plan.envelope().stream().id())
                .put("epoch", plan.envelope().epoch())
                .put("samples", plan.late())
                .put("from", UtcNanos.format(plan.from()))
                .put("to", UtcNanos.format(plan.to()));
        vertx.eventBus()
                .publish(
                        Addresses.event(AcpMessage.LATE_DATA),
                        AcpMessage.now(AcpMessage.LATE_DATA, payload).toJson());
    }

    private static ServiceException typed(Throwable failure) {
        if (failure instanceof ChunkFormatException
                || failure instanceof IllegalArgumentException
                || failure instanceof DecodeException
                || failure instanceof NullPointerException) {
            return RpcError.INVALID_PARAMS.exception(String.valueOf(failure.getMessage()));
        }
        return Reads.typed(failure);
    }

    private static void fail(Message<?> message, ServiceException failure) {
        message.fail(failure.failureCode(), failure.getMessage());
    }
}
