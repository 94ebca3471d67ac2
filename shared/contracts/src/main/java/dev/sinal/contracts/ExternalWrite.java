package dev.sinal.contracts;

import java.util.List;

/**
 * Head of a write of external samples; the chunks follow in the envelope, in the order of {@code parts}.
 *
 * @param parts one per chunk: stream and the metric of each column. Chunks carry placeholder ids: the store numbers them
 */
public record ExternalWrite(String agentId, List<Part> parts) {
    public ExternalWrite {
        parts = List.copyOf(parts);
    }

    /** @param metrics name of each column of the chunk */
    public record Part(String stream, List<String> metrics) {}
}
