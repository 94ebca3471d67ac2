package dev.sinal.store.domain;

import dev.sinal.contracts.ChunkEnvelope;
import java.util.ArrayList;
import java.util.List;

/**
 * Consecutive chunks of one epoch that are stored by one move of its watermark.
 *
 * @param chunks in order, without a hole; never empty
 * @param repeats of chunks in this run: answered with it, not stored
 */
public record Run(List<QueuedChunk> chunks, List<QueuedChunk> repeats) {
    public Run {
        chunks = List.copyOf(chunks);
        repeats = List.copyOf(repeats);
    }

    public EpochKey key() {
        return chunks.get(0).key();
    }

    public ChunkEnvelope envelope() {
        return chunks.get(0).envelope();
    }

    public long fence() {
        return envelope().fence();
    }

    public long first() {
        return chunks.get(0).first();
    }

    public long last() {
        return chunks.get(chunks.size() - 1).last();
    }

    public List<ChunkRow> rows() {
        return chunks.stream().flatMap(chunk -> chunk.rows().stream()).toList();
    }

    public List<MarkerRow> markers() {
        return chunks.stream().flatMap(chunk -> chunk.markers().stream()).toList();
    }

    public List<QueuedChunk> refused() {
        return chunks.stream().filter(QueuedChunk::refused).toList();
    }

    public List<QueuedChunk> all() {
        List<QueuedChunk> all = new ArrayList<>(chunks);
        all.addAll(repeats);
        return all;
    }
}
