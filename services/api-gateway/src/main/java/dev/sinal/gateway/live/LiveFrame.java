package dev.sinal.gateway.live;

import dev.sinal.chunk.SampleBlock;
import dev.sinal.gateway.telemetry.StreamPosition;

/**
 * Consecutive samples of one stream.
 *
 * @param bytes what they cost the window
 * @param receivedAt monotonic, ns
 * @param before timestamp of the sample before the first one, UTC ns; {@link #UNKNOWN} when nobody knows
 */
record LiveFrame(LiveStream stream, SampleBlock block, int bytes, long receivedAt, long before) {
    static final long UNKNOWN = Long.MIN_VALUE;

    LiveFrame(LiveStream stream, SampleBlock block, int bytes, long receivedAt) {
        this(stream, block, bytes, receivedAt, UNKNOWN);
    }

    /** Where a reader is who has seen all of it. */
    StreamPosition end() {
        return new StreamPosition(block.epoch(), block.lastSeq(), block.timestamps()[block.size() - 1]);
    }

    /** The samples from this one on. */
    LiveFrame from(int first) {
        return first == 0
                ? this
                : new LiveFrame(
                        stream, block.slice(first, block.size()), bytes, receivedAt, block.timestamps()[first - 1]);
    }

    /** The same, knowing what came before it. */
    LiveFrame follows(StreamPosition place) {
        return place.epoch() == block.epoch() && place.seq() + 1 == block.firstSeq()
                ? new LiveFrame(stream, block, bytes, receivedAt, place.timestamp())
                : this;
    }
}
