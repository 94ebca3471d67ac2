package dev.sinal.contracts.read;

import dev.sinal.chunk.ChunkFormatException;
import dev.sinal.chunk.ChunkHeader;
import dev.sinal.contracts.StreamDescriptor;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Makes rows in the order (timestamp, stream, epoch, seq) from chunks that come in the order of their first timestamp. Chunks may overlap in time and
 * be unsorted inside. A row is given as soon as no chunk to come can hold an earlier one, so what is held at a time is the chunks that overlap.
 *
 * <p>Use: {@link #add} the entries of a frame, then {@link #advance} until it is false, then the next frame; at the end {@link #end} and advance
 * again. Chunks in another order (recent reads) may be added as long as nothing was advanced. Not thread safe; decoding happens in
 * {@code advance}, so callers choose its thread.
 */
public final class RowMerger {
    private final Layouts layouts;
    private final EpochClips clips;
    private final long from;
    private final long to;
    private final @Nullable RowKey after;
    private final PriorityQueue<WaitingChunk> waiting = new PriorityQueue<>();
    private final Row row = new Row();
    private @Nullable WaitingChunk current;
    private long watermark = Long.MIN_VALUE;
    private long given = Long.MIN_VALUE;
    private long onlyBefore = Long.MAX_VALUE;
    private boolean ended;

    /**
     * @param streams of the open answer
     * @param from UTC ns, inclusive; null = the beginning
     * @param to UTC ns, exclusive; null = the end
     * @param after only rows behind this one
     */
    public RowMerger(
            List<ReadOpened.EpochDescriptor> streams,
            @Nullable Long from,
            @Nullable Long to,
            @Nullable RowKey after,
            ColumnChoice choice) {
        this(streams, EpochClips.NONE, from, to, after, choice);
    }

    /** @param clips rows to leave out */
    public RowMerger(
            List<ReadOpened.EpochDescriptor> streams,
            EpochClips clips,
            @Nullable Long from,
            @Nullable Long to,
            @Nullable RowKey after,
            ColumnChoice choice) {
        this(new Layouts(streams, choice, null), clips, from, to, after);
    }

    private RowMerger(
            Layouts layouts, EpochClips clips, @Nullable Long from, @Nullable Long to, @Nullable RowKey after) {
        this.layouts = layouts;
        this.from = Math.max(from == null ? Long.MIN_VALUE : from, after == null ? Long.MIN_VALUE : after.timestamp());
        this.to = to == null ? Long.MAX_VALUE : to;
        this.after = after;
        this.clips = clips;
    }

    /** For the range and place of a query. */
    public static RowMerger of(ReadQuery query, ReadOpened opened, ColumnChoice choice) {
        return new RowMerger(
                new Layouts(opened.streams(), choice, opened.reduced() ? query : null),
                new EpochClips(opened.clips()),
                query.from(),
                query.to(),
                query.after());
    }

    /** For every row of the chunks that are added, which have all their columns. */
    public static RowMerger ofAll(ReadOpened opened, ColumnChoice choice) {
        return new RowMerger(opened.streams(), new EpochClips(opened.clips()), null, null, null, choice);
    }

    /** For every row of the chunks that are added, which a query has brought. */
    public static RowMerger ofAll(ReadQuery query, ReadOpened opened, ColumnChoice choice) {
        return new RowMerger(
                new Layouts(opened.streams(), choice, opened.reduced() ? query : null),
                new EpochClips(opened.clips()),
                null,
                null,
                null);
    }

    /**
     * @throws IllegalStateException when the chunk comes too late for the rows that were given already
     * @throws ChunkFormatException when it is damaged
     */
    public void add(byte[] chunk) {
        ChunkHeader header = ChunkHeader.read(chunk);
        if (header.minTimestamp() < given) {
            throw new IllegalStateException("chunk " + header + " starts at " + header.minTimestamp()
                    + ", before a row that was given, at " + given);
        }
        watermark = Math.max(watermark, header.minTimestamp());
        if (header.maxTimestamp() < from || header.minTimestamp() >= to) {
            return;
        }
        Layouts.Layout layout = layouts.of(header.streamId(), header.epoch());
        if (layout.columns().length > 0) {
            waiting.add(new WaitingChunk(header, chunk, layout, clips));
        }
    }

    /** Adds every chunk of a frame. */
    public void addAll(List<ReadFrame.Entry> entries) {
        for (ReadFrame.Entry entry : entries) {
            add(entry.chunk());
        }
    }

    /** From this stamp on chunks are missing, so that no row is given. @param stamp UTC ns */
    void onlyBefore(long stamp) {
        onlyBefore = stamp;
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
            WaitingChunk chunk = current == null ? waiting.poll() : current;
            current = chunk;
            if (chunk == null) {
                return false;
            }
            WaitingChunk rival = waiting.peek();
            if (rival != null && rival.compareTo(chunk) < 0) {
                waiting.add(chunk);
                current = null;
                continue;
            }
            long time = chunk.timestamp();
            if (!ended && time >= watermark || time >= onlyBefore && time < to) {
                return false;
            }
            if (time >= to) {
                current = null;
                continue;
            }
            if (chunk.waiting()) {
                if (!chunk.decode(from).hasRow()) {
                    current = null;
                }
                continue;
            }
            DecodedChunk decoded = chunk.decode(from);
            row.move(decoded, decoded.sample());
            decoded.step();
            if (!decoded.hasRow()) {
                current = null;
            }
            if (after == null
                    || row.timestamp() > after.timestamp()
                    || row.key().compareTo(after) > 0) {
                given = row.timestamp();
                return true;
            }
        }
    }

    /** The present row: valid after {@link #advance} was true, until the next advance. */
    public Row row() {
        return row;
    }

    /** Chunks held now. */
    public int held() {
        return waiting.size() + (current == null ? 0 : 1);
    }

    /** The descriptor that holds for an epoch of a stream. */
    public StreamDescriptor stream(String streamId, long epoch) {
        return layouts.stream(streamId, epoch);
    }
}
