package dev.sinal.gateway.live;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import dev.sinal.contracts.UtcNanos;
import dev.sinal.contracts.acp.AcpMessage;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Samples as an ACP {@code telemetry_chunk}: columns, channel by channel. Numbers are the shortest decimals that read back as the same double; JSON has no NaN
 * and no infinities, so such a value is null and named in {@code special}; an absent value is null without a name.
 */
final class ChunkJson {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            .build();

    private ChunkJson() {}

    /** A JSON-RPC notification around the chunk. @param cursor left out when null */
    static String notification(int subscription, @Nullable String cursor, Part part, boolean unixTime) {
        StringWriter out = new StringWriter(256 + part.count() * part.columns().length * 12);
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("jsonrpc", "2.0");
            json.writeStringField("method", "acp");
            json.writeObjectFieldStart("params");
            json.writeNumberField("subscription", subscription);
            if (cursor != null) {
                json.writeStringField("cursor", cursor);
            }
            json.writeFieldName("message");
            write(json, part, unixTime);
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString();
    }

    static String acp(Part part, boolean unixTime) {
        StringWriter out = new StringWriter(256 + part.count() * part.columns().length * 12);
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            write(json, part, unixTime);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString();
    }

    /** A JSON-RPC notification around any other ACP message. */
    static String notification(int subscription, @Nullable String cursor, JsonObject acp) {
        JsonObject params = new JsonObject().put("subscription", subscription);
        if (cursor != null) {
            params.put("cursor", cursor);
        }
        return new JsonObject()
                .put("jsonrpc", "2.0")
                .put("method", "acp")
                .put("params", params.put("message", acp))
                .encode();
    }

    private static void write(JsonGenerator json, Part part, boolean unixTime) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", AcpMessage.TELEMETRY_CHUNK);
        json.writeObjectFieldStart("payload");
        json.writeStringField("agent_id", part.stream().descriptor().agentId());
        json.writeStringField("stream", part.stream().descriptor().name());
        json.writeStringField("stream_id", part.stream().id());
        json.writeNumberField("epoch", part.block().epoch());
        json.writeNumberField("seq", part.seq(0));
        if (part.step() > 0) {
            json.writeNumberField("seq_step", part.step());
        }
        json.writeStringField("time_basis", part.block().basis().wireName());
        writeTimes(json, part, unixTime);
        json.writeArrayFieldStart("channels");
        for (int c = 0; c < part.columns().length; c++) {
            json.writeString(part.channel(c).metric());
        }
        json.writeEndArray();
        json.writeArrayFieldStart("values");
        JsonObject special = new JsonObject();
        for (int c = 0; c < part.columns().length; c++) {
            writeColumn(json, part, c, special);
        }
        json.writeEndArray();
        if (!special.isEmpty()) {
            json.writeFieldName("special");
            json.writeRawValue(special.encode());
        }
        json.writeEndObject();
        json.writeStringField("timestamp", UtcNanos.format(UtcNanos.now()));
        json.writeEndObject();
    }

    private static void writeTimes(JsonGenerator json, Part part, boolean unixTime) throws IOException {
        json.writeArrayFieldStart("timestamps");
        for (int i = 0; i < part.count(); i++) {
            if (unixTime) {
                json.writeNumber(part.timestamp(i));
            } else {
                json.writeString(UtcNanos.format(part.timestamp(i)));
            }
        }
        json.writeEndArray();
    }

    private static void writeColumn(JsonGenerator json, Part part, int c, JsonObject special) throws IOException {
        boolean text = part.column(c).format().isText();
        boolean whole = part.whole(c);
        JsonObject odd = new JsonObject();
        json.writeStartArray();
        for (int i = 0; i < part.count(); i++) {
            if (!part.present(c, i)) {
                json.writeNull();
            } else if (text) {
                json.writeString(part.column(c).textAt(part.row(i)));
            } else if (whole) {
                json.writeNumber(part.column(c).longAt(part.row(i)));
            } else {
                double value = part.value(c, i);
                if (Double.isFinite(value)) {
                    json.writeNumber(value);
                } else {
                    json.writeNull();
                    odd.put(Integer.toString(i), Double.toString(value));
                }
            }
        }
        json.writeEndArray();
        if (!odd.isEmpty()) {
            special.put(part.channel(c).metric(), odd);
        }
    }
}
