package dev.sinal.store.domain;

import dev.sinal.chunk.ChunkDecoder;
import dev.sinal.chunk.ChunkEncoder;
import dev.sinal.chunk.ChunkFormatException;
import dev.sinal.chunk.ChunkHeader;
import dev.sinal.chunk.ChunkJoin;
import dev.sinal.chunk.Codecs;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.contracts.read.Commits;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row of the packed layer, made of hot rows.
 *
 * @param block its samples
 * @param offs where the section of each channel begins in the chunk, and where the last one ends
 * @param tx transaction of its first sample, unsigned
 * @param txLast of its last sample
 * @param commits see {@link Commits}
 * @param hotRows how many it was made of
 * @param hotBytes bytes of their chunks
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record PackedChunk(
        ChunkRow row,
        SampleBlock block,
        int[] offs,
        long tx,
        long txLast,
        byte @Nullable [] commits,
        int hotRows,
        long hotBytes) {

    /** A hot row with its chunk. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Hot(HotRow row, byte[] chunk) {}

    /** A hot row is not what was stored. */
    public static final class DamagedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient HotRow row;

        DamagedException(HotRow row, String reason) {
            super(reason);
            this.row = row;
        }

        public HotRow row() {
            return row;
        }
    }

    /**
     * Joins rows that a plan put together: into one chunk, or into several where formats change or a limit of the chunk format is met that rows do not
     * tell. Each chunk made is decoded again and compared with what went in, because the hot rows are thrown away for it.
     *
     * @param hot consecutive rows of one epoch, their transactions rising
     * @param codecs for this epoch
     * @throws DamagedException for the first row that cannot be read
     */
    public static List<PackedChunk> of(String streamId, long epoch, List<Hot> hot, Codecs codecs) {
        List<PackedChunk> packed = new ArrayList<>();
        List<SampleBlock> blocks = new ArrayList<>();
        ChunkHeader before = null;
        int from = 0;
        for (int i = 0; i < hot.size(); i++) {
            ChunkHeader header = header(streamId, epoch, hot.get(i));
            if (before != null && !ChunkJoin.follows(header, before)) {
                add(hot.subList(from, i), blocks, codecs, packed);
                blocks.clear();
                from = i;
            }
            blocks.add(decode(hot.get(i)));
            before = header;
        }
        add(hot.subList(from, hot.size()), blocks, codecs, packed);
        return packed;
    }

    private static ChunkHeader header(String streamId, long epoch, Hot hot) {
        ChunkHeader header;
        try {
            header = ChunkHeader.read(hot.chunk());
        } catch (ChunkFormatException e) {
            throw new DamagedException(hot.row(), String.valueOf(e.getMessage()));
        }
        boolean own = header.streamId().equals(streamId)
                && header.epoch() == epoch
                && header.firstSeq() == hot.row().firstSeq()
                && header.count() == hot.row().n();
        if (!own) {
            throw new DamagedException(hot.row(), "the chunk of other samples: " + header);
        }
        return header;
    }

    private static SampleBlock decode(Hot hot) {
        try {
            return ChunkDecoder.decode(hot.chunk());
        } catch (ChunkFormatException e) {
            throw new DamagedException(hot.row(), String.valueOf(e.getMessage()));
        }
    }

    private static void add(List<Hot> hot, List<SampleBlock> blocks, Codecs codecs, List<PackedChunk> packed) {
        byte[] chunk;
        SampleBlock block;
        try {
            block = ChunkJoin.of(blocks);
            chunk = ChunkEncoder.encode(block, codecs);
        } catch (ChunkFormatException limit) {
            if (hot.size() > 1) {
                int half = hot.size() / 2;
                add(hot.subList(0, half), blocks.subList(0, half), codecs, packed);
                add(hot.subList(half, hot.size()), blocks.subList(half, hot.size()), codecs, packed);
                return;
            }
            block = blocks.get(0);
            chunk = hot.get(0).chunk();
        }
        if (!ChunkDecoder.decode(chunk).equals(block)) {
            throw new IllegalStateException(
                    "packing would change samples " + block.firstSeq() + " to " + block.lastSeq());
        }
        packed.add(of(hot, block, chunk));
    }

    private static PackedChunk of(List<Hot> hot, SampleBlock block, byte[] chunk) {
        Commits.Builder commits = new Commits.Builder();
        long bytes = 0;
        for (Hot part : hot) {
            commits.add(part.row().n(), part.row().tx());
            bytes += part.chunk().length;
        }
        ChunkHeader header = ChunkHeader.read(chunk);
        return new PackedChunk(
                ChunkRow.of(header, chunk),
                block,
                header.offsets(),
                commits.firstTx(),
                commits.lastTx(),
                commits.toBytes(),
                hot.size(),
                bytes);
    }
}
