package dev.sinal.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sinal.chunk.Column;
import dev.sinal.chunk.DoubleColumn;
import dev.sinal.chunk.FloatColumn;
import dev.sinal.chunk.LongColumn;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.chunk.SampleFormat;
import dev.sinal.chunk.TimeBasis;
import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.StreamDescriptor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.msgpack.core.MessagePack;
import org.msgpack.value.Value;

/** Every mode in every format gives the samples that it promises, bit by bit, however the frames were cut. */
class FormatsTest {
    private static final int SAMPLES = 200;
    private LiveServer server;

    @BeforeEach
    void start() {
        server = new LiveServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** One value as all formats can be compared: its bits. */
    private record Cell(String stream, long seq, long time, int column, String value) {}

    private static final ChannelDescriptor[] CHANNELS = {ChannelDescriptor.plain("x"), ChannelDescriptor.plain("y")};
    private static final List<StreamDescriptor> STREAMS = List.of(
            Suite.stream("headset", "singles", "float32", 250, CHANNELS),
            Suite.stream("headset", "doubles", "double64", 100, CHANNELS),
            Suite.stream("headset", "longs", "int64", 30, CHANNELS),
            Suite.stream("headset", "irregular", "double64", 0, CHANNELS));

    static Stream<Arguments> all() {
        return Stream.of("all", "decimate 50", "decimate 0.5", "decimate 1000", "latest 100")
                .flatMap(mode -> Stream.of("json", "msgpack", "binary").map(format -> Arguments.of(mode, format)));
    }

    private static SampleBlock whole(StreamDescriptor stream, Random random) {
        long[] stamps = new long[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            long steady = Math.round(i * 1e9 / Math.max(1, stream.nominalRate()));
            long odd = i == 0 ? 0 : stamps[i - 1] - Suite.T0 + 1 + random.nextInt(30_000_000);
            stamps[i] = Suite.T0 + (stream.nominalRate() > 0 ? steady : odd);
        }
        List<Column> columns = new ArrayList<>();
        for (int c = 0; c < 2; c++) {
            columns.add(column(stream.format(), random));
        }
        return new SampleBlock(stream.id(), Suite.EPOCH, 1, TimeBasis.LSL, stamps, null, columns);
    }

    private static Column column(String format, Random random) {
        if (format.equals("int64")) {
            return new LongColumn(SampleFormat.INT64, random.longs(SAMPLES).toArray());
        }
        if (format.equals("float32")) {
            float[] values = new float[SAMPLES];
            for (int i = 0; i < SAMPLES; i++) {
                values[i] = i % 17 == 3 ? Float.NaN : (float) random.nextGaussian();
            }
            return new FloatColumn(values);
        }
        double[] values = new double[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            values[i] = i % 13 == 5 ? Double.NEGATIVE_INFINITY : random.nextGaussian() * 1e9;
        }
        return new DoubleColumn(values);
    }

    private static String bits(Column column, int i) {
        return column.format().isInteger() ? Long.toString(column.longAt(i)) : Double.toString(column.doubleAt(i));
    }

    /** What the mode promises, from the whole stream. */
    private static List<Cell> expected(StreamDescriptor stream, SampleBlock block, String mode, double hz) {
        List<Cell> cells = new ArrayList<>();
        int step =
                stream.nominalRate() > 0 ? (int) Math.max(1, Math.ceil(stream.nominalRate() / Math.max(hz, 1e-9))) : 0;
        for (int i = 0; i < SAMPLES; i++) {
            boolean kept = switch (mode) {
                case "all" -> true;
                case "decimate" ->
                    step > 0
                            ? i % step == 0
                            : i == 0
                                    || Math.floorDiv(block.timestamps()[i], (long) (1e9 / hz))
                                            != Math.floorDiv(block.timestamps()[i - 1], (long) (1e9 / hz));
                default -> i == SAMPLES - 1;
            };
            for (int c = 0; kept && c < 2; c++) {
                cells.add(new Cell(stream.id(), i + 1, block.timestamps()[i], c, bits(block.column(c), i)));
            }
        }
        return cells;
    }

    @ParameterizedTest
    @MethodSource("all")
    void samplesAreAsTheModePromises(String how, String format) {
        String mode = how.split(" ")[0];
        double hz = how.contains(" ") ? Double.parseDouble(how.split(" ")[1]) : 0;
        STREAMS.forEach(server.suite::know);
        LiveClient client = server.viewer();
        JsonObject wanted = new JsonObject()
                .put("agent_id", "headset")
                .put("mode", mode)
                .put("format", format)
                .put("time_format", "unix_ns");
        JsonArray described =
                client.subscribe(hz > 0 ? wanted.put("max_hz", hz) : wanted).getJsonArray("streams");
        Random random = new Random(7);
        List<Cell> expected = new ArrayList<>();
        for (StreamDescriptor stream : STREAMS) {
            SampleBlock block = whole(stream, random);
            expected.addAll(expected(stream, block, mode, hz));
            for (int from = 0; from < SAMPLES; ) {
                int to = Math.min(SAMPLES, from + 1 + random.nextInt(25));
                server.suite.publish(stream, block.slice(from, to));
                from = to;
            }
        }

        await().untilAsserted(() -> {
            List<Cell> cells = cells(client, described, format);
            if (mode.equals("latest")) {
                // Ticks may fall between frames: what counts is that the newest comes last.
                assertThat(cells).containsAll(expected);
            } else {
                assertThat(cells).containsExactlyInAnyOrderElementsOf(expected);
            }
        });
    }

    private static List<Cell> cells(LiveClient client, JsonArray described, String format) {
        List<Cell> cells = new ArrayList<>();
        if (format.equals("json")) {
            client.acp("telemetry_chunk").forEach(chunk -> json(cells, chunk));
        } else {
            for (Buffer bytes : client.binaries()) {
                if (format.equals("binary")) {
                    binary(cells, described, bytes);
                } else {
                    msgpack(cells, bytes);
                }
            }
        }
        return cells;
    }

    private static void json(List<Cell> cells, JsonObject chunk) {
        int step = chunk.getInteger("seq_step", 0);
        JsonArray times = chunk.getJsonArray("timestamps");
        JsonObject special = chunk.getJsonObject("special", new JsonObject());
        for (int i = 0; i < times.size(); i++) {
            for (int c = 0; c < 2; c++) {
                Object value = chunk.getJsonArray("values").getJsonArray(c).getValue(i);
                if (value == null) {
                    value = special.getJsonObject(chunk.getJsonArray("channels").getString(c))
                            .getString(Integer.toString(i));
                }
                cells.add(new Cell(
                        chunk.getString("stream_id"),
                        step > 0 ? chunk.getLong("seq") + (long) i * step : seqOf(chunk, i),
                        times.getLong(i),
                        c,
                        String.valueOf(value)));
            }
        }
    }

    /** Without a step only the first number is told; the time tells the others. */
    private static long seqOf(JsonObject chunk, int i) {
        return i == 0
                ? chunk.getLong("seq")
                : bySeq(
                        chunk.getString("stream_id"),
                        chunk.getJsonArray("timestamps").getLong(i));
    }

    private static long bySeq(String stream, long time) {
        Random random = new Random(7);
        for (StreamDescriptor candidate : STREAMS) {
            SampleBlock block = whole(candidate, random);
            for (int from = 0; from < SAMPLES; ) {
                from = Math.min(SAMPLES, from + 1 + random.nextInt(25));
            }
            for (int k = 0; candidate.id().equals(stream) && k < SAMPLES; k++) {
                if (block.timestamps()[k] == time) {
                    return k + 1;
                }
            }
        }
        return -1;
    }

    private static void binary(List<Cell> cells, JsonArray described, Buffer bytes) {
        BinaryFrame frame = BinaryFrame.read(bytes);
        boolean whole = bytes.getByte(2) == 3;
        String id = described.stream()
                .map(JsonObject.class::cast)
                .filter(stream -> stream.getInteger("index") == frame.stream())
                .findFirst()
                .orElseThrow()
                .getString("id");
        for (int i = 0; i < frame.count(); i++) {
            for (int c = 0; c < 2; c++) {
                int at = 48 + frame.count() * 8 + (c * frame.count() + i) * 8;
                long seq = frame.step() > 0
                        ? frame.seq() + (long) i * frame.step()
                        : i == 0 ? frame.seq() : bySeq(id, frame.timestamps().get(i));
                cells.add(new Cell(
                        id,
                        seq,
                        frame.timestamps().get(i),
                        c,
                        whole
                                ? Long.toString(bytes.getLongLE(at))
                                : Double.toString(frame.values().get(c).get(i))));
            }
        }
    }

    private static void msgpack(List<Cell> cells, Buffer bytes) {
        try (var in = MessagePack.newDefaultUnpacker(bytes.getBytes())) {
            JsonObject message = (JsonObject) plain(in.unpackValue());
            JsonObject acp = message.getJsonObject("params").getJsonObject("message");
            if (acp.getString("type").equals("telemetry_chunk")) {
                json(cells, acp.getJsonObject("payload"));
            }
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** As JSON has it, but NaN and infinities are themselves. */
    private static Object plain(Value value) {
        if (value.isMapValue()) {
            JsonObject object = new JsonObject();
            value.asMapValue()
                    .map()
                    .forEach((key, item) -> object.put(key.asStringValue().asString(), plain(item)));
            return object;
        }
        if (value.isArrayValue()) {
            JsonArray array = new JsonArray();
            value.asArrayValue().forEach(item -> array.add(plain(item)));
            return array;
        }
        if (value.isFloatValue()) {
            return value.asFloatValue().toDouble();
        }
        return value.isIntegerValue()
                ? (Object) value.asIntegerValue().asLong()
                : value.asStringValue().asString();
    }

    @Test
    void everyFormatIsMadeOnceForAllWhoWatchTheSame() {
        StreamDescriptor stream = STREAMS.get(0);
        server.suite.know(stream);
        List<LiveClient> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            for (String format : List.of("json", "msgpack", "binary")) {
                LiveClient client = server.viewer();
                client.subscribe(new JsonObject().put("agent_id", "headset").put("format", format));
                clients.add(client);
            }
        }
        SampleBlock block = whole(stream, new Random(1));
        for (int i = 0; i < 10; i++) {
            server.suite.publish(stream, block.slice(i * 12, i * 12 + 12));
        }
        await().untilAsserted(() -> assertThat(clients)
                .allSatisfy(client -> assertThat(client.binaries().size()
                                + client.acp("telemetry_chunk").size())
                        .isEqualTo(10)));
        assertThat(server.count("sinal.live.encoded")).as("frames x formats").isEqualTo(10 * 3);
    }
}
