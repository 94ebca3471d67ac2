package dev.sinal.contracts.acp;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** The JSON Schemas of the ACP types, as published in docs/contracts/acp. */
public final class AcpSchemas {
    /** Every type that has a schema. Others are passed on unchecked. */
    public static final List<String> TYPES = List.of(
            AcpMessage.TELEMETRY_UPDATE,
            AcpMessage.TELEMETRY_CHUNK,
            AcpMessage.MARKER,
            AcpMessage.AGENT_STATUS,
            AcpMessage.AGENT_LOG,
            AcpMessage.STREAM_APPEARED,
            AcpMessage.STREAM_LOST,
            AcpMessage.STREAM_GAP,
            AcpMessage.LATE_DATA,
            AcpMessage.ANALYSIS_RESULT,
            AcpMessage.MODEL_RECOMMENDATION,
            AcpMessage.SERVICE_HEALTH);

    private AcpSchemas() {}

    /** Draft 2020-12. @throws IllegalArgumentException for a type without schema */
    public static JsonObject of(String type) {
        String name = "/contracts/acp/" + type + ".v1.schema.json";
        try (InputStream in = AcpSchemas.class.getResourceAsStream(name)) {
            if (in == null || !TYPES.contains(type)) {
                throw new IllegalArgumentException("no schema for ACP type '" + type + "'");
            }
            return new JsonObject(Buffer.buffer(in.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }
}
