package dev.sinal.gateway.live;

import dev.sinal.chunk.SampleBlock;

/**
 * How far a reader is in one stream.
 *
 * @param epoch {@link #BY_TIME} when only the time is known
 * @param seq of the last sample seen
 * @param timestamp UTC ns; no unseen sample is earlier. With {@link #BY_TIME}: the first sample wanted
 */
record StreamPosition(long epoch, long seq, long timestamp) {
    static final long BY_TIME = -1;
    /** The epoch of a place before everything. */
    static final long NOTHING_STORED = 0;

    static StreamPosition at(long timestamp) {
        return new StreamPosition(BY_TIME, 0, timestamp);
    }

    /** Index of the first sample of a block that this reader has not seen; its size when there is none. */
    int firstUnseen(SampleBlock block) {
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
    boolean reaches(SampleBlock block) {
        if (epoch == BY_TIME) {
            return block.timestamps()[0] <= timestamp;
        }
        return epoch == NOTHING_STORED ? block.firstSeq() == 1 : block.epoch() == epoch && block.firstSeq() <= seq + 1;
    }

    /** Whether a reader here has seen all that one at the other place has. */
    boolean notBehind(StreamPosition other) {
        return epoch > other.epoch || (epoch == other.epoch && seq >= other.seq);
    }
}
