package dev.sinal.contracts;

import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * What an agent collects and how.
 *
 * @param kind {@code lsl} or {@code external}
 * @param streams one entry per stream or family of streams; empty for an external agent
 */
public record AgentSpec(String kind, List<StreamSpec> streams) {
    public static final String LSL = "lsl";
    public static final String EXTERNAL = "external";
    public static final int MAX_STREAMS = 256;

    public AgentSpec {
        streams = streams == null ? List.of() : List.copyOf(streams);
    }

    public boolean external() {
        return EXTERNAL.equals(kind);
    }

    public JsonObject toJson() {
        return Wire.write(this);
    }

    public static AgentSpec fromJson(JsonObject json) {
        return Wire.read(json, AgentSpec.class);
    }
}
