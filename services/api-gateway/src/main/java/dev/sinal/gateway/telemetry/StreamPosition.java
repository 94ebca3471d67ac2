package dev.sinal.gateway.telemetry;

import dev.sinal.chunk.SampleBlock;
import dev.sinal.contracts.read.RowKey;

/**
 * How far a reader is in one stream.
 *
 * @param epoch {@link #BY_TIME} when only the time is known
 * @param seq of the last sample seen
 * @param timestamp UTC ns; no unseen sample is earlier. With {@link #BY_TIME}: the first sample wanted
 */
public record StreamPosition(long epoch, long seq, long timestamp) {
    public static final long BY_TIME = -1;
    /** The epoch of a place before everything. */
    public static final long NOTHING_STORED = 0;

    public static StreamPosition at(long timestamp) {
        return new StreamPosition(BY_TIME, 0, timestamp);
    }

    public static StreamPosition of(RowKey row) {
        return new StreamPosition(row.epoch(), row.seq(), row.timestamp());
    }

    /** Only rows of the stream behind this one are unseen. */
    RowKey before(String streamId) {
        return epoch == BY_TIME
                ? new RowKey(timestamp - 1, streamId, Long.MAX_VALUE, Long.MAX_VALUE)
                : new RowKey(timestamp, streamId, epoch, seq);
    }

    /** Whether a reader here has seen this row. */
    public boolean includes(RowKey row) {
        if (epoch == BY_TIME) {
            return row.timestamp() < timestamp;
        }
        return row.epoch() < epoch || (row.epoch() == epoch && row.seq() <= seq);
    }

    /** Index of the first sample of a block that this reader has not seen; its size when there is none. */
    public int firstUnseen(SampleBlock block) {
        if (epoch == BY_TIME) {
            int i = 0;
            while (i < block.size() && block.timestamps()[i] < timestamp) {
                i++;
            }
            return i;
        }
        if (block.epoch() != epoch) {
            return block.epoch() > epoch ? 0 : block.size();
        }
        return (int) Math.max(0, Math.min(block.size(), seq + 1 - block.firstSeq()));
    }

    /** Whether nothing can lie between this place and the block. */
    public boolean reaches(SampleBlock block) {
        if (epoch == BY_TIME) {
            return block.timestamps()[0] <= timestamp;
        }
        return epoch == NOTHING_STORED ? block.firstSeq() == 1 : block.epoch() == epoch && block.firstSeq() <= seq + 1;
    }

    /** Whether a reader here has seen all that one at the other place has. */
    public boolean notBehind(StreamPosition other) {
        return epoch > other.epoch || (epoch == other.epoch && seq >= other.seq);
    }
}
