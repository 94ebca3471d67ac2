package dev.sinal.store.domain;

import dev.sinal.chunk.ChunkDecoder;
import dev.sinal.chunk.ChunkEncoder;
import dev.sinal.chunk.ChunkFormatException;
import dev.sinal.chunk.Chunks;
import dev.sinal.chunk.Codecs;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.ChunkEnvelope;
import dev.sinal.contracts.ExternalWrite;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.StreamIds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/** What a program pushed for one stream of an external agent, and how it is stored. */
public final class ExternalBatch {
    static final int MAX_COLUMNS = 1024;
    static final int MAX_DAYS = 400;
    private static final int MAX_NAME = 256;
    private static final long FENCE = 0;

    private final String agentId;
    private final String stream;
    private final List<ExternalLayout.Pushed> pushed;

    private ExternalBatch(String agentId, String stream, List<ExternalLayout.Pushed> pushed) {
        this.agentId = agentId;
        this.stream = stream;
        this.pushed = pushed;
    }

    /**
     * The stream as the database has it.
     *
     * @param epoch the newest
     * @param lastTs newest stored stamp of all epochs, UTC ns; null when nothing is stored
     */
    public record Known(
            long epoch,
            long committedSeq,
            StreamDescriptor descriptor,
            @Nullable Long lastTs) {}

    /**
     * What to store.
     *
     * @param run all samples of the batch, numbered
     * @param live the same as frames for viewers
     * @param opens whether the epoch is new
     * @param late how many samples are older than what was stored before
     */
    public record Plan(
            ChunkEnvelope envelope,
            Run run,
            List<byte[]> live,
            boolean opens,
            long samples,
            long late,
            long from,
            long to) {}

    /**
     * Groups a write by stream, in order of appearance.
     *
     * @throws IllegalArgumentException naming what is wrong
     * @throws ChunkFormatException when a chunk is damaged
     */
    public static List<ExternalBatch> of(ExternalWrite write, byte[] chunks) {
        checkName("agent_id", write.agentId());
        List<byte[]> blocks = Chunks.split(chunks);
        if (blocks.size() != write.parts().size()) {
            throw new IllegalArgumentException(write.parts().size() + " parts for " + blocks.size() + " chunks");
        }
        Map<String, List<ExternalLayout.Pushed>> streams = new LinkedHashMap<>();
        for (int i = 0; i < blocks.size(); i++) {
            ExternalWrite.Part part = write.parts().get(i);
            checkName("stream", part.stream());
            part.metrics().forEach(metric -> checkName("metric", metric));
            ChunkDecoder.verify(blocks.get(i));
            streams.computeIfAbsent(part.stream(), name -> new ArrayList<>())
                    .add(new ExternalLayout.Pushed(part.metrics(), ChunkDecoder.decode(blocks.get(i))));
        }
        return streams.entrySet().stream()
                .map(entry -> new ExternalBatch(write.agentId(), entry.getKey(), entry.getValue()))
                .toList();
    }

    /**
     * Days of all batches of a write.
     *
     * @throws IllegalArgumentException when they are more than one write may touch
     */
    public static List<Long> days(List<ExternalBatch> batches) {
        List<Long> days = batches.stream()
                .flatMap(batch -> batch.days().stream())
                .distinct()
                .toList();
        if (days.size() > MAX_DAYS) {
            throw new IllegalArgumentException(
                    "the samples of one write may lie on " + MAX_DAYS + " days, lie on " + days.size());
        }
        return days;
    }

    public long samples() {
        return pushed.stream().mapToLong(one -> one.block().size()).sum();
    }

    public String streamId() {
        return StreamIds.external(agentId, stream);
    }

    /** UTC days since 1970 of its samples. */
    public List<Long> days() {
        return pushed.stream()
                .flatMapToLong(one -> Arrays.stream(one.block().timestamps()))
                .map(stamp -> Math.floorDiv(stamp, ChunkRow.DAY_NS))
                .distinct()
                .boxed()
                .toList();
    }

    /** @param known null for a new stream @param newEpoch makes an epoch number larger than the given one */
    public Plan plan(String node, @Nullable Known known, LongUnaryOperator newEpoch) {
        List<String> had = known == null
                ? List.of()
                : known.descriptor().channels().stream()
                        .map(ChannelDescriptor::metric)
                        .toList();
        List<String> columns = ExternalLayout.union(had, pushed);
        if (columns.size() > MAX_COLUMNS) {
            throw new IllegalArgumentException(
                    "stream " + stream + " may have " + MAX_COLUMNS + " metrics, would have " + columns.size());
        }
        boolean opens = true;
        long epoch = 0;
        long firstSeq = 1;
        if (known != null) {
            epoch = known.epoch();
            opens = columns.size() > had.size();
            firstSeq = opens ? 1 : known.committedSeq() + 1;
        }
        if (opens) {
            epoch = newEpoch.applyAsLong(epoch);
        }
        ChunkEnvelope envelope = new ChunkEnvelope(node, FENCE, epoch, descriptor(columns));
        return lay(envelope, new ExternalLayout(columns, pushed), firstSeq, opens, known);
    }

    private Plan lay(
            ChunkEnvelope envelope, ExternalLayout layout, long firstSeq, boolean opens, @Nullable Known known) {
        Long lastTs = known == null ? null : known.lastTs();
        List<QueuedChunk> chunks = new ArrayList<>();
        List<byte[]> live = new ArrayList<>();
        long samples = 0;
        long late = 0;
        long from = Long.MAX_VALUE;
        long to = Long.MIN_VALUE;
        for (SampleBlock block : layout.blocks(streamId(), envelope.epoch(), firstSeq)) {
            ChunkRow row = ChunkCutter.encode(block);
            chunks.add(new QueuedChunk(
                    envelope,
                    row.firstSeq(),
                    row.lastSeq(),
                    List.of(row),
                    List.of(),
                    null,
                    0,
                    row.chunk().length,
                    answer -> {}));
            live.add(ChunkEncoder.encode(block, Codecs.RAW));
            samples += block.size();
            from = Math.min(from, row.ts());
            to = Math.max(to, row.te());
            if (lastTs != null) {
                long newest = lastTs;
                late += Arrays.stream(block.timestamps())
                        .filter(stamp -> stamp < newest)
                        .count();
            }
        }
        return new Plan(envelope, new Run(chunks, List.of()), live, opens, samples, late, from, to);
    }

    private StreamDescriptor descriptor(List<String> columns) {
        return new StreamDescriptor(
                streamId(),
                agentId,
                stream,
                stream,
                "external",
                "external",
                "",
                "",
                "",
                "double64",
                0,
                null,
                columns.stream().map(ChannelDescriptor::plain).toList());
    }

    private static void checkName(String field, @Nullable String name) {
        if (name == null || name.isEmpty() || name.length() > MAX_NAME || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(field + " must have 1 to " + MAX_NAME + " characters, none of them NUL");
        }
    }
}
