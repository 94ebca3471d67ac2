package dev.sinal.store.domain;

import dev.sinal.chunk.ChunkDecoder;
import dev.sinal.chunk.ChunkFormatException;
import dev.sinal.chunk.Chunks;
import dev.sinal.contracts.ExternalWrite;
import dev.sinal.contracts.ExternalWrite.Once;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One write of an external agent: all its samples are stored, or none. Two of them are never equal. */
public final class ExternalPush {
    static final int MAX_DAYS = 400;
    private static final int MAX_NAME = 256;
    private static final int MAX_KEY = 256;

    private final String agentId;
    private final @Nullable Once once;
    private final List<ExternalBatch> batches;
    private final Set<Long> days;
    private final long samples;

    private ExternalPush(String agentId, @Nullable Once once, List<ExternalBatch> batches, Set<Long> days) {
        this.agentId = agentId;
        this.once = once;
        this.batches = batches;
        this.days = days;
        this.samples = batches.stream().mapToLong(ExternalBatch::samples).sum();
    }

    /**
     * Groups a write by stream, in order of appearance.
     *
     * @throws IllegalArgumentException naming what is wrong
     * @throws ChunkFormatException when a chunk is damaged
     */
    public static ExternalPush of(ExternalWrite write, byte[] chunks) {
        checkName("agent_id", write.agentId());
        Once once = write.once();
        if (once != null && (once.key().isEmpty() || once.key().length() > MAX_KEY)) {
            throw new IllegalArgumentException("once.key must have 1 to " + MAX_KEY + " characters");
        }
        List<byte[]> blocks = Chunks.split(chunks);
        if (blocks.size() != write.parts().size()) {
            throw new IllegalArgumentException(write.parts().size() + " parts for " + blocks.size() + " chunks");
        }
        Map<String, List<ExternalLayout.Pushed>> streams = new LinkedHashMap<>();
        Set<Long> days = new TreeSet<>();
        for (int i = 0; i < blocks.size(); i++) {
            ExternalWrite.Part part = write.parts().get(i);
            checkName("stream", part.stream());
            part.metrics().forEach(metric -> checkName("metric", metric));
            ChunkDecoder.verify(blocks.get(i));
            ExternalLayout.Pushed pushed =
                    new ExternalLayout.Pushed(part.metrics(), ChunkDecoder.decode(blocks.get(i)));
            streams.computeIfAbsent(part.stream(), name -> new ArrayList<>()).add(pushed);
            for (long stamp : pushed.block().timestamps()) {
                days.add(Math.floorDiv(stamp, ChunkRow.DAY_NS));
            }
        }
        if (days.size() > MAX_DAYS) {
            throw new IllegalArgumentException(
                    "the samples of one write may lie on " + MAX_DAYS + " days, lie on " + days.size());
        }
        return new ExternalPush(
                write.agentId(),
                once,
                streams.entrySet().stream()
                        .map(entry -> new ExternalBatch(write.agentId(), entry.getKey(), entry.getValue()))
                        .toList(),
                days);
    }

    public String agentId() {
        return agentId;
    }

    public @Nullable Once once() {
        return once;
    }

    public long samples() {
        return samples;
    }

    /** UTC days since 1970 of its samples. */
    public Set<Long> days() {
        return days;
    }

    public List<String> streamIds() {
        return batches.stream().map(ExternalBatch::streamId).toList();
    }

    List<ExternalBatch> batches() {
        return batches;
    }

    private static void checkName(String field, @Nullable String name) {
        if (name == null || name.isEmpty() || name.length() > MAX_NAME || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(field + " must have 1 to " + MAX_NAME + " characters, none of them NUL");
        }
    }
}
