package dev.sinal.bench;

import dev.sinal.chunk.ChunkEncoder;
import dev.sinal.chunk.Codecs;
import dev.sinal.chunk.Column;
import dev.sinal.chunk.FloatColumn;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.chunk.TimeBasis;
import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.ChunkEnvelope;
import dev.sinal.contracts.StoreAnswer;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.Wire;
import dev.sinal.contracts.read.Envelope;
import dev.sinal.runtime.Health;
import dev.sinal.runtime.NodeContext;
import dev.sinal.runtime.Settings;
import dev.sinal.runtime.SinalModule.Running;
import dev.sinal.store.TelemetryStoreModule;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Puts one long recording into an empty database through the store's own write lane: 8 channels at 1 kHz, float32 on the grid of a converter. */
final class FilledStore {
    static final String AGENT = "bench-range";
    /** 2026-03-01T00:00:00Z. */
    static final long START = 1_772_323_200_000_000_000L;

    static final long STEP_NS = 1_000_000;
    private static final int CHANNELS = 8;
    private static final double RATE_HZ = 1_000;
    private static final float MICROVOLT_STEP = 0.0488f;
    private static final int IN_FLIGHT = 8;
    private static final String STREAM = "bench-range-stream";
    private static final long WAIT_S = 60;

    private FilledStore() {}

    /** @param rows in all @param chunkRows in one chunk; a collector closes one at 10 000 at most */
    static void fill(String databaseUri, long rows, int chunkRows) throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            Running store = await(new TelemetryStoreModule()
                    .configure(Settings.of(Map.of("database.uri", databaseUri)))
                    .start(new NodeContext(
                            vertx, "bench", "bench", Path.of("."), new SimpleMeterRegistry(), new Health())));
            send(vertx, rows, chunkRows);
            await(store.stop());
        } finally {
            await(vertx.close());
        }
    }

    private static void send(Vertx vertx, long rows, int chunkRows) throws Exception {
        Random random = new Random(1);
        double[] level = new double[CHANNELS];
        Deque<Future<Message<JsonObject>>> flying = new ArrayDeque<>();
        Buffer envelope = Wire.write(new ChunkEnvelope("bench", 1, 1, stream())).toBuffer();
        for (long first = 1; first <= rows; first += chunkRows) {
            int n = (int) Math.min(chunkRows, rows - first + 1);
            byte[] chunk = ChunkEncoder.encode(block(first, n, random, level), Codecs.COMPRESS);
            if (flying.size() == IN_FLIGHT) {
                acknowledged(flying.remove());
            }
            flying.add(vertx.eventBus()
                    .request(Addresses.storeChunks("bench"), Envelope.wrap(envelope, Buffer.buffer(chunk))));
        }
        for (Future<Message<JsonObject>> last : flying) {
            acknowledged(last);
        }
    }

    private static void acknowledged(Future<Message<JsonObject>> sent) throws Exception {
        StoreAnswer answer = Wire.read(await(sent).body(), StoreAnswer.class);
        if (!StoreAnswer.ACKED.equals(answer.status())) {
            throw new IllegalStateException("the store answered " + answer);
        }
    }

    private static SampleBlock block(long first, int n, Random random, double[] level) {
        long[] stamps = new long[n];
        double[] raw = new double[n];
        float[][] values = new float[CHANNELS][n];
        for (int i = 0; i < n; i++) {
            stamps[i] = START + (first + i - 1) * STEP_NS;
            raw[i] = (first + i - 1) / RATE_HZ;
            for (int c = 0; c < CHANNELS; c++) {
                level[c] = 0.98 * level[c] + 40 * random.nextGaussian();
                values[c][i] = Math.round(level[c]) * MICROVOLT_STEP;
            }
        }
        List<Column> columns = new ArrayList<>();
        for (float[] channel : values) {
            columns.add(new FloatColumn(channel));
        }
        return new SampleBlock(STREAM, 1, first, TimeBasis.LSL, stamps, raw, columns);
    }

    private static StreamDescriptor stream() {
        List<ChannelDescriptor> channels = new ArrayList<>();
        for (int c = 1; c <= CHANNELS; c++) {
            channels.add(new ChannelDescriptor("ch" + c, "ch" + c, "microvolts", "stream", "EEG", null, null));
        }
        return new StreamDescriptor(
                STREAM, AGENT, "eeg", "Bench", "EEG", "bench", "host", "uid", "session", "float32", RATE_HZ, null,
                channels);
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(WAIT_S, TimeUnit.SECONDS);
    }
}
