package dev.sinal.contracts.read;

import dev.sinal.chunk.ChunkHeader;
import dev.sinal.chunk.ChunkSlice;
import org.jspecify.annotations.Nullable;

/** Chunks of an open read with only the columns that its query names, for readers that pass them on undecoded. Not for several threads at once. */
public final class ChunkColumns {
    private final ReadQuery query;
    private final boolean cut;
    private final Layouts layouts;

    public ChunkColumns(ReadQuery query, ReadOpened opened) {
        this.query = query;
        this.cut = opened.reduced();
        this.layouts = new Layouts(opened.streams(), ColumnChoice.ALL, null);
    }

    /** Whether the query names no columns, so that every chunk is given as it came. */
    public boolean everything() {
        return query.columns() == null;
    }

    /**
     * The chunk with the wanted channels in the order of the stream's; itself when the store has left out the others, or all are wanted.
     *
     * @return null when its epoch has none of them
     */
    public byte @Nullable [] of(byte[] chunk) {
        if (everything()) {
            return chunk;
        }
        ChunkHeader header = ChunkHeader.read(chunk);
        int[] wanted = query.columnsOf(layouts.stream(header.streamId(), header.epoch()));
        if (wanted == null) {
            return chunk;
        }
        if (wanted.length == 0) {
            return null;
        }
        return cut || wanted.length == header.channels() ? chunk : ChunkSlice.of(chunk, wanted);
    }
}
