package dev.sinal.gateway.live;

import dev.sinal.chunk.SampleBlock;

/** Consecutive samples of one stream. @param bytes what they cost the window @param receivedAt monotonic, ns */
record LiveFrame(LiveStream stream, SampleBlock block, int bytes, long receivedAt) {
    /** Where a reader is who has seen all of it. */
    StreamPosition end() {
        return new StreamPosition(block.epoch(), block.lastSeq(), block.timestamps()[block.size() - 1]);
    }

    /** The samples from this one on. */
    LiveFrame from(int first) {
        return first == 0 ? this : new LiveFrame(stream, block.slice(first, block.size()), bytes, receivedAt);
    }
}
