package dev.sinal.store.domain;

import dev.sinal.chunk.ChunkDecoder;
import dev.sinal.chunk.ChunkEncoder;
import dev.sinal.chunk.ChunkFormatException;
import dev.sinal.chunk.ChunkHeader;
import dev.sinal.chunk.Codecs;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.contracts.read.Commits;
import dev.sinal.contracts.read.EpochClips;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is left of a row when the samples of a range are taken out of it. Samples are chosen by their own stamps, so that rows with stamps out of order may leave
 * several pieces; no sample that is left changes its number, time, value or transaction.
 *
 * @param pieces stretches of consecutive samples that are left, in order of seq; when nothing was taken out there are none, and the row stays
 * @param removed samples
 * @param superseded of those, copies that readers leave out
 * @param firstTs smallest stamp of the removed, UTC ns
 * @param lastTs largest stamp of the removed, UTC ns
 */
public record DataCut(List<Piece> pieces, int removed, int superseded, long firstTs, long lastTs) {
    public DataCut {
        pieces = List.copyOf(pieces);
    }

    /**
     * Which samples of an epoch go.
     *
     * @param from UTC ns, inclusive
     * @param to UTC ns, exclusive
     * @param upToSeq last sample that was there when it was asked for
     */
    public record Range(long from, long to, long upToSeq) {
        public boolean takes(long timestamp, long seq) {
            return timestamp >= from && timestamp < to && seq <= upToSeq;
        }

        /** Whether every sample of such a row goes. */
        public boolean takesAll(long ts, long te, long lastSeq) {
            return takes(ts, lastSeq) && takes(te, lastSeq);
        }
    }

    /**
     * A row with its chunk.
     *
     * @param packed of the packed layer
     * @param tx of its first sample, unsigned
     * @param commits see {@link Commits}; null = all of {@code tx}
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Stored(
            String streamId,
            long epoch,
            long firstSeq,
            int n,
            boolean packed,
            long tx,
            byte @Nullable [] commits,
            byte[] chunk) {}

    /**
     * A row to be.
     *
     * @param offs null in the hot layer
     * @param tx of its first sample
     * @param txLast of its last sample; null in the hot layer
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Piece(
            ChunkRow row,
            int @Nullable [] offs,
            long tx,
            @Nullable Long txLast,
            byte @Nullable [] commits) {}

    /** The chunk of a row is not what was stored. */
    public static final class DamagedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        DamagedException(String reason) {
            super(reason);
        }
    }

    /** @throws DamagedException for a chunk that is damaged, or another row's */
    public static DataCut of(Stored stored, Range range, EpochClips clips) {
        SampleBlock block = decode(stored);
        BitSet gone = new BitSet(block.size());
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        long[] stamps = block.timestamps();
        for (int i = 0; i < stamps.length; i++) {
            if (range.takes(stamps[i], block.firstSeq() + i)) {
                gone.set(i);
                first = Math.min(first, stamps[i]);
                last = Math.max(last, stamps[i]);
            }
        }
        int removed = gone.cardinality();
        return new DataCut(
                removed == 0 ? List.of() : pieces(stored, block, gone),
                removed,
                superseded(block, gone, clips),
                first,
                last);
    }

    private static SampleBlock decode(Stored stored) {
        try {
            return own(stored);
        } catch (ChunkFormatException e) {
            throw new DamagedException(String.valueOf(e.getMessage()));
        }
    }

    private static SampleBlock own(Stored stored) {
        ChunkHeader header = ChunkHeader.read(stored.chunk());
        boolean own = header.streamId().equals(stored.streamId())
                && header.epoch() == stored.epoch()
                && header.firstSeq() == stored.firstSeq()
                && header.count() == stored.n();
        if (!own) {
            throw new DamagedException("the chunk of other samples: " + header);
        }
        return ChunkDecoder.decode(stored.chunk());
    }

    private static int superseded(SampleBlock block, BitSet gone, EpochClips clips) {
        BitSet hidden = clips.hidden(block.streamId(), block.epoch(), block.timestamps(), block.rawStamps());
        if (hidden == null) {
            return 0;
        }
        hidden.and(gone);
        return hidden.cardinality();
    }

    private static List<Piece> pieces(Stored stored, SampleBlock block, BitSet gone) {
        List<Piece> pieces = new ArrayList<>();
        Commits commits = Commits.read(stored.commits(), stored.firstSeq(), stored.n(), stored.tx());
        for (int from = gone.nextClearBit(0); from < block.size(); ) {
            int next = gone.nextSetBit(from);
            int to = next < 0 ? block.size() : next;
            pieces.add(piece(stored.packed(), block.slice(from, to), commits));
            from = gone.nextClearBit(to);
        }
        return pieces;
    }

    private static Piece piece(boolean packed, SampleBlock slice, Commits commits) {
        byte[] chunk = ChunkEncoder.encode(slice, packed ? Codecs.COMPACT : Codecs.COMPRESS);
        if (!ChunkDecoder.decode(chunk).equals(slice)) {
            throw new IllegalStateException(
                    "cutting would change samples " + slice.firstSeq() + " to " + slice.lastSeq());
        }
        ChunkHeader header = ChunkHeader.read(chunk);
        ChunkRow row = ChunkRow.of(header, chunk);
        Commits.Builder own = commits(slice, commits);
        return packed
                ? new Piece(row, header.offsets(), own.firstTx(), own.lastTx(), own.toBytes())
                : new Piece(row, null, own.firstTx(), null, null);
    }

    private static Commits.Builder commits(SampleBlock slice, Commits of) {
        Commits.Builder own = new Commits.Builder();
        for (int run = 0; run < of.size(); run++) {
            long from = Math.max(of.firstSeq(run), slice.firstSeq());
            long to = Math.min(of.lastSeq(run), slice.lastSeq());
            if (from <= to) {
                own.add((int) (to - from + 1), of.tx(run));
            }
        }
        return own;
    }
}
