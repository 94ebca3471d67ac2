package dev.sinal.gateway.live;

import dev.sinal.chunk.ChunkEncoder;
import dev.sinal.chunk.ChunkHeader;
import dev.sinal.chunk.Codecs;
import dev.sinal.chunk.Column;
import dev.sinal.chunk.FloatColumn;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.chunk.TextColumn;
import dev.sinal.chunk.TimeBasis;
import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.AgentManager;
import dev.sinal.contracts.AgentStatus;
import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.GapRecord;
import dev.sinal.contracts.LiveMeta;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.StreamRecord;
import dev.sinal.contracts.TelemetryStore;
import dev.sinal.contracts.Wire;
import dev.sinal.contracts.read.Envelope;
import dev.sinal.contracts.read.ReadFrame;
import dev.sinal.contracts.read.ReadOpened;
import dev.sinal.contracts.read.ReadQuery;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

/**
 * The suite as the gateway sees it, in memory: agents that run, a store that serves what was committed to it over the real read traffic, a collector that
 * publishes live frames.
 */
final class Suite {
    static final long T0 = 1_767_323_045_000_000_000L;
    static final long EPOCH = 1_800_000_000_001L;

    private final Vertx vertx;
    private final List<byte[]> committed = new CopyOnWriteArrayList<>();
    private final List<GapRecord> gaps = new CopyOnWriteArrayList<>();
    private final Map<String, StreamDescriptor> streams = new ConcurrentHashMap<>();
    private final List<String> agents = new CopyOnWriteArrayList<>(List.of("headset", "vitals"));

    Suite(Vertx vertx) {
        this.vertx = vertx;
        vertx.eventBus().<Buffer>consumer(Addresses.STORE_READ).handler(this::read);
    }

    static StreamDescriptor stream(
            String agentId, String name, String format, double rate, ChannelDescriptor... channels) {
        return new StreamDescriptor(
                "id-" + agentId + "-" + name,
                agentId,
                name,
                name,
                "EEG",
                "src",
                "host",
                "uid",
                "session",
                format,
                rate,
                null,
                List.of(channels));
    }

    static StreamDescriptor eeg(String agentId, int channels) {
        return stream(
                agentId,
                "eeg",
                "float32",
                250,
                IntStream.rangeClosed(1, channels)
                        .mapToObj(c -> ChannelDescriptor.plain("ch" + c))
                        .toArray(ChannelDescriptor[]::new));
    }

    /** Sample s of channel c has the value s × 100 + c + 0.5, at T0 + 4 ms × s. */
    static SampleBlock block(StreamDescriptor stream, long epoch, long firstSeq, int count) {
        return block(stream, epoch, firstSeq, count, firstSeq);
    }

    /** The same with other numbers in values and times than its seqs. */
    static SampleBlock block(StreamDescriptor stream, long epoch, long firstSeq, int count, long firstNumber) {
        List<Column> columns = new ArrayList<>();
        for (int c = 0; c < stream.channels().size(); c++) {
            float[] values = new float[count];
            for (int i = 0; i < count; i++) {
                values[i] = (firstNumber + i) * 100 + c + 0.5f;
            }
            columns.add(new FloatColumn(values));
        }
        return new SampleBlock(stream.id(), epoch, firstSeq, TimeBasis.LSL, stamps(firstNumber, count), null, columns);
    }

    /** One sample of a time. */
    static SampleBlock blockAt(StreamDescriptor stream, long epoch, long seq, long time) {
        SampleBlock block = block(stream, epoch, seq, 1);
        return new SampleBlock(stream.id(), epoch, seq, TimeBasis.LSL, new long[] {time}, null, block.columns());
    }

    static long[] stamps(long firstSeq, int count) {
        return IntStream.range(0, count)
                .mapToLong(i -> T0 + (firstSeq + i) * 4_000_000L)
                .toArray();
    }

    static SampleBlock marker(StreamDescriptor stream, long seq, String text) {
        return new SampleBlock(
                stream.id(), EPOCH, seq, TimeBasis.LSL, stamps(seq, 1), null, List.of(new TextColumn(new String[] {text
                })));
    }

    /** The store knows the stream from now on. */
    void know(StreamDescriptor stream) {
        streams.put(stream.id(), stream);
    }

    void publish(StreamDescriptor stream, SampleBlock block) {
        JsonObject meta = Wire.write(new LiveMeta("node", block.epoch(), stream));
        Buffer chunk = Buffer.buffer(ChunkEncoder.encode(block, Codecs.RAW));
        vertx.eventBus().publish(Addresses.live(stream.agentId()), new Envelope(meta, chunk).toBuffer());
    }

    void commit(StreamDescriptor stream, SampleBlock block) {
        know(stream);
        committed.add(ChunkEncoder.encode(block, Codecs.COMPRESS));
    }

    void gap(GapRecord gap) {
        gaps.add(gap);
    }

    void event(String type, JsonObject payload) {
        vertx.eventBus()
                .publish(
                        Addresses.event(type),
                        dev.sinal.contracts.acp.AcpMessage.now(type, payload).toJson());
    }

    private void read(Message<Buffer> message) {
        ReadQuery query = Wire.read(Envelope.from(message.body()).head(), ReadQuery.class);
        List<ReadFrame.Entry> entries = new ArrayList<>();
        List<byte[]> chunks = new ArrayList<>(committed);
        chunks.sort(Comparator.comparingLong(chunk -> ChunkHeader.read(chunk).minTimestamp()));
        for (byte[] chunk : chunks) {
            ChunkHeader header = ChunkHeader.read(chunk);
            boolean wanted = query.streams().isEmpty() || query.streams().contains(header.streamId());
            if (wanted && (query.from() == null || header.maxTimestamp() >= query.from())) {
                entries.add(new ReadFrame.Entry(1, entries.size() + 1L, chunk));
            }
        }
        List<ReadOpened.EpochDescriptor> described = streams.values().stream()
                .map(stream -> new ReadOpened.EpochDescriptor(0, stream))
                .toList();
        ReadOpened opened = new ReadOpened(null, "nowhere", described, gaps);
        message.reply(new Envelope(Wire.write(opened), new ReadFrame(true, entries).toBuffer()).toBuffer());
    }

    /** Only what the live routes ask. */
    AgentManager agentManager() {
        return answering(
                AgentManager.class,
                "status",
                args -> agents.contains(String.valueOf(args[0]))
                        ? Future.succeededFuture(new AgentStatus(
                                String.valueOf(args[0]),
                                "lsl",
                                "running",
                                T0,
                                null,
                                "node",
                                1,
                                0,
                                List.of(),
                                List.of()))
                        : RpcError.NOT_FOUND.fail("no agent"));
    }

    TelemetryStore store() {
        return answering(
                TelemetryStore.class,
                "streams",
                args -> Future.succeededFuture(streams.values().stream()
                        .filter(stream -> stream.agentId().equals(args[0]))
                        .map(stream -> new StreamRecord(stream, T0, T0, 250.0, 1, 1))
                        .toList()));
    }

    private interface Answer {
        Future<?> to(Object[] args);
    }

    private static <T> T answering(Class<T> contract, String method, Answer answer) {
        return contract.cast(Proxy.newProxyInstance(
                contract.getClassLoader(),
                new Class<?>[] {contract},
                (proxy, called, args) -> called.getName().equals(method)
                        ? answer.to(args)
                        : RpcError.UNAVAILABLE.fail(called.getName() + " is not here")));
    }
}
