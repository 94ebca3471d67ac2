package dev.sinal.contracts;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Samples that were removed, are being removed, or would be.
 *
 * @param id null when nothing is removed, only counted
 * @param stream as it was asked; null = all streams of the agent, and its markers
 * @param from UTC ns, inclusive; null = open
 * @param to UTC ns, exclusive; null = open
 * @param state planned (a dry run), running or finished
 * @param requestedAt UTC ns
 * @param finishedAt UTC ns; null until then
 * @param samples so far
 * @param chunks rows of samples that are gone or were cut
 * @param bytes of compressed samples
 * @param error why the last try ended early; it is tried again
 */
public record DeletionRecord(
        @Nullable String id,
        String agentId,
        @Nullable String stream,
        @Nullable Long from,
        @Nullable Long to,
        String state,
        String requestedBy,
        long requestedAt,
        @Nullable Long finishedAt,
        long samples,
        long chunks,
        long bytes,
        long markers,
        List<Part> streams,
        @Nullable String error) {
    public static final String PLANNED = "planned";
    public static final String RUNNING = "running";
    public static final String FINISHED = "finished";

    public DeletionRecord {
        streams = streams == null ? List.of() : List.copyOf(streams);
    }

    /**
     * Of one stream.
     *
     * @param stream id
     * @param firstTimestamp of what is removed, UTC ns; null when nothing is
     * @param lastTimestamp likewise
     */
    public record Part(
            String stream,
            String name,
            long samples,
            long chunks,
            long bytes,
            @Nullable Long firstTimestamp,
            @Nullable Long lastTimestamp) {}
}
