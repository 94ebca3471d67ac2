package dev.sinal.contracts;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Head of a write of external samples; the chunks follow in the envelope, in the order of {@code parts}.
 *
 * @param parts one per chunk: stream and the metric of each column. Chunks carry placeholder ids: the store numbers them
 * @param once makes repeating safe for a day: what was stored under its key is not stored again; null = stored each time it comes
 */
public record ExternalWrite(
        String agentId, List<Part> parts, @Nullable Once once) {
    public ExternalWrite {
        parts = List.copyOf(parts);
    }

    public ExternalWrite(String agentId, List<Part> parts) {
        this(agentId, parts, null);
    }

    /** @param metrics name of each column of the chunk */
    public record Part(String stream, List<String> metrics) {}

    /**
     * What makes a write the same as another one of its agent.
     *
     * @param key 1 to 256 characters
     * @param digest of the content: the same key with another one is refused as IMPOSSIBLE
     */
    public record Once(String key, String digest) {}
}
