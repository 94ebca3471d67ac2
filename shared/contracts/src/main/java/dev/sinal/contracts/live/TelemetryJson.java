package dev.sinal.contracts.live;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import dev.sinal.contracts.UtcNanos;
import dev.sinal.contracts.acp.AcpMessage;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * Samples as ACP JSON: {@code telemetry_chunk} holds columns, channel by channel; {@code telemetry_update} is one sample. Numbers are the shortest decimals that
 * read back as the same double; JSON has no NaN and no infinities, so such a value is null and named in {@code special}. An absent value is null without a
 * name in a chunk, and left out of an update.
 */
public final class TelemetryJson {
    private static final ObjectMapper TREES = new ObjectMapper();

    private TelemetryJson() {}

    /** A {@code telemetry_update} when the view is one sample, else a {@code telemetry_chunk}. */
    public static JsonObject message(SampleView samples) {
        try (TokenBuffer tokens = new TokenBuffer(TREES, false)) {
            if (samples.count() == 1 && anyPresent(samples)) {
                writeUpdate(tokens, samples);
            } else {
                writeChunk(tokens, samples, false);
            }
            return new JsonObject(tree(tokens));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> tree(TokenBuffer tokens) throws IOException {
        return TREES.readValue(tokens.asParser(), Map.class);
    }

    private static boolean anyPresent(SampleView samples) {
        for (int c = 0; c < samples.columns().length; c++) {
            if (samples.present(c, 0)) {
                return true;
            }
        }
        return false;
    }

    /** @param unixTime times as int64 UTC ns instead of RFC 3339 */
    public static void writeChunk(JsonGenerator json, SampleView samples, boolean unixTime) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", AcpMessage.TELEMETRY_CHUNK);
        json.writeObjectFieldStart("payload");
        writePlace(json, samples);
        if (samples.step() > 0) {
            json.writeNumberField("seq_step", samples.step());
        }
        writeTimes(json, samples, unixTime);
        json.writeArrayFieldStart("channels");
        for (int c = 0; c < samples.columns().length; c++) {
            json.writeString(samples.channel(c).metric());
        }
        json.writeEndArray();
        json.writeArrayFieldStart("values");
        JsonObject special = new JsonObject();
        for (int c = 0; c < samples.columns().length; c++) {
            writeColumn(json, samples, c, special);
        }
        json.writeEndArray();
        writeSpecial(json, special);
        json.writeEndObject();
        json.writeStringField("timestamp", UtcNanos.format(UtcNanos.now()));
        json.writeEndObject();
    }

    private static void writeUpdate(JsonGenerator json, SampleView sample) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", AcpMessage.TELEMETRY_UPDATE);
        json.writeObjectFieldStart("payload");
        writePlace(json, sample);
        json.writeObjectFieldStart("metrics");
        JsonObject special = new JsonObject();
        for (int c = 0; c < sample.columns().length; c++) {
            if (sample.present(c, 0)) {
                String metric = sample.channel(c).metric();
                json.writeFieldName(metric);
                if (!writeValue(json, sample, c, 0)) {
                    special.put(metric, Double.toString(sample.value(c, 0)));
                }
            }
        }
        json.writeEndObject();
        writeSpecial(json, special);
        json.writeEndObject();
        json.writeStringField("timestamp", UtcNanos.format(sample.timestamp(0)));
        json.writeEndObject();
    }

    private static void writePlace(JsonGenerator json, SampleView samples) throws IOException {
        json.writeStringField("agent_id", samples.descriptor().agentId());
        json.writeStringField("stream", samples.descriptor().name());
        json.writeStringField("stream_id", samples.descriptor().id());
        json.writeNumberField("epoch", samples.block().epoch());
        json.writeNumberField("seq", samples.seq(0));
        json.writeStringField("time_basis", samples.block().basis().wireName());
    }

    private static void writeTimes(JsonGenerator json, SampleView samples, boolean unixTime) throws IOException {
        json.writeArrayFieldStart("timestamps");
        for (int i = 0; i < samples.count(); i++) {
            if (unixTime) {
                json.writeNumber(samples.timestamp(i));
            } else {
                json.writeString(UtcNanos.format(samples.timestamp(i)));
            }
        }
        json.writeEndArray();
    }

    private static void writeColumn(JsonGenerator json, SampleView samples, int c, JsonObject special)
            throws IOException {
        JsonObject odd = new JsonObject();
        json.writeStartArray();
        for (int i = 0; i < samples.count(); i++) {
            if (!samples.present(c, i)) {
                json.writeNull();
            } else if (!writeValue(json, samples, c, i)) {
                odd.put(Integer.toString(i), Double.toString(samples.value(c, i)));
            }
        }
        json.writeEndArray();
        if (!odd.isEmpty()) {
            special.put(samples.channel(c).metric(), odd);
        }
    }

    /** @return false for a value that JSON has no number for: null was written */
    private static boolean writeValue(JsonGenerator json, SampleView samples, int c, int i) throws IOException {
        if (samples.column(c).format().isText()) {
            json.writeString(samples.column(c).textAt(samples.row(i)));
        } else if (samples.whole(c)) {
            json.writeNumber(samples.column(c).longAt(samples.row(i)));
        } else {
            double value = samples.value(c, i);
            if (!Double.isFinite(value)) {
                json.writeNull();
                return false;
            }
            json.writeNumber(value);
        }
        return true;
    }

    private static void writeSpecial(JsonGenerator json, JsonObject special) throws IOException {
        if (special.isEmpty()) {
            return;
        }
        json.writeFieldName("special");
        writeNames(json, special);
    }

    private static void writeNames(JsonGenerator json, JsonObject names) throws IOException {
        json.writeStartObject();
        for (Map.Entry<String, Object> entry : names) {
            json.writeFieldName(entry.getKey());
            if (entry.getValue() instanceof JsonObject inner) {
                writeNames(json, inner);
            } else {
                json.writeString(String.valueOf(entry.getValue()));
            }
        }
        json.writeEndObject();
    }
}
