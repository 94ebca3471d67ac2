package dev.sinal.gateway;

import dev.sinal.chunk.ChunkHeader;
import dev.sinal.chunk.Chunks;
import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.ClockRecord;
import dev.sinal.contracts.DeletionQuery;
import dev.sinal.contracts.DeletionRecord;
import dev.sinal.contracts.DeletionRequest;
import dev.sinal.contracts.EpochRecord;
import dev.sinal.contracts.ExternalWrite;
import dev.sinal.contracts.GapQuery;
import dev.sinal.contracts.GapRecord;
import dev.sinal.contracts.LedgerRecord;
import dev.sinal.contracts.LogEntry;
import dev.sinal.contracts.LogQuery;
import dev.sinal.contracts.MarkerEntry;
import dev.sinal.contracts.MarkerQuery;
import dev.sinal.contracts.PinQuery;
import dev.sinal.contracts.PinRecord;
import dev.sinal.contracts.PinRequest;
import dev.sinal.contracts.PlotAnswer;
import dev.sinal.contracts.PlotQuery;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.StreamIds;
import dev.sinal.contracts.StreamRecord;
import dev.sinal.contracts.TelemetryStore;
import dev.sinal.contracts.Wire;
import dev.sinal.contracts.WriteReceipt;
import dev.sinal.contracts.read.CommitKey;
import dev.sinal.contracts.read.Envelope;
import dev.sinal.contracts.read.EpochClip;
import dev.sinal.contracts.read.ReadFrame;
import dev.sinal.contracts.read.ReadOpened;
import dev.sinal.contracts.read.ReadQuery;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Streams, chunks, markers and logs in memory; one chunk a frame, so that every read takes several pulls. */
final class FakeStore implements TelemetryStore {
    private static final String READ_ADDRESS = "store.read.fake";

    record Stored(long tx, long id, byte[] chunk, ChunkHeader header) {}

    final Map<String, StreamDescriptor> streams = new LinkedHashMap<>();
    final List<Stored> chunks = new CopyOnWriteArrayList<>();
    final List<GapRecord> gaps = new CopyOnWriteArrayList<>();
    final List<MarkerEntry> markers = new CopyOnWriteArrayList<>();
    final List<LogEntry> logs = new CopyOnWriteArrayList<>();
    final List<ExternalWrite> writes = new CopyOnWriteArrayList<>();
    private final Map<String, ExternalWrite> keys = new ConcurrentHashMap<>();
    final AtomicInteger pulls = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();
    /** Rows that readers leave out unless they ask for every epoch. */
    final List<EpochClip> clips = new CopyOnWriteArrayList<>();
    /** Pulls until the store forgets every open read, once. */
    final AtomicInteger forgetsAfter = new AtomicInteger(Integer.MAX_VALUE);

    private final Map<String, List<Stored>> cursors = new ConcurrentHashMap<>();
    private final AtomicLong nextId = new AtomicLong();
    private final Vertx vertx;

    FakeStore(Vertx vertx) {
        this.vertx = vertx;
    }

    /** From now on it answers on the bus. */
    void listen() {
        vertx.eventBus().<Buffer>consumer(Addresses.STORE_READ, this::open);
        vertx.eventBus().<JsonObject>consumer(READ_ADDRESS, this::pull);
        vertx.eventBus().<Buffer>consumer(Addresses.STORE_WRITE, this::write);
    }

    synchronized void add(StreamDescriptor stream, byte[]... encoded) {
        streams.put(stream.id(), stream);
        for (byte[] chunk : encoded) {
            long id = nextId.incrementAndGet();
            chunks.add(new Stored(id, id, chunk, ChunkHeader.read(chunk)));
        }
    }

    private void open(Message<Buffer> message) {
        ReadQuery query = Wire.read(Envelope.from(message.body()).head(), ReadQuery.class);
        List<Stored> found = new ArrayList<>(chunks.stream()
                .filter(c -> wanted(query, c))
                .sorted(Comparator.comparingLong(c -> c.header().minTimestamp()))
                .toList());
        if (query.order().equals(ReadQuery.COMMITTED)) {
            found.sort(Comparator.comparingLong(Stored::id));
        }
        String cursor = UUID.randomUUID().toString();
        cursors.put(cursor, found);
        ReadFrame first = frame(cursor);
        List<ReadOpened.EpochDescriptor> described = streams.values().stream()
                .filter(s -> s.agentId().equals(query.agentId()))
                .filter(s -> query.streams().isEmpty() || query.streams().contains(s.id()))
                .map(s -> new ReadOpened.EpochDescriptor(0, s))
                .toList();
        List<GapRecord> inRange = gaps.stream()
                .filter(gap -> query.agentId().equals(gap.agentId()))
                .toList();
        ReadOpened opened = new ReadOpened(
                first.end() ? null : cursor, READ_ADDRESS, described, inRange, query.everyEpoch() ? List.of() : clips);
        message.reply(new Envelope(Wire.write(opened), first.toBuffer()).toBuffer());
    }

    private boolean wanted(ReadQuery query, Stored stored) {
        StreamDescriptor stream = streams.get(stored.header().streamId());
        CommitKey after = query.afterCommit();
        return stream != null
                && stream.agentId().equals(query.agentId())
                && (query.streams().isEmpty() || query.streams().contains(stream.id()))
                && (query.from() == null || stored.header().maxTimestamp() >= query.from())
                && (query.to() == null || stored.header().minTimestamp() < query.to())
                && (query.after() == null
                        || stored.header().maxTimestamp() >= query.after().timestamp())
                && (after == null
                        || new CommitKey(
                                                stored.tx(),
                                                stream.id(),
                                                stored.header().epoch(),
                                                stored.header().lastSeq())
                                        .compareTo(after)
                                > 0);
    }

    private void pull(Message<JsonObject> message) {
        String cursor = message.body().getString("cursor");
        if (message.body().getString("op").equals("close")) {
            closed.incrementAndGet();
            cursors.remove(cursor);
            return;
        }
        pulls.incrementAndGet();
        if (forgetsAfter.getAndDecrement() == 0) {
            cursors.clear();
            message.fail(RpcError.NOT_FOUND.code(), "this read is closed; open it again");
            return;
        }
        message.reply(frame(cursor).toBuffer());
    }

    private ReadFrame frame(String cursor) {
        List<Stored> left = cursors.get(cursor);
        if (left == null || left.isEmpty()) {
            cursors.remove(cursor);
            return new ReadFrame(true, List.of());
        }
        Stored next = left.remove(0);
        return new ReadFrame(left.isEmpty(), List.of(new ReadFrame.Entry(next.tx(), next.id(), next.chunk())));
    }

    private void write(Message<Buffer> message) {
        Envelope envelope = Envelope.from(message.body());
        ExternalWrite write = Wire.read(envelope.head(), ExternalWrite.class);
        ExternalWrite.Once once = write.once();
        ExternalWrite before = once == null ? null : keys.putIfAbsent(once.key(), write);
        if (before != null) {
            repeat(message, before.equals(write));
            return;
        }
        writes.add(write);
        List<byte[]> parts = Chunks.split(envelope.body().getBytes());
        long committed = 0;
        for (int i = 0; i < parts.size(); i++) {
            ExternalWrite.Part part = write.parts().get(i);
            String id = StreamIds.external(write.agentId(), part.stream());
            StreamDescriptor stream = external(write.agentId(), id, part);
            byte[] chunk = Chunks.renumber(Chunks.withStream(parts.get(i), id), 1000 + nextId.get(), 1);
            add(stream, chunk);
            committed += ChunkHeader.read(chunk).count();
        }
        message.reply(Wire.write(new WriteReceipt(committed)));
    }

    private static void repeat(Message<Buffer> message, boolean same) {
        if (same) {
            message.reply(Wire.write(new WriteReceipt(1, true)));
        } else {
            message.fail(RpcError.IMPOSSIBLE.code(), "the key was used with another body");
        }
    }

    private static StreamDescriptor external(String agentId, String id, ExternalWrite.Part part) {
        List<ChannelDescriptor> channels =
                part.metrics().stream().map(ChannelDescriptor::plain).toList();
        return new StreamDescriptor(
                id,
                agentId,
                part.stream(),
                part.stream(),
                "external",
                "external",
                "",
                "",
                "",
                "double64",
                0,
                null,
                channels);
    }

    @Override
    public synchronized Future<List<StreamRecord>> streams(String agentId) {
        return Future.succeededFuture(streams.values().stream()
                .filter(s -> agentId == null || s.agentId().equals(agentId))
                .map(s -> new StreamRecord(s, 0L, 0L, null, 1, 1))
                .toList());
    }

    @Override
    public Future<StreamRecord> stream(String streamId) {
        StreamDescriptor stream = streams.get(streamId);
        return stream == null
                ? RpcError.NOT_FOUND.fail("no stream '" + streamId + "'")
                : Future.succeededFuture(new StreamRecord(stream, 0L, 0L, null, 1, 1));
    }

    @Override
    public Future<List<EpochRecord>> epochs(String streamId) {
        return stream(streamId)
                .map(record ->
                        List.of(new EpochRecord(1, "test", 1, 3, 0, null, null, 0L, 0L, "lsl", record.descriptor())));
    }

    @Override
    public Future<String> info(String streamId, Long epoch) {
        return Future.succeededFuture("<info><name>x</name></info>");
    }

    @Override
    public Future<List<ClockRecord>> clock(String streamId, Long epoch) {
        return Future.succeededFuture(List.of(new ClockRecord(1, 1_000_000_000L, 0.25, 0.001, true, null)));
    }

    @Override
    public Future<List<GapRecord>> gaps(GapQuery query) {
        return Future.succeededFuture(gaps);
    }

    @Override
    public Future<LedgerRecord> ledger(String streamId) {
        return Future.succeededFuture(new LedgerRecord(streamId, 10L, "rate", 8, 8, 8, 2, 1, 0L));
    }

    @Override
    public Future<PlotAnswer> plot(PlotQuery query) {
        return Future.succeededFuture(new PlotAnswer(
                List.of(new PlotAnswer.Series(
                        "ch1", "eeg", "eeg-id", "uV", 1, List.of(new PlotAnswer.Point(1_000_000_000L, -1, 2, 0.5, 4)))),
                List.of()));
    }

    @Override
    public Future<Void> writeLogs(List<LogEntry> entries) {
        logs.addAll(entries);
        return Future.succeededFuture();
    }

    @Override
    public Future<List<LogEntry>> logs(LogQuery query) {
        return Future.succeededFuture(logs.stream()
                .filter(entry -> query.afterId() == null || entry.id() > query.afterId())
                .limit(query.limit())
                .toList());
    }

    @Override
    public Future<MarkerEntry> addMarker(MarkerEntry marker) {
        for (MarkerEntry stored : markers) {
            if (stored.id().equals(marker.id())) {
                return stored.label().equals(marker.label())
                        ? Future.succeededFuture(stored)
                        : RpcError.CONFLICT.fail("marker " + marker.id() + " is another one");
            }
        }
        markers.add(marker);
        return Future.succeededFuture(marker);
    }

    @Override
    public Future<List<MarkerEntry>> markers(MarkerQuery query) {
        String after = query.after() == null ? "" : query.after();
        return Future.succeededFuture(markers.stream()
                .filter(m -> (m.timestamp() + "|" + m.id()).compareTo(after) > 0)
                .sorted(Comparator.comparing(m -> m.timestamp() + "|" + m.id()))
                .limit(query.limit())
                .toList());
    }

    final List<DeletionRequest> asked = new CopyOnWriteArrayList<>();
    /** How many calls find deletions still running. */
    volatile boolean slow;

    @Override
    public Future<DeletionRecord> deleteData(DeletionRequest request) {
        List<JsonObject> pinned = pins.values().stream()
                .filter(pin -> !request.force() && pin.agentId().equals(request.agentId()))
                .map(pin -> new JsonObject().put("id", pin.id()).put("reason", pin.reason()))
                .toList();
        if (!pinned.isEmpty()) {
            return RpcError.CONFLICT.fail(
                    "pinned", new JsonObject().put("code", "pinned").put("pins", new JsonArray(pinned)));
        }
        asked.add(request);
        return Future.succeededFuture(deletion(request, asked.size()));
    }

    @Override
    public Future<List<DeletionRecord>> deletions(DeletionQuery query) {
        List<DeletionRecord> found = new ArrayList<>();
        for (int i = asked.size(); i > 0 && found.size() < query.limit(); i--) {
            DeletionRecord record = deletion(asked.get(i - 1), i);
            boolean wanted = (query.id() == null || query.id().equals(record.id()))
                    && (query.agentId() == null || query.agentId().equals(record.agentId()));
            if (wanted) {
                found.add(record);
            }
        }
        return Future.succeededFuture(found);
    }

    private final Map<String, PinRecord> pins = new ConcurrentHashMap<>();

    @Override
    public Future<PinRecord> pinData(PinRequest request) {
        String id = request.id() == null ? "p" + (pins.size() + 1) : request.id();
        PinRecord pin = new PinRecord(
                id,
                request.agentId(),
                request.stream(),
                request.from(),
                request.to(),
                request.reason(),
                request.requestedBy(),
                1_000_000_000L,
                request.from() == null || request.to() == null
                        ? List.of()
                        : List.of(new PinRecord.Part(request.from(), request.to())));
        PinRecord known = pins.putIfAbsent(id, pin);
        return known == null || known.equals(pin)
                ? Future.succeededFuture(pin)
                : RpcError.CONFLICT.fail("another pin has the id " + id);
    }

    @Override
    public Future<Void> unpinData(String id, String requestedBy) {
        return pins.remove(id) == null ? RpcError.NOT_FOUND.fail("there is no pin " + id) : Future.succeededFuture();
    }

    @Override
    public Future<List<PinRecord>> pins(PinQuery query) {
        return Future.succeededFuture(pins.values().stream()
                .filter(pin -> query.id() == null || query.id().equals(pin.id()))
                .filter(pin -> query.agentId() == null || query.agentId().equals(pin.agentId()))
                .limit(query.limit())
                .toList());
    }

    private DeletionRecord deletion(DeletionRequest request, int number) {
        boolean done = !slow && !request.dryRun();
        return new DeletionRecord(
                request.dryRun() ? null : "d" + number,
                request.agentId(),
                request.stream(),
                request.from(),
                request.to(),
                request.dryRun() ? DeletionRecord.PLANNED : done ? DeletionRecord.FINISHED : DeletionRecord.RUNNING,
                request.requestedBy(),
                1_000_000_000L,
                done ? 2_000_000_000L : null,
                7,
                2,
                99,
                0,
                List.of(new DeletionRecord.Part("eeg-id", "eeg", 7, 2, 99, 1_000_000_000L, 2_000_000_000L)),
                null);
    }
}
