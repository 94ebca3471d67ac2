package dev.sinal.ingest;

import dev.sinal.chunk.ChunkDecoder;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.ChunkEnvelope;
import dev.sinal.contracts.NoteBatch;
import dev.sinal.contracts.StoreAnswer;
import dev.sinal.contracts.StoreHello;
import dev.sinal.contracts.StoreNote;
import dev.sinal.contracts.Wire;
import dev.sinal.contracts.read.Envelope;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A store as the lane sees it: a watermark per epoch, answers after it has moved; and whatever a test scripts. */
public final class ScriptedStore {
    /** What to do with the n-th request, counted from 1; null = as a store does. */
    public interface Script {
        @Nullable
        Fault on(int n, SampleBlock block);
    }

    public enum Fault {
        /** Committed, but the answer is lost. */
        LOSE_ANSWER,
        /** Not even read. */
        LOSE_REQUEST,
        BUSY,
        FENCED,
        REJECT
    }

    /** What several stores have in common. */
    private static final class Tables {
        final Map<String, Long> watermarks = new ConcurrentHashMap<>();
        final List<SampleBlock> committed = new CopyOnWriteArrayList<>();
        final Map<String, StoreNote> notes = new ConcurrentHashMap<>();
        final List<ChunkEnvelope> heads = new CopyOnWriteArrayList<>();
    }

    private final Tables tables;
    private final AtomicInteger requests = new AtomicInteger();
    private final Vertx vertx;
    private final String nodeId;
    private final Script script;
    private final long timer;
    private volatile Predicate<StoreNote> poison = note -> false;

    public ScriptedStore(Vertx vertx, String nodeId, Script script) {
        this(vertx, nodeId, script, new Tables());
    }

    private ScriptedStore(Vertx vertx, String nodeId, Script script, Tables tables) {
        this.tables = tables;
        this.vertx = vertx;
        this.nodeId = nodeId;
        this.script = script;
        vertx.eventBus().<Buffer>consumer(Addresses.storeChunks(nodeId), this::chunk);
        vertx.eventBus().<JsonObject>consumer(Addresses.storeNotes(nodeId), this::notes);
        timer = vertx.setPeriodic(1, 200, ignored -> hello());
    }

    public static ScriptedStore honest(Vertx vertx) {
        return new ScriptedStore(vertx, "store-1", (n, block) -> null);
    }

    /** Another store on the same database. */
    public ScriptedStore beside(String otherId, Script otherScript) {
        return new ScriptedStore(vertx, otherId, otherScript, tables);
    }

    /** Refuses batches that have such a note. */
    public void refuse(Predicate<StoreNote> notes) {
        poison = notes;
    }

    /** Says that it leaves; it still answers what comes. */
    public void sayGoodbye() {
        vertx.cancelTimer(timer);
        vertx.eventBus().publish(Addresses.STORE_HELLO, Wire.write(StoreHello.goodbye(nodeId, nodeId)));
    }

    private void hello() {
        vertx.eventBus().publish(Addresses.STORE_HELLO, Wire.write(new StoreHello(nodeId, nodeId)));
    }

    private void chunk(Message<Buffer> message) {
        synchronized (tables) {
            take(message);
        }
    }

    private void take(Message<Buffer> message) {
        Envelope envelope = Envelope.from(message.body());
        ChunkEnvelope head = Wire.read(envelope.head(), ChunkEnvelope.class);
        SampleBlock block = ChunkDecoder.decode(envelope.body().getBytes());
        if (block.epoch() != head.epoch()
                || !block.streamId().equals(head.stream().id())) {
            throw new IllegalStateException("head and chunk differ");
        }
        Fault fault = script.on(requests.incrementAndGet(), block);
        if (fault == Fault.LOSE_REQUEST) {
            return;
        }
        StoreAnswer answer = switch (fault == null ? Fault.LOSE_ANSWER : fault) {
            case BUSY -> StoreAnswer.busy(5);
            case FENCED -> StoreAnswer.fenced();
            case REJECT -> StoreAnswer.rejected("poison");
            default -> commit(head, block);
        };
        if (fault != Fault.LOSE_ANSWER) {
            message.reply(Wire.write(answer));
        }
    }

    private StoreAnswer commit(ChunkEnvelope head, SampleBlock block) {
        String key = block.streamId() + "/" + block.epoch();
        long mark = tables.watermarks.getOrDefault(key, 0L);
        if (block.lastSeq() <= mark) {
            return StoreAnswer.acked(mark);
        }
        if (block.firstSeq() != mark + 1) {
            return StoreAnswer.resendFrom(mark + 1);
        }
        tables.watermarks.put(key, block.lastSeq());
        tables.committed.add(block);
        tables.heads.add(head);
        return StoreAnswer.acked(block.lastSeq());
    }

    private void notes(Message<JsonObject> message) {
        List<StoreNote> batch = Wire.read(message.body(), NoteBatch.class).notes();
        if (batch.stream().anyMatch(poison)) {
            message.reply(Wire.write(StoreAnswer.rejected("poison")));
            return;
        }
        batch.forEach(note -> tables.notes.putIfAbsent(note.id(), note));
        message.reply(Wire.write(StoreAnswer.acked(0)));
    }

    /** Blocks in the order they were committed. */
    public List<SampleBlock> committed() {
        return List.copyOf(tables.committed);
    }

    public long samples() {
        return tables.committed.stream().mapToLong(SampleBlock::size).sum();
    }

    /** First channel of everything committed, in order of commit. */
    public List<Double> values() {
        List<Double> values = new ArrayList<>();
        for (SampleBlock block : tables.committed) {
            for (int i = 0; i < block.size(); i++) {
                values.add(block.column(0).doubleAt(i));
            }
        }
        return values;
    }

    public List<ChunkEnvelope> heads() {
        return List.copyOf(tables.heads);
    }

    public List<StoreNote> notes(String kind) {
        return tables.notes.values().stream()
                .filter(note -> note.kind().equals(kind))
                .toList();
    }

    public int requests() {
        return requests.get();
    }

    /** Forgets what it had committed of every epoch, as a database that was set back. */
    public void setBack() {
        synchronized (tables) {
            tables.watermarks.clear();
        }
    }

    public void silence() {
        vertx.cancelTimer(timer);
    }
}
