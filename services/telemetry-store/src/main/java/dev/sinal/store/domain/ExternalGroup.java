package dev.sinal.store.domain;

import dev.sinal.chunk.ChunkEncoder;
import dev.sinal.chunk.Codecs;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.ChunkEnvelope;
import dev.sinal.contracts.StreamDescriptor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How writes of external agents are stored together: what they push to the same stream is joined in order of arrival. A write is in it whole or not at all.
 */
public final class ExternalGroup {
    static final int MAX_COLUMNS = 1024;
    private static final long FENCE = 0;

    private final String node;
    private final Map<String, Known> known;
    private final Map<String, Draft> drafts = new LinkedHashMap<>();

    /** @param node name written into new epochs @param known streams as the database has them; one that is missing is new */
    public ExternalGroup(String node, Map<String, Known> known) {
        this.node = node;
        this.known = known;
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
            @Nullable Long lastTs) {
        List<String> metrics() {
            return descriptor.channels().stream().map(ChannelDescriptor::metric).toList();
        }
    }

    /**
     * What to store of one stream.
     *
     * @param run all its samples, numbered
     * @param live the same as frames for viewers
     * @param opens whether the epoch is new
     * @param late how many samples are older than what came before
     * @param after the stream once this is stored
     */
    public record Plan(
            ChunkEnvelope envelope,
            Run run,
            List<byte[]> live,
            boolean opens,
            long samples,
            long late,
            long from,
            long to,
            Known after) {}

    /** A stream's part of the group. */
    private static final class Draft {
        private final ExternalBatch first;
        private final List<List<ExternalLayout.Pushed>> writes = new ArrayList<>();
        private List<String> columns;
        private @Nullable Long newest;
        private long late;

        Draft(ExternalBatch first, @Nullable Known known) {
            this.first = first;
            this.columns = known == null ? List.of() : known.metrics();
            this.newest = known == null ? null : known.lastTs();
        }

        void add(ExternalBatch batch, List<String> widened) {
            columns = widened;
            writes.add(batch.pushed());
            Long before = newest;
            long latest = before == null ? Long.MIN_VALUE : before;
            for (ExternalLayout.Pushed one : batch.pushed()) {
                for (long stamp : one.block().timestamps()) {
                    if (before != null && stamp < before) {
                        late++;
                    }
                    latest = Math.max(latest, stamp);
                }
            }
            newest = latest;
        }
    }

    /**
     * Adds a write behind those that are in already.
     *
     * @throws IllegalArgumentException when it cannot be stored; the group is then as it was
     */
    public void add(ExternalPush push) {
        Map<String, List<String>> widened = new LinkedHashMap<>();
        for (ExternalBatch batch : push.batches()) {
            Draft draft = drafts.get(batch.streamId());
            Known before = known.get(batch.streamId());
            List<String> had = draft != null ? draft.columns : before == null ? List.of() : before.metrics();
            List<String> columns = ExternalLayout.union(had, batch.pushed());
            if (columns.size() > MAX_COLUMNS) {
                throw new IllegalArgumentException("stream " + batch.stream() + " may have " + MAX_COLUMNS
                        + " metrics, would have " + columns.size());
            }
            widened.put(batch.streamId(), columns);
        }
        for (ExternalBatch batch : push.batches()) {
            drafts.computeIfAbsent(batch.streamId(), id -> new Draft(batch, known.get(id)))
                    .add(batch, widened.getOrDefault(batch.streamId(), List.of()));
        }
    }

    /** What to store, one plan a stream. @param newEpoch makes an epoch number larger than the given one */
    public List<Plan> plans(LongUnaryOperator newEpoch) {
        List<Plan> plans = new ArrayList<>();
        drafts.forEach((id, draft) -> plans.add(plan(draft, known.get(id), newEpoch)));
        return plans;
    }

    private Plan plan(Draft draft, @Nullable Known before, LongUnaryOperator newEpoch) {
        boolean opens =
                before == null || draft.columns.size() > before.metrics().size();
        long epoch = before == null ? 0 : before.epoch();
        if (opens) {
            epoch = newEpoch.applyAsLong(epoch);
        }
        long firstSeq = opens || before == null ? 1 : before.committedSeq() + 1;
        StreamDescriptor descriptor =
                opens || before == null ? descriptor(draft.first, draft.columns) : before.descriptor();
        return lay(new ChunkEnvelope(node, FENCE, epoch, descriptor), draft, firstSeq, opens);
    }

    private static Plan lay(ChunkEnvelope envelope, Draft draft, long firstSeq, boolean opens) {
        List<QueuedChunk> chunks = new ArrayList<>();
        List<byte[]> live = new ArrayList<>();
        long samples = 0;
        long from = Long.MAX_VALUE;
        long to = Long.MIN_VALUE;
        ExternalLayout layout = new ExternalLayout(draft.columns, draft.writes);
        for (SampleBlock block : layout.blocks(draft.first.streamId(), envelope.epoch(), firstSeq)) {
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
        }
        Known after = new Known(envelope.epoch(), firstSeq + samples - 1, envelope.stream(), draft.newest);
        return new Plan(envelope, new Run(chunks, List.of()), live, opens, samples, draft.late, from, to, after);
    }

    private static StreamDescriptor descriptor(ExternalBatch batch, List<String> columns) {
        return new StreamDescriptor(
                batch.streamId(),
                batch.agentId(),
                batch.stream(),
                batch.stream(),
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
}
