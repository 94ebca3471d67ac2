package dev.sinal.contracts;

import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an agent collects and how.
 *
 * @param kind {@code lsl} or {@code external}
 * @param streams one entry per stream or family of streams; empty for an external agent
 * @param exclusive true = never on two nodes at the same time, not even for a moment, at the price of a gap when nodes change; null = false
 */
public record AgentSpec(
        String kind, List<StreamSpec> streams, @Nullable Boolean exclusive) {
    public static final String LSL = "lsl";
    public static final String EXTERNAL = "external";
    public static final int MAX_STREAMS = 256;

    public AgentSpec {
        streams = streams == null ? List.of() : List.copyOf(streams);
        exclusive = Boolean.TRUE.equals(exclusive) ? true : null; // one form, so that equal specs are equal
    }

    public AgentSpec(String kind, List<StreamSpec> streams) {
        this(kind, streams, null);
    }

    public boolean external() {
        return EXTERNAL.equals(kind);
    }

    /** Whether two nodes may never collect it at the same time. */
    public boolean alone() {
        return exclusive != null;
    }

    public JsonObject toJson() {
        return Wire.write(this);
    }

    public static AgentSpec fromJson(JsonObject json) {
        return Wire.read(json, AgentSpec.class);
    }
}
