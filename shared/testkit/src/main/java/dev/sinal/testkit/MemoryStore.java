package dev.sinal.testkit;

import dev.sinal.chunk.ChunkEncoder;
import dev.sinal.chunk.ChunkHeader;
import dev.sinal.chunk.Codecs;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.ClockRecord;
import dev.sinal.contracts.DeletionQuery;
import dev.sinal.contracts.DeletionRecord;
import dev.sinal.contracts.DeletionRequest;
import dev.sinal.contracts.EpochRecord;
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
import dev.sinal.contracts.StreamRecord;
import dev.sinal.contracts.TelemetryStore;
import dev.sinal.contracts.Wire;
import dev.sinal.contracts.read.Envelope;
import dev.sinal.contracts.read.ReadFrame;
import dev.sinal.contracts.read.ReadOpened;
import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.runtime.Proxies;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The reading side of a telemetry store without a database: real encoded chunks over the real bus, in small frames. Time order only;
 * of {@link TelemetryStore} it knows streams and gaps. Safe to use from any thread.
 */
public final class MemoryStore implements TelemetryStore {
    private final Vertx vertx;
    private final String address = "store.read.memory-" + System.identityHashCode(this);
    private final Map<String, StreamDescriptor> newest = new HashMap<>();
    private final List<ReadOpened.EpochDescriptor> described = new ArrayList<>();
    private final List<byte[]> chunks = new ArrayList<>();
    private final List<GapRecord> gaps = new ArrayList<>();
    private final Map<String, List<byte[]>> cursors = new HashMap<>();
    private final AtomicInteger opened = new AtomicInteger();
    private int chunksPerFrame = 2;

    public MemoryStore(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Serves reads and {@link TelemetryStore}. */
    public Future<Void> start() {
        var opens = vertx.eventBus().<Buffer>consumer(Addresses.STORE_READ, this::open);
        var nexts = vertx.eventBus().<JsonObject>consumer(address, this::next);
        var calls = Proxies.serve(vertx, TelemetryStore.class, Addresses.STORE, this);
        return Future.all(opens.completion(), nexts.completion(), calls.completion())
                .mapEmpty();
    }

    /** Stores a block under the descriptor of its epoch. */
    public synchronized MemoryStore add(StreamDescriptor stream, SampleBlock block) {
        if (!stream.equals(newest.put(stream.id(), stream))) {
            described.add(0, new ReadOpened.EpochDescriptor(block.epoch(), stream));
        }
        chunks.add(ChunkEncoder.encode(block, Codecs.COMPRESS));
        return this;
    }

    public synchronized MemoryStore add(GapRecord gap) {
        gaps.add(gap);
        return this;
    }

    public synchronized MemoryStore chunksPerFrame(int count) {
        chunksPerFrame = count;
        return this;
    }

    /** How many reads were opened so far. */
    public int readsOpened() {
        return opened.get();
    }

    /** Cursors that were neither read to the end nor closed. */
    public synchronized int openCursors() {
        return cursors.size();
    }

    private synchronized void open(Message<Buffer> message) {
        ReadQuery query = Wire.read(Envelope.from(message.body()).head(), ReadQuery.class);
        if (!query.order().equals(ReadQuery.TIME)) {
            message.reply(RpcError.invalid("order", "this store reads in order of time only"));
            return;
        }
        List<byte[]> found = new ArrayList<>(chunks.stream()
                .filter(chunk -> wanted(ChunkHeader.read(chunk), query))
                .sorted(Comparator.comparingLong(
                                (byte[] c) -> ChunkHeader.read(c).minTimestamp())
                        .thenComparing(c -> ChunkHeader.read(c).streamId())
                        .thenComparingLong(c -> ChunkHeader.read(c).epoch())
                        .thenComparingLong(c -> ChunkHeader.read(c).firstSeq()))
                .toList());
        String cursor = "cursor-" + opened.incrementAndGet();
        cursors.put(cursor, found);
        ReadFrame first = take(cursor);
        List<GapRecord> inRange = gaps.stream()
                .filter(gap -> query.streams().isEmpty() || query.streams().contains(gap.stream()))
                .toList();
        ReadOpened answer = new ReadOpened(first.end() ? null : cursor, address, described, inRange);
        message.reply(new Envelope(Wire.write(answer), first.toBuffer()).toBuffer());
    }

    private boolean wanted(ChunkHeader header, ReadQuery query) {
        StreamDescriptor stream = newest.get(header.streamId());
        Long from = query.from();
        Long to = query.to();
        return stream != null
                && stream.agentId().equals(query.agentId())
                && (query.streams().isEmpty() || query.streams().contains(stream.id()))
                && (from == null || header.maxTimestamp() >= from)
                && (to == null || header.minTimestamp() < to);
    }

    private synchronized void next(Message<JsonObject> message) {
        String cursor = message.body().getString("cursor");
        if (message.body().getString("op").equals("close")) {
            cursors.remove(cursor);
        } else if (cursors.containsKey(cursor)) {
            message.reply(take(cursor).toBuffer());
        } else {
            message.reply(RpcError.NOT_FOUND.exception("no such cursor"));
        }
    }

    private ReadFrame take(String cursor) {
        List<byte[]> left = cursors.getOrDefault(cursor, List.of());
        List<ReadFrame.Entry> entries = new ArrayList<>();
        while (entries.size() < chunksPerFrame && !left.isEmpty()) {
            entries.add(new ReadFrame.Entry(1, 1, left.remove(0)));
        }
        if (left.isEmpty()) {
            cursors.remove(cursor);
        }
        return new ReadFrame(left.isEmpty(), entries);
    }

    @Override
    public synchronized Future<List<StreamRecord>> streams(@Nullable String agentId) {
        return Future.succeededFuture(newest.values().stream()
                .filter(stream -> agentId == null || stream.agentId().equals(agentId))
                .sorted(Comparator.comparing(StreamDescriptor::agentId).thenComparing(StreamDescriptor::name))
                .map(this::stored)
                .toList());
    }

    private StreamRecord stored(StreamDescriptor stream) {
        List<ChunkHeader> own = chunks.stream()
                .map(ChunkHeader::read)
                .filter(header -> header.streamId().equals(stream.id()))
                .toList();
        long first = own.stream().mapToLong(ChunkHeader::minTimestamp).min().orElse(0);
        long last = own.stream().mapToLong(ChunkHeader::maxTimestamp).max().orElse(0);
        long samples = own.stream().mapToLong(ChunkHeader::count).sum();
        Double rate = last > first ? (samples - 1) * 1e9 / (last - first) : null;
        return new StreamRecord(
                stream,
                first,
                last,
                rate,
                own.stream().map(ChunkHeader::epoch).distinct().count(),
                samples);
    }

    @Override
    public Future<StreamRecord> stream(String streamId) {
        return streams(null)
                .compose(all -> all.stream()
                        .filter(s -> s.descriptor().id().equals(streamId))
                        .findFirst()
                        .map(Future::succeededFuture)
                        .orElseGet(() -> RpcError.NOT_FOUND.fail("no stream " + streamId)));
    }

    @Override
    public synchronized Future<List<GapRecord>> gaps(GapQuery query) {
        return Future.succeededFuture(gaps.stream()
                .filter(gap -> query.streams().isEmpty() || query.streams().contains(gap.stream()))
                .toList());
    }

    @Override
    public Future<List<EpochRecord>> epochs(String streamId) {
        return absent();
    }

    @Override
    public Future<String> info(String streamId, @Nullable Long epoch) {
        return absent();
    }

    @Override
    public Future<List<ClockRecord>> clock(String streamId, @Nullable Long epoch) {
        return absent();
    }

    @Override
    public Future<LedgerRecord> ledger(String streamId) {
        return absent();
    }

    @Override
    public Future<PlotAnswer> plot(PlotQuery query) {
        return absent();
    }

    @Override
    public Future<Void> writeLogs(List<LogEntry> entries) {
        return absent();
    }

    @Override
    public Future<List<LogEntry>> logs(LogQuery query) {
        return absent();
    }

    @Override
    public Future<MarkerEntry> addMarker(MarkerEntry marker) {
        return absent();
    }

    @Override
    public Future<List<MarkerEntry>> markers(MarkerQuery query) {
        return absent();
    }

    @Override
    public Future<DeletionRecord> deleteData(DeletionRequest request) {
        return absent();
    }

    @Override
    public Future<List<DeletionRecord>> deletions(DeletionQuery query) {
        return absent();
    }

    @Override
    public Future<PinRecord> pinData(PinRequest request) {
        return absent();
    }

    @Override
    public Future<Void> unpinData(String id, String requestedBy) {
        return absent();
    }

    @Override
    public Future<List<PinRecord>> pins(PinQuery query) {
        return absent();
    }

    private static <T> Future<T> absent() {
        return RpcError.UNAVAILABLE.fail("the memory store has no such thing");
    }
}
