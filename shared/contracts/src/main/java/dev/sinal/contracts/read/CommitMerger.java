package dev.sinal.contracts.read;

import dev.sinal.chunk.ChunkHeader;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Makes rows in the order of commit, (transaction, stream, epoch, seq), from chunks that come in the order of their first rows. A long chunk holds rows of many
 * transactions, between which rows of other streams and epochs lie: it waits here while those pass. What is held at a time is so the chunks that overlap in
 * transactions: one long chunk an epoch that was written at the same time, and short ones.
 *
 * <p>Use as {@link RowMerger}: {@link #addAll} a frame, {@link #advance} until it is false, then the next frame; at the end {@link #end} and advance again.
 */
public final class CommitMerger {
    private final Layouts layouts;
    private final EpochClips clips;
    private final long from;
    private final long to;
    private final @Nullable CommitKey after;
    /** Transactions from here on may yet get earlier neighbours; null = none. */
    private final @Nullable Long before;

    private final PriorityQueue<CommitChunk> waiting = new PriorityQueue<>();
    private final Row row = new Row();
    private @Nullable CommitChunk current;
    private @Nullable CommitChunk newest;
    private long tx;
    private boolean ended;

    private CommitMerger(ReadQuery query, ReadOpened opened, ColumnChoice choice) {
        this.layouts = new Layouts(opened.streams(), choice, opened.reduced() ? query : null);
        this.clips = new EpochClips(opened.clips());
        this.from = query.from() == null ? Long.MIN_VALUE : query.from();
        this.to = query.to() == null ? Long.MAX_VALUE : query.to();
        this.after = query.afterCommit();
        this.before = opened.commitsBefore();
    }

    /** For the range and place of a query in the order of commit. */
    public static CommitMerger of(ReadQuery query, ReadOpened opened, ColumnChoice choice) {
        return new CommitMerger(query, opened, choice);
    }

    /** Adds every chunk of a frame. @throws IllegalArgumentException when one is damaged */
    public void addAll(List<ReadFrame.Entry> entries) {
        entries.forEach(this::add);
    }

    /** @throws IllegalArgumentException when it is damaged */
    public void add(ReadFrame.Entry entry) {
        ChunkHeader header = ChunkHeader.read(entry.chunk());
        Commits commits = Commits.read(entry.commits(), header.firstSeq(), header.count(), entry.tx());
        Layouts.Layout layout = layouts.of(header.streamId(), header.epoch());
        CommitChunk chunk = new CommitChunk(entry.chunk(), header, commits, layout, clips);
        newest = chunk.start();
        boolean wanted = layout.columns().length > 0 && header.maxTimestamp() >= from && header.minTimestamp() < to;
        if (wanted && chunk.skipBehind(after)) {
            waiting.add(chunk);
        }
    }

    /** No chunk follows. */
    public void end() {
        ended = true;
    }

    /**
     * Moves the row on.
     *
     * @return false when the next row needs more chunks, or, after {@link #end}, when there is none
     */
    public boolean advance() {
        while (true) {
            CommitChunk chunk = current == null ? waiting.poll() : current;
            current = chunk;
            if (chunk == null) {
                return false;
            }
            CommitChunk rival = waiting.peek();
            if (rival != null && rival.compareTo(chunk) < 0) {
                waiting.add(chunk);
                current = null;
                continue;
            }
            if (before != null && Long.compareUnsigned(chunk.tx(), before) >= 0) {
                waiting.clear();
                current = null;
                return false;
            }
            // Chunks to come begin behind the newest, and none begins inside another of its epoch.
            if (!ended && (newest == null || chunk.compareEpochs(newest) > 0)) {
                return false;
            }
            boolean shown = chunk.show(row, from, to);
            tx = chunk.tx();
            if (!chunk.step()) {
                current = null;
            }
            if (shown) {
                return true;
            }
        }
    }

    /** The present row: valid after {@link #advance} was true, until the next advance. */
    public Row row() {
        return row;
    }

    /** Transaction of the present row. */
    public long tx() {
        return tx;
    }

    /** Chunks held now. */
    public int held() {
        return waiting.size() + (current == null ? 0 : 1);
    }
}
