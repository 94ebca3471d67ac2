package dev.sinal.gateway.telemetry;

import dev.sinal.chunk.ChunkFormatException;
import dev.sinal.chunk.Chunks;
import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.ExternalWrite.Once;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.UtcNanos;
import dev.sinal.contracts.Wire;
import dev.sinal.contracts.WriteReceipt;
import dev.sinal.contracts.read.Envelope;
import dev.sinal.gateway.auth.Principal;
import dev.sinal.gateway.auth.Scopes;
import dev.sinal.gateway.format.MsgpackRows;
import dev.sinal.gateway.format.NdjsonRows;
import dev.sinal.gateway.http.Access;
import dev.sinal.gateway.http.Answer;
import dev.sinal.gateway.http.Bodies;
import dev.sinal.gateway.http.Call;
import dev.sinal.gateway.http.HttpProblem;
import dev.sinal.gateway.http.Idempotency;
import dev.sinal.gateway.http.Routes;
import dev.sinal.gateway.routes.Services;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /telemetry}: samples of external agents, answered after COMMIT. Everything is parsed and every agent admitted before anything is written; each
 * agent is one transaction, and a failure after the first says which were committed. With an {@code Idempotency-Key} everything may be repeated.
 */
public final class PushRoute {
    private static final long MAX_IN_FLIGHT_BYTES = 128L << 20;
    private static final long WRITE_TIMEOUT_MS = 30_000;

    private final Vertx vertx;
    private final Services services;
    private final int limit;
    private final AtomicLong inFlight = new AtomicLong();
    private final Counter samples;
    private final Counter refused;

    public PushRoute(Vertx vertx, Services services, int limit, MeterRegistry metrics) {
        this.vertx = vertx;
        this.services = services;
        this.limit = limit;
        this.samples = metrics.counter("sinal.gateway.telemetry.samples");
        this.refused = metrics.counter("sinal.gateway.telemetry.refused");
        Gauge.builder("sinal.gateway.telemetry.bytes.in.flight", inFlight, AtomicLong::get)
                .register(metrics);
    }

    public void mount(Routes routes) {
        routes.post("/telemetry", Access.scope(Scopes.TELEMETRY_WRITE), this::push);
    }

    private Future<Answer> push(Call call) {
        Function<byte[], Pushed> reader = reader(call);
        call.query().refuseUnknown();
        if (inFlight.get() > MAX_IN_FLIGHT_BYTES) {
            refused.increment();
            return RpcError.UNAVAILABLE.fail("too much telemetry is on its way in; try again shortly");
        }
        return Bodies.read(call.ctx(), limit).compose(body -> {
            inFlight.addAndGet(body.length());
            return store(call.principal(), reader, body, once(call, body))
                    .onComplete(done -> inFlight.addAndGet(-body.length()));
        });
    }

    private static Function<byte[], Pushed> reader(Call call) {
        return switch (call.contentType()) {
            case "", "application/json", NdjsonRows.CONTENT_TYPE, "application/ndjson", "application/jsonl" ->
                text -> AcpReader.json(text, UtcNanos.now());
            case MsgpackRows.CONTENT_TYPE, "application/x-msgpack", "application/vnd.msgpack" ->
                bytes -> AcpReader.msgpack(bytes, UtcNanos.now());
            default ->
                throw HttpProblem.unsupportedMedia(
                        "telemetry comes as application/json, application/x-ndjson or application/msgpack");
        };
    }

    /** The store keeps the key with the samples: repeating is safe through another gateway too, and when one dies after the COMMIT. */
    private static @Nullable Once once(Call call, Buffer body) {
        Idempotency.Key key = Idempotency.key(call, body);
        return key == null ? null : new Once(key.place(), key.digest());
    }

    private Future<Answer> store(
            Principal principal, Function<byte[], Pushed> reader, Buffer body, @Nullable Once once) {
        return vertx.executeBlocking(() -> writes(reader.apply(body.getBytes()), once), false)
                .compose(writes -> admit(principal, writes)
                        .compose(created -> commit(writes).map(receipt -> answer(receipt, created))))
                .onFailure(failure -> refused.increment());
    }

    private static Answer answer(WriteReceipt receipt, JsonArray created) {
        Answer answer = Answer.json(
                new JsonObject().put("committed", receipt.committed()).put("created_agents", created));
        return Boolean.TRUE.equals(receipt.repeated()) ? answer.with("Idempotent-Replayed", "true") : answer;
    }

    private static List<Pushed.Write> writes(Pushed pushed, @Nullable Once once) {
        List<Pushed.Write> writes = new ArrayList<>();
        pushed.agentIds().forEach(agentId -> writes.add(pushed.write(agentId, once)));
        return writes;
    }

    /** Asks for every agent before one is created. @return the agents that were created */
    private Future<JsonArray> admit(Principal principal, List<Pushed.Write> writes) {
        List<String> missing = new ArrayList<>();
        Future<Void> asked = Future.succeededFuture();
        for (Pushed.Write write : writes) {
            String agentId = write.head().agentId();
            principal.requireAgent(agentId);
            asked = asked.compose(before -> services.agents()
                    .admit(agentId, false)
                    .<Void>mapEmpty()
                    .recover(failure -> {
                        if (RpcError.of(failure) != RpcError.NOT_FOUND || !principal.has(Scopes.AGENT_CONTROL)) {
                            return Future.failedFuture(failure);
                        }
                        missing.add(agentId);
                        return Future.succeededFuture();
                    }));
        }
        return asked.compose(all -> create(missing));
    }

    private Future<JsonArray> create(List<String> missing) {
        JsonArray created = new JsonArray();
        Future<Void> done = Future.succeededFuture();
        for (String agentId : missing) {
            done = done.compose(before -> services.agents().admit(agentId, true).map(admission -> {
                if (admission.created()) {
                    created.add(agentId);
                }
                return null;
            }));
        }
        return done.map(created);
    }

    private Future<WriteReceipt> commit(List<Pushed.Write> writes) {
        JsonArray committed = new JsonArray();
        Future<WriteReceipt> total = Future.succeededFuture(new WriteReceipt(0, true));
        for (Pushed.Write write : writes) {
            total = total.compose(before -> send(write).map(receipt -> {
                committed.add(write.head().agentId());
                return new WriteReceipt(
                        before.committed() + receipt.committed(),
                        Boolean.TRUE.equals(before.repeated()) && Boolean.TRUE.equals(receipt.repeated()));
            }));
        }
        return total.recover(failure -> committed.isEmpty()
                ? Future.failedFuture(failure)
                : RpcError.of(failure)
                        .fail(
                                "only the samples of some agents are committed; repeat the others",
                                new JsonObject().put("committed_agents", committed)));
    }

    private Future<WriteReceipt> send(Pushed.Write write) {
        Buffer chunks;
        try {
            chunks = Buffer.buffer(Chunks.join(write.chunks()));
        } catch (ChunkFormatException e) {
            return RpcError.TOO_LARGE.fail(
                    "too many values in one request for agent " + write.head().agentId() + ": " + e.getMessage());
        }
        Buffer message = Envelope.wrap(Wire.write(write.head()).toBuffer(), chunks);
        DeliveryOptions options = new DeliveryOptions().setSendTimeout(WRITE_TIMEOUT_MS);
        return vertx.eventBus()
                .<JsonObject>request(Addresses.STORE_WRITE, message, options)
                .map(reply -> {
                    WriteReceipt receipt = Wire.read(reply.body(), WriteReceipt.class);
                    samples.increment(Boolean.TRUE.equals(receipt.repeated()) ? 0 : receipt.committed());
                    return receipt;
                })
                .recover(failure -> Future.failedFuture(
                        RpcError.of(failure) == RpcError.IMPOSSIBLE
                                ? RpcError.impossible("idempotency_key_reused", String.valueOf(failure.getMessage()))
                                : failure));
    }
}
