package dev.sinal.contracts;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Samples that are kept: retention leaves the UTC days that the range touches, and a deletion of them needs force.
 *
 * @param stream as it was asked, id or name; null = all streams of the agent
 * @param from UTC ns, inclusive; null = open
 * @param to UTC ns, exclusive; null = open
 * @param createdAt UTC ns
 * @param expired parts of the range that retention had removed, or was about to, ascending
 */
public record PinRecord(
        String id,
        String agentId,
        @Nullable String stream,
        @Nullable Long from,
        @Nullable Long to,
        String reason,
        String createdBy,
        long createdAt,
        List<Part> expired) {
    public PinRecord {
        expired = expired == null ? List.of() : List.copyOf(expired);
    }

    /** @param from UTC ns, inclusive @param to UTC ns, exclusive */
    public record Part(long from, long to) {}
}
