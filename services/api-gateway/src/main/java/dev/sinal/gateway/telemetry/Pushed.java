package dev.sinal.gateway.telemetry;

import dev.sinal.contracts.ExternalWrite;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Everything that one request pushes. */
final class Pushed {
    private final Map<String, Map<String, PushedStream>> agents = new LinkedHashMap<>();

    PushedStream stream(String agentId, String stream) {
        return agents.computeIfAbsent(agentId, id -> new LinkedHashMap<>())
                .computeIfAbsent(stream, name -> new PushedStream(agentId, name));
    }

    Set<String> agentIds() {
        return agents.keySet();
    }

    /** Samples of one agent as they go to the store. */
    record Write(ExternalWrite head, List<byte[]> chunks) {}

    /** @param once null when the caller gave no key */
    Write write(String agentId, ExternalWrite.@Nullable Once once) {
        List<ExternalWrite.Part> parts = new ArrayList<>();
        List<byte[]> chunks = new ArrayList<>();
        for (PushedStream stream : agents.getOrDefault(agentId, Map.of()).values()) {
            stream.cut();
            parts.addAll(stream.parts());
            chunks.addAll(stream.chunks());
        }
        return new Write(new ExternalWrite(agentId, parts, once), chunks);
    }
}
