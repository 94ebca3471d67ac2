package dev.sinal.contracts.read;

import dev.sinal.chunk.ChunkHeader;
import org.jspecify.annotations.Nullable;

/** A chunk in the merge, decoded only when its first row may be next. Ordered by the row that it would give next, or by what its header says of it. */
final class WaitingChunk implements Comparable<WaitingChunk> {
    private final ChunkHeader header;
    private final Layouts.Layout layout;
    private final EpochClips clips;
    private byte @Nullable [] bytes;
    private @Nullable DecodedChunk decoded;

    WaitingChunk(ChunkHeader header, byte[] bytes, Layouts.Layout layout, EpochClips clips) {
        this.header = header;
        this.bytes = bytes;
        this.layout = layout;
        this.clips = clips;
    }

    ChunkHeader header() {
        return header;
    }

    boolean waiting() {
        return decoded == null;
    }

    DecodedChunk decode(long from) {
        DecodedChunk ready = decoded;
        if (ready == null) {
            byte[] undecoded = bytes;
            if (undecoded == null) {
                throw new IllegalStateException("a chunk is decoded once");
            }
            ready = new DecodedChunk(undecoded, header, layout, clips);
            ready.skipTo(from);
            decoded = ready;
            bytes = null;
        }
        return ready;
    }

    /** Time of the next row; of an undecoded chunk, a time that no row of it precedes. */
    long timestamp() {
        DecodedChunk ready = decoded;
        return ready == null ? header.minTimestamp() : ready.timestamp(ready.sample());
    }

    private long seq() {
        DecodedChunk ready = decoded;
        return ready == null ? header.firstSeq() : ready.seq(ready.sample());
    }

    @Override
    public int compareTo(WaitingChunk other) {
        int byTime = Long.compare(timestamp(), other.timestamp());
        if (byTime != 0) {
            return byTime;
        }
        int byStream = header.streamId().compareTo(other.header.streamId());
        if (byStream != 0) {
            return byStream;
        }
        int byEpoch = Long.compare(header.epoch(), other.header.epoch());
        return byEpoch != 0 ? byEpoch : Long.compare(seq(), other.seq());
    }
}
