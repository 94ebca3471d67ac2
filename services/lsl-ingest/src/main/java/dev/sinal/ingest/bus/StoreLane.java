package dev.sinal.ingest.bus;

import dev.sinal.contracts.ChunkEnvelope;
import dev.sinal.contracts.GapRecord;
import dev.sinal.contracts.Position;
import dev.sinal.contracts.StoreNote;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.Wire;
import dev.sinal.ingest.log.DurableLog;
import dev.sinal.ingest.log.LoggedChunk;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From the log to the stores: everything accepted is sent until it is committed, after a restart as in the middle of the day. Used on one event loop. */
public final class StoreLane {
    private static final Logger LOG = LoggerFactory.getLogger(StoreLane.class);

    private final Map<String, StreamLane> lanes = new HashMap<>();
    private final Vertx vertx;
    private final DurableLog log;
    private final LaneRules rules;
    private final SendBudget budget;
    private final LaneStats stats;
    private final StoreMembers members;
    private final NotesLane notes;
    private final RandomGenerator random = new Random();
    private @Nullable Promise<Void> drained;
    private boolean closed;

    public StoreLane(Vertx vertx, DurableLog log, MeterRegistry metrics) {
        this(vertx, log, metrics, LaneRules.DEFAULT);
    }

    StoreLane(Vertx vertx, DurableLog log, MeterRegistry metrics, LaneRules rules) {
        this.vertx = vertx;
        this.log = log;
        this.rules = rules;
        this.budget = new SendBudget(rules.nodeBytes());
        this.stats = new LaneStats(metrics, budget);
        this.members = new StoreMembers(vertx, rules, this::storesChanged);
        Gauge.builder("sinal.ingest.lane.stores", members, StoreMembers::size).register(metrics);
        Gauge.builder("sinal.ingest.lane.window.share", this, StoreLane::leastShare)
                .description("the smallest window of a stream, as a part of the largest allowed")
                .register(metrics);
        this.notes = new NotesLane(vertx, log, this);
    }

    /** Sends what the log held when this node started. */
    public Future<Void> start() {
        return members.ready().compose(done -> log.backlog()).map(all -> {
            all.forEach(backlog -> lane(backlog.stream()).offer(backlog.chunks(), backlog.acceptedAt()));
            if (!all.isEmpty()) {
                LOG.info("the log holds chunks of an earlier run streams={}", all.size());
            }
            notes.offer();
            return null;
        });
    }

    /** One more chunk was accepted. @param acceptedAt UTC ns */
    public void accepted(String stream, long acceptedAt) {
        lane(stream).offer(1, acceptedAt);
    }

    /** One more note is in the log. */
    public void noted() {
        notes.offer();
    }

    /** Chunks of a stream that are accepted and not committed. */
    public long pending(String stream) {
        StreamLane lane = lanes.get(stream);
        return lane == null ? 0 : lane.pending();
    }

    /** When the oldest of them was accepted, UTC ns. */
    public long oldestAt(String stream) {
        StreamLane lane = lanes.get(stream);
        return lane == null ? 0 : lane.oldestAt();
    }

    /** The last position committed since this node started; null when there is none. */
    public @Nullable Position committed(String stream) {
        StreamLane lane = lanes.get(stream);
        return lane == null ? null : lane.committed();
    }

    /** Completes when everything that is accepted is committed. */
    public Future<Void> drained() {
        Promise<Void> promise = drained == null ? Promise.promise() : drained;
        drained = promise;
        progressed();
        return promise.future();
    }

    /** Sends nothing more; what is not acknowledged stays in the log. */
    public Future<Void> close() {
        closed = true;
        return members.close();
    }

    boolean closed() {
        return closed;
    }

    LaneRules rules() {
        return rules;
    }

    SendBudget budget() {
        return budget;
    }

    LaneStats stats() {
        return stats;
    }

    StoreMembers members() {
        return members;
    }

    RandomGenerator random() {
        return random;
    }

    /** Something was acknowledged. */
    void progressed() {
        Promise<Void> waiting = drained;
        if (waiting != null && notes.idle() && lanes.values().stream().allMatch(lane -> lane.pending() == 0)) {
            drained = null;
            waiting.complete();
        }
    }

    /** Notes a gap that the lane itself made. */
    void gap(LoggedChunk chunk, long from, long to, long samples, String cause, String evidence) {
        JsonObject head = new JsonObject(chunk.head());
        if (head.isEmpty()) {
            LOG.error("a gap has no head stream={} cause={}", chunk.stream(), cause);
            return;
        }
        StreamDescriptor stream = Wire.read(head, ChunkEnvelope.class).stream();
        GapRecord gap = new GapRecord(
                stream.id(),
                stream.name(),
                stream.agentId(),
                chunk.epoch(),
                from,
                Math.max(from, to),
                samples,
                cause,
                evidence);
        note(stream, chunk, StoreNote.GAP, Wire.write(gap));
    }

    /** Notes that the epoch of a chunk ends before it: the rest goes on as another one. @param last its last number */
    void closed(LoggedChunk chunk, long last) {
        JsonObject head = new JsonObject(chunk.head());
        if (!head.isEmpty()) {
            StreamDescriptor stream = Wire.read(head, ChunkEnvelope.class).stream();
            JsonObject payload = new JsonObject().put("last_seq", last).put("reason", "moved");
            note(stream, chunk, StoreNote.EPOCH_CLOSED, payload);
        }
    }

    private void note(StreamDescriptor stream, LoggedChunk chunk, String kind, JsonObject payload) {
        log.note(stream.agentId(), stream.id(), chunk.epoch(), chunk.head(), kind, payload.encode(), false)
                .onSuccess(done -> noted())
                .onFailure(e -> LOG.error("a note could not be kept stream={} kind={}", stream.id(), kind, e));
    }

    private StreamLane lane(String stream) {
        return lanes.computeIfAbsent(stream, id -> new StreamLane(id, this, log, vertx));
    }

    /** The smallest window of all streams, above 0, at most 1. */
    private double leastShare() {
        return lanes.values().stream().mapToDouble(StreamLane::share).min().orElse(1);
    }

    private void storesChanged() {
        stats.stores(members.links());
        budget.wake();
        pumpAll();
    }

    private void pumpAll() {
        lanes.values().forEach(StreamLane::pump);
        notes.offer();
    }
}
