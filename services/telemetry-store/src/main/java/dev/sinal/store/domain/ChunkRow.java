package dev.sinal.store.domain;

import dev.sinal.chunk.ChunkHeader;
import dev.sinal.chunk.TimeBasis;

/**
 * A chunk as the row that keeps it. Arrays belong to the row.
 *
 * @param ts smallest stamp, UTC ns
 * @param te largest stamp, UTC ns
 * @param mins per channel, finite raw values only; NaN where there is none
 * @param valid finite values per channel
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record ChunkRow(
        String streamId,
        long epoch,
        long firstSeq,
        int count,
        long ts,
        long te,
        TimeBasis basis,
        double[] mins,
        double[] maxs,
        double[] means,
        int[] valid,
        byte[] chunk) {

    /** Longest time that one row may span; range reads start this much early. */
    public static final long MAX_SPAN_NS = 3_600_000_000_000L;

    public static final long DAY_NS = 86_400_000_000_000L;

    public static ChunkRow of(byte[] chunk) {
        return of(ChunkHeader.read(chunk), chunk);
    }

    static ChunkRow of(ChunkHeader header, byte[] chunk) {
        int channels = header.channels();
        double[] mins = new double[channels];
        double[] maxs = new double[channels];
        double[] means = new double[channels];
        int[] valid = new int[channels];
        for (int c = 0; c < channels; c++) {
            mins[c] = header.min(c);
            maxs[c] = header.max(c);
            means[c] = header.mean(c);
            valid[c] = header.valid(c);
        }
        return new ChunkRow(
                header.streamId(),
                header.epoch(),
                header.firstSeq(),
                header.count(),
                header.minTimestamp(),
                header.maxTimestamp(),
                header.basis(),
                mins,
                maxs,
                means,
                valid,
                chunk);
    }

    public long lastSeq() {
        return firstSeq + count - 1;
    }

    /** UTC day as a number: the partition. */
    public long day() {
        return Math.floorDiv(ts, DAY_NS);
    }

    /** Whether a block with these extremes may be one row: within a UTC day and not longer than {@link #MAX_SPAN_NS}. */
    static boolean fits(long min, long max) {
        return max - min <= MAX_SPAN_NS && Math.floorDiv(min, DAY_NS) == Math.floorDiv(max, DAY_NS);
    }
}
