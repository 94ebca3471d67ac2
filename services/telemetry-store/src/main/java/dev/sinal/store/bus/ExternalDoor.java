package dev.sinal.store.bus;

import dev.sinal.chunk.ChunkDecoder;
import dev.sinal.chunk.ChunkFormatException;
import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.ExternalWrite;
import dev.sinal.contracts.LiveMeta;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.UtcNanos;
import dev.sinal.contracts.Wire;
import dev.sinal.contracts.WriteReceipt;
import dev.sinal.contracts.acp.AcpMessage;
import dev.sinal.contracts.read.Envelope;
import dev.sinal.runtime.Proxies;
import dev.sinal.runtime.live.WatchedTelemetry;
import dev.sinal.store.domain.ExternalGroup.Plan;
import dev.sinal.store.domain.ExternalPush;
import dev.sinal.store.domain.WaitingWrites;
import dev.sinal.store.sql.ExternalWriter;
import dev.sinal.store.sql.ExternalWriter.Stored;
import dev.sinal.store.sql.Reads;
import dev.sinal.store.sql.WriteAnswer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.serviceproxy.ServiceException;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Takes what external agents push; answered after COMMIT, then shown to viewers. While a transaction is under way, further writes wait, and the next one
 * stores all that wait. Used on one event loop.
 */
public final class ExternalDoor {
    /** Past it nobody knows whether it was stored: the caller is told to try again. */
    private static final long LONGEST_S = 15;

    private static final long WAITING_BYTES = 64L << 20;
    /** Of one transaction. */
    private static final int GROUP_WRITES = 1_024;

    private static final long GROUP_BYTES = 4L << 20;
    /** Shorter messages are parsed at once, longer ones by a worker. */
    private static final int SHORT_BYTES = 16 << 10;

    private final Vertx vertx;
    private final Gate gate;
    private final ExternalWriter writer;
    private final StoreMetrics metrics;
    private final RecentFeed recent;
    private final WatchedTelemetry watched;
    private final String node;
    private final WaitingWrites<Waiting> waiting;
    /** Lanes with a transaction under way, or about to have one. */
    private final BitSet busy = new BitSet();

    private final int lanes;
    private boolean stopped;
    private final Promise<Void> drained = Promise.promise();
    private @Nullable MessageConsumer<Buffer> consumer;

    private record Waiting(Message<Buffer> message, ExternalPush push) {}

    /** @param lanes transactions at the same time @param mostWaiting writes that may wait */
    public ExternalDoor(
            Vertx vertx,
            Gate gate,
            ExternalWriter writer,
            StoreMetrics metrics,
            RecentFeed recent,
            WatchedTelemetry watched,
            String node,
            int lanes,
            int mostWaiting) {
        this.vertx = vertx;
        this.gate = gate;
        this.writer = writer;
        this.metrics = metrics;
        this.recent = recent;
        this.watched = watched;
        this.node = node;
        this.lanes = lanes;
        this.waiting = new WaitingWrites<>(lanes, mostWaiting, WAITING_BYTES);
        metrics.gauge("external.waiting", waiting::writes);
        metrics.gauge("external.waiting.bytes", waiting::bytes);
    }

    public Future<Void> start() {
        MessageConsumer<Buffer> registered = vertx.eventBus().consumer(Addresses.STORE_WRITE, this::take);
        consumer = registered;
        return registered.completion();
    }

    /** What is under way is finished; what waits is refused. */
    public Future<Void> stop() {
        Future<Void> gone = consumer == null ? Future.succeededFuture() : Proxies.retire(vertx, consumer);
        return gone.transform(unregistered -> {
            stopped = true;
            for (int lane = 0; lane < lanes; lane++) {
                waiting.take(lane, Integer.MAX_VALUE, Long.MAX_VALUE)
                        .forEach(one ->
                                fail(one.message(), RpcError.UNAVAILABLE.exception("the store stops; try again")));
            }
            finished();
            return drained.future();
        });
    }

    private void finished() {
        if (stopped && busy.isEmpty()) {
            drained.tryComplete();
        }
    }

    private void take(Message<Buffer> message) {
        Buffer body = message.body();
        if (!gate.isOpen()) {
            fail(message, RpcError.UNAVAILABLE.exception("the database is not ready"));
        } else if (!waiting.reserve(body.length())) {
            metrics.refusedExternal();
            fail(message, RpcError.UNAVAILABLE.exception("too many writes wait; try again"));
        } else if (body.length() <= SHORT_BYTES) {
            try {
                add(message, parse(body));
            } catch (RuntimeException e) {
                giveUp(message, typed(e));
            }
        } else {
            vertx.executeBlocking(() -> parse(body), false)
                    .onSuccess(push -> add(message, push))
                    .onFailure(failure -> giveUp(message, typed(failure)));
        }
    }

    private void giveUp(Message<Buffer> message, ServiceException failure) {
        waiting.giveUp(message.body().length());
        fail(message, failure);
    }

    private static ExternalPush parse(Buffer body) {
        Envelope envelope = Envelope.from(body);
        return ExternalPush.of(
                Wire.read(envelope.head(), ExternalWrite.class), envelope.body().getBytes());
    }

    private void add(Message<Buffer> message, ExternalPush push) {
        if (push.samples() == 0) {
            waiting.giveUp(message.body().length());
            message.reply(Wire.write(new WriteReceipt(0)));
            return;
        }
        if (stopped) {
            giveUp(message, RpcError.UNAVAILABLE.exception("the store stops; try again"));
            return;
        }
        int lane = waiting.lane(push.agentId());
        waiting.add(lane, new Waiting(message, push), message.body().length());
        if (!busy.get(lane)) {
            busy.set(lane);
            // Behind the messages that are here already: they go along.
            vertx.runOnContext(now -> run(lane));
        }
    }

    private void run(int lane) {
        List<Waiting> group = waiting.take(lane, GROUP_WRITES, GROUP_BYTES);
        if (group.isEmpty()) {
            busy.clear(lane);
            finished();
            return;
        }
        long begin = System.nanoTime();
        writer.write(group.stream().map(Waiting::push).toList())
                .timeout(LONGEST_S, TimeUnit.SECONDS)
                .onSuccess(stored -> {
                    metrics.committedExternal(System.nanoTime() - begin, group.size());
                    answer(group, stored);
                })
                .onFailure(failure -> group.forEach(one -> fail(one.message(), typed(failure))))
                .onComplete(done -> run(lane));
    }

    private void answer(List<Waiting> group, Stored stored) {
        for (Waiting one : group) {
            WriteAnswer answer = stored.answers().get(one.push());
            if (answer == null) {
                fail(one.message(), RpcError.INTERNAL.exception("a write got no answer"));
            } else if (answer.failure() != null) {
                fail(one.message(), typed(answer.failure()));
            } else {
                one.message().reply(Wire.write(new WriteReceipt(answer.samples(), answer.repeated() ? true : null)));
            }
        }
        for (Plan plan : stored.plans()) {
            metrics.storedExternal(plan.run().chunks().size(), plan.samples());
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
