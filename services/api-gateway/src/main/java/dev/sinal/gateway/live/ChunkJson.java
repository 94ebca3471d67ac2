package dev.sinal.gateway.live;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import dev.sinal.contracts.live.TelemetryJson;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** Samples as JSON text: an ACP {@code telemetry_chunk}, bare or in a JSON-RPC notification. */
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
            TelemetryJson.writeChunk(json, part, unixTime);
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
            TelemetryJson.writeChunk(json, part, unixTime);
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
}
