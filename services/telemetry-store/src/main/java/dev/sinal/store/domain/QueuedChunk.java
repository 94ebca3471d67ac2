package dev.sinal.store.domain;

import dev.sinal.contracts.ChunkEnvelope;
import dev.sinal.contracts.StoreAnswer;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A chunk that waits to be stored.
 *
 * @param first number of its first sample
 * @param last number of its last sample
 * @param rows empty when it cannot be stored
 * @param refusal why it goes to quarantine instead of being stored; null for a good one
 * @param attempts how often it was tried
 * @param bytes counted against the queue's bound
 * @param answer called exactly once
 */
public record QueuedChunk(
        ChunkEnvelope envelope,
        long first,
        long last,
        List<ChunkRow> rows,
        List<MarkerRow> markers,
        @Nullable Refusal refusal,
        int attempts,
        int bytes,
        Consumer<StoreAnswer> answer) {

    public QueuedChunk {
        rows = List.copyOf(rows);
        markers = List.copyOf(markers);
    }

    public String streamId() {
        return envelope.stream().id();
    }

    public EpochKey key() {
        return new EpochKey(envelope.stream().id(), envelope.epoch());
    }

    public boolean refused() {
        return refusal != null;
    }

    /** What is left of it when everything up to {@code committed} is stored. */
    QueuedChunk after(long committed) {
        List<ChunkRow> left = rows.stream()
                .filter(row -> row.lastSeq() > committed)
                .map(row -> row.firstSeq() > committed ? row : ChunkCutter.after(row, committed))
                .toList();
        List<MarkerRow> markersLeft =
                markers.stream().filter(marker -> marker.seq() > committed).toList();
        return new QueuedChunk(envelope, committed + 1, last, left, markersLeft, refusal, attempts + 1, bytes, answer);
    }

    QueuedChunk again() {
        return new QueuedChunk(envelope, first, last, rows, markers, refusal, attempts + 1, bytes, answer);
    }

    /** The same samples as something that cannot be stored. */
    public QueuedChunk refuse(String reason, byte[] chunk) {
        long from = rows.isEmpty() ? 0 : rows.get(0).ts();
        long to = rows.isEmpty() ? 0 : rows.get(rows.size() - 1).te();
        return new QueuedChunk(
                envelope,
                first,
                last,
                List.of(),
                List.of(),
                new Refusal(reason, from, to, chunk),
                attempts,
                bytes,
                answer);
    }
}
