package dev.sinal.store;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.sinal.chunk.Chunks;
import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.ChunkEnvelope;
import dev.sinal.contracts.ExternalWrite;
import dev.sinal.contracts.NoteBatch;
import dev.sinal.contracts.StoreAnswer;
import dev.sinal.contracts.TelemetryStore;
import dev.sinal.contracts.Wire;
import dev.sinal.contracts.WriteReceipt;
import dev.sinal.contracts.read.EntryParts;
import dev.sinal.contracts.read.Envelope;
import dev.sinal.contracts.read.ReadFrame;
import dev.sinal.contracts.read.ReadOpened;
import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.runtime.Health;
import dev.sinal.runtime.NodeContext;
import dev.sinal.runtime.Proxies;
import dev.sinal.runtime.Settings;
import dev.sinal.runtime.SinalModule.Running;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A store on the real bus, and what a collector, a program or a reader says to it. */
public final class StoreUnderTest implements AutoCloseable {
    private static final int WAIT_S = 30;

    private final Vertx vertx;
    private final boolean ownVertx;
    private final String nodeId = UUID.randomUUID().toString();
    private final Health health = new Health();
    private final MeterRegistry metrics = new SimpleMeterRegistry();
    private final Running running;

    public StoreUnderTest(String databaseUri, Map<String, String> settings) {
        this(Vertx.vertx(), true, databaseUri, settings);
    }

    public StoreUnderTest(Vertx vertx, String databaseUri) {
        this(vertx, false, databaseUri, Map.of());
    }

    private StoreUnderTest(Vertx vertx, boolean ownVertx, String databaseUri, Map<String, String> settings) {
        this.vertx = vertx;
        this.ownVertx = ownVertx;
        Map<String, String> all = new HashMap<>(settings);
        all.put("database.uri", databaseUri);
        try {
            running = get(new TelemetryStoreModule()
                    .configure(Settings.of(all))
                    .start(new NodeContext(vertx, nodeId, "store-under-test", Path.of("."), metrics, health)));
        } catch (RuntimeException | AssertionError e) {
            if (ownVertx) {
                get(vertx.close());
            }
            throw e;
        }
    }

    public Vertx vertx() {
        return vertx;
    }

    public Health health() {
        return health;
    }

    public MeterRegistry metrics() {
        return metrics;
    }

    public TelemetryStore service() {
        return Proxies.of(vertx, TelemetryStore.class, Addresses.STORE);
    }

    public Future<StoreAnswer> send(ChunkEnvelope envelope, byte[] chunk) {
        Buffer body = new Envelope(Wire.write(envelope), Buffer.buffer(chunk)).toBuffer();
        return vertx.eventBus()
                .<JsonObject>request(Addresses.storeChunks(nodeId), body)
                .map(reply -> Wire.read(reply.body(), StoreAnswer.class));
    }

    /** Packs everything that is stored. */
    public JsonObject pack() {
        return get(vertx.eventBus()
                        .<JsonObject>request(
                                Addresses.STORE_PACK,
                                new JsonObject(),
                                new DeliveryOptions().setSendTimeout(WAIT_S * 1000L)))
                .body();
    }

    public StoreAnswer note(NoteBatch notes) {
        return Wire.read(
                get(vertx.eventBus()
                                .<JsonObject>request(
                                        Addresses.storeNotes(nodeId),
                                        Wire.write(notes).toBuffer()))
                        .body(),
                StoreAnswer.class);
    }

    public Future<WriteReceipt> write(ExternalWrite write, List<byte[]> chunks) {
        Buffer body = new Envelope(Wire.write(write), Buffer.buffer(Chunks.join(chunks))).toBuffer();
        return vertx.eventBus()
                .<JsonObject>request(Addresses.STORE_WRITE, body)
                .map(reply -> Wire.read(reply.body(), WriteReceipt.class));
    }

    /** The first frame of a read. */
    public record FirstFrame(ReadOpened opened, ReadFrame frame) {}

    public Future<FirstFrame> open(ReadQuery query) {
        return vertx.eventBus()
                .<Buffer>request(Addresses.STORE_READ, new Envelope(Wire.write(query), Buffer.buffer()).toBuffer())
                .map(reply -> {
                    Envelope envelope = Envelope.from(reply.body());
                    return new FirstFrame(
                            Wire.read(envelope.head(), ReadOpened.class), ReadFrame.from(envelope.body()));
                });
    }

    public Future<ReadFrame> ask(ReadOpened opened, String op) {
        return vertx.eventBus()
                .<Buffer>request(
                        opened.address(),
                        new JsonObject().put("op", op).put("cursor", opened.cursor()),
                        new DeliveryOptions().setSendTimeout(WAIT_S * 1000L))
                .map(reply -> ReadFrame.from(reply.body()));
    }

    /** Every chunk of a read, in its order. */
    public List<ReadFrame.Entry> readAll(ReadQuery query) {
        FirstFrame first = get(open(query));
        EntryParts parts = new EntryParts();
        List<ReadFrame.Entry> entries = new ArrayList<>(parts.add(first.frame()));
        ReadFrame frame = first.frame();
        while (!frame.end()) {
            frame = get(ask(first.opened(), "next"));
            entries.addAll(parts.add(frame));
        }
        return entries;
    }

    public void stop() {
        get(running.stop());
    }

    @Override
    public void close() {
        stop();
        if (ownVertx) {
            get(vertx.close());
        }
    }

    /** The answer, or the failure as it is. */
    public static <T> T get(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(WAIT_S, SECONDS);
        } catch (java.util.concurrent.ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(e.getCause());
        } catch (InterruptedException | java.util.concurrent.TimeoutException e) {
            throw new AssertionError(e);
        }
    }
}
