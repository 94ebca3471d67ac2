package dev.sinal.contracts.acp;

import dev.sinal.contracts.UtcNanos;
import io.vertx.core.json.JsonObject;

/**
 * One ACP message. Fields that this version does not know are kept.
 *
 * @param timestamp RFC 3339
 * @param rest everything besides type, payload and timestamp: id, source, version, traceparent, unknown fields
 */
public record AcpMessage(String type, JsonObject payload, String timestamp, JsonObject rest) {
    public static final String TELEMETRY_UPDATE = "telemetry_update";
    public static final String TELEMETRY_CHUNK = "telemetry_chunk";
    public static final String MARKER = "marker";
    public static final String AGENT_STATUS = "agent_status";
    public static final String AGENT_LOG = "agent_log";
    public static final String STREAM_APPEARED = "stream_appeared";
    public static final String STREAM_LOST = "stream_lost";
    public static final String STREAM_GAP = "stream_gap";
    public static final String LATE_DATA = "late_data";
    public static final String ANALYSIS_RESULT = "analysis_result";
    public static final String MODEL_RECOMMENDATION = "model_recommendation";
    public static final String SERVICE_HEALTH = "service_health";

    public static AcpMessage now(String type, JsonObject payload) {
        return new AcpMessage(type, payload, UtcNanos.format(UtcNanos.now()), new JsonObject());
    }

    /** @throws IllegalArgumentException naming the field that is missing or of the wrong type */
    public static AcpMessage fromJson(JsonObject json) {
        if (!(json.getValue("type") instanceof String type) || type.isEmpty()) {
            throw new IllegalArgumentException("/type must be a non-empty string");
        }
        if (!(json.getValue("payload") instanceof JsonObject payload)) {
            throw new IllegalArgumentException("/payload must be an object");
        }
        if (!(json.getValue("timestamp") instanceof String timestamp)) {
            throw new IllegalArgumentException("/timestamp must be an RFC 3339 string");
        }
        JsonObject rest = json.copy();
        rest.remove("type");
        rest.remove("payload");
        rest.remove("timestamp");
        return new AcpMessage(type, payload, timestamp, rest);
    }

    public JsonObject toJson() {
        JsonObject json =
                new JsonObject().put("type", type).put("payload", payload).put("timestamp", timestamp);
        rest.forEach(field -> json.put(field.getKey(), field.getValue()));
        return json;
    }
}
