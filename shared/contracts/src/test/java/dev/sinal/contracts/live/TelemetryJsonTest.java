package dev.sinal.contracts.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinal.chunk.Column;
import dev.sinal.chunk.DoubleColumn;
import dev.sinal.chunk.LongColumn;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.chunk.SampleFormat;
import dev.sinal.chunk.TextColumn;
import dev.sinal.chunk.TimeBasis;
import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.acp.AcpMessage;
import dev.sinal.contracts.acp.AcpSchemas;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.Validator;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TelemetryJsonTest {
    private static final long T0 = 1_767_323_045_000_000_000L; // 2026-01-02T03:04:05Z
    private static final StreamDescriptor STREAM = new StreamDescriptor(
            "0123456789abcdef",
            "headset",
            "eeg",
            "EEG",
            "EEG",
            "src",
            "host",
            "uid",
            "session",
            "double64",
            100,
            null,
            List.of(
                    new ChannelDescriptor("Fp1", "Fp1", "µV", "spec", "EEG", 0.5, 1.0),
                    ChannelDescriptor.plain("count"),
                    ChannelDescriptor.plain("note")));

    @Test
    void oneSampleIsAnUpdateWithoutWhatIsAbsent() {
        JsonObject message = TelemetryJson.message(view(1, new double[] {3}, 42L, null));

        assertThat(message).isEqualTo(new JsonObject("""
                {"type": "telemetry_update", "payload": {"agent_id": "headset", "stream": "eeg", "stream_id": "0123456789abcdef",
                 "epoch": 9, "seq": 5, "time_basis": "lsl", "metrics": {"Fp1": 2.5, "count": 42}},
                 "timestamp": "2026-01-02T03:04:05.000000000Z"}"""));
        assertThat(valid(message)).isTrue();
    }

    @Test
    void severalSamplesAreAChunkInUnitsWithTheirSpecialValues() {
        JsonObject message =
                TelemetryJson.message(view(3, new double[] {3, Double.NaN, Double.NEGATIVE_INFINITY}, 1L << 60, "hä"));

        JsonObject payload = message.getJsonObject("payload");
        assertThat(message.getString("type")).isEqualTo(AcpMessage.TELEMETRY_CHUNK);
        assertThat(payload.getJsonArray("values").encode())
                .isEqualTo(
                        "[[2.5,null,null],[1152921504606846976,1152921504606846976,1152921504606846976],[\"hä\",\"hä\",\"hä\"]]");
        assertThat(payload.getJsonObject("special"))
                .isEqualTo(new JsonObject("{\"Fp1\": {\"1\": \"NaN\", \"2\": \"-Infinity\"}}"));
        assertThat(valid(message)).isTrue();
    }

    @Test
    void aSampleWithoutAnyValueIsStillTold() {
        JsonObject message = TelemetryJson.message(view(1, new double[0], null, null));

        assertThat(message.getString("type")).isEqualTo(AcpMessage.TELEMETRY_CHUNK);
        assertThat(message.getJsonObject("payload").getJsonArray("values").encode())
                .isEqualTo("[[null],[null],[null]]");
    }

    @Test
    void aReaderGetsTheSamplesBackHoweverTheyWerePacked() {
        assertThat(samples(TelemetryJson.message(view(1, new double[] {Double.NaN}, 42L, "x"))))
                .containsExactly(new TelemetrySample(
                        "headset", "eeg", 9, 5, T0, Map.of("Fp1", Double.NaN, "count", 42L, "note", "x")));
        assertThat(samples(TelemetryJson.message(view(2, new double[] {3, Double.POSITIVE_INFINITY}, null, null))))
                .containsExactly(
                        new TelemetrySample("headset", "eeg", 9, 5, T0, Map.of("Fp1", 2.5)),
                        new TelemetrySample(
                                "headset", "eeg", 9, 6, T0 + 10_000_000, Map.of("Fp1", Double.POSITIVE_INFINITY)));
    }

    @Test
    void aReaderTakesRateAndIntegerTimesToo() {
        JsonObject chunk = new JsonObject("""
                {"type": "telemetry_chunk", "timestamp": "2026-01-02T03:04:05Z", "payload": {"agent_id": "a", "stream": "s",
                 "t0": "2026-01-02T03:04:05Z", "rate": 4, "channels": ["x"], "values": [[1.5, 2.5]]}}""");
        assertThat(samples(chunk)).extracting(TelemetrySample::timestamp).containsExactly(T0, T0 + 250_000_000);

        chunk.getJsonObject("payload").put("timestamps", List.of(T0, T0 + 1));
        assertThat(samples(chunk)).extracting(TelemetrySample::timestamp).containsExactly(T0, T0 + 1);
    }

    @Test
    void aBrokenPayloadIsRefused() {
        JsonObject chunk = new JsonObject("""
                {"type": "telemetry_chunk", "timestamp": "2026-01-02T03:04:05Z", "payload": {"agent_id": "a", "stream": "s",
                 "timestamps": [1, 2], "channels": ["x"], "values": [[1.5]]}}""");

        assertThatThrownBy(() -> samples(chunk)).isInstanceOf(IllegalArgumentException.class);
    }

    private static List<TelemetrySample> samples(JsonObject message) {
        List<TelemetrySample> samples = new ArrayList<>();
        // As it arrives from another process.
        TelemetrySample.each(AcpMessage.fromJson(new JsonObject(message.toBuffer())), samples::add);
        return samples;
    }

    /** Rows 10 ms apart from seq 5 on; the first channel has values as far as they go, the others one value or none. */
    private static SampleView view(int rows, double[] first, Long second, String third) {
        long[] times = new long[rows];
        double[] doubles = new double[rows];
        long[] longs = new long[rows];
        String[] texts = new String[rows];
        for (int i = 0; i < rows; i++) {
            times[i] = T0 + i * 10_000_000L;
            doubles[i] = i < first.length ? first[i] : 0;
            longs[i] = second == null ? 0 : second;
            texts[i] = third == null ? "" : third;
        }
        List<Column> columns = List.of(
                new DoubleColumn(doubles, some(first.length)),
                new LongColumn(SampleFormat.INT64, longs, some(second == null ? 0 : rows)),
                new TextColumn(texts, some(third == null ? 0 : rows)));
        return SampleView.all(STREAM, new SampleBlock(STREAM.id(), 9, 5, TimeBasis.LSL, times, null, columns));
    }

    private static BitSet some(int count) {
        BitSet present = new BitSet();
        present.set(0, count);
        return present;
    }

    private static boolean valid(JsonObject message) {
        JsonSchemaOptions options = new JsonSchemaOptions()
                .setDraft(Draft.DRAFT202012)
                .setBaseUri("https://sinal.dev/")
                .setOutputFormat(OutputFormat.Basic);
        return Validator.create(JsonSchema.of(AcpSchemas.of(message.getString("type"))), options)
                .validate(message)
                .getValid();
    }
}
