package dev.sinal.ingest.domain;

import org.jspecify.annotations.Nullable;

/**
 * Where the last collection of a stream ended.
 *
 * @param epoch its epoch
 * @param lastTimestamp of its last sample, UTC ns
 * @param onPurpose somebody stopped the agent: what was missed since is nobody's loss
 */
public record PreviousEnd(long epoch, long lastTimestamp, boolean onPurpose) {
    /**
     * What counts when a collection begins: the end that this node knows, unless another node has collected the stream since.
     *
     * @param here last accepted on this node; null when it never collected the stream
     * @param stored last committed by any node; null when there is nothing, or nobody could be asked
     */
    public static @Nullable PreviousEnd later(@Nullable PreviousEnd here, @Nullable PreviousEnd stored) {
        if (here == null || stored == null) {
            return here == null ? stored : here;
        }
        return stored.epoch() > here.epoch() && stored.lastTimestamp() > here.lastTimestamp() ? stored : here;
    }
}
