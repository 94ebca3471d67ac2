package dev.sinal.contracts;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Half-open range, UTC ns. @param streams ids; empty = all of the agent */
public record GapQuery(@Nullable String agentId, List<String> streams, long from, long to, int limit) {
    public GapQuery {
        streams = streams == null ? List.of() : List.copyOf(streams);
    }
}
