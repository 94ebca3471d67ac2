package dev.sinal.ingest.domain;

/**
 * Where this node's last collection of a stream ended.
 *
 * @param epoch its epoch
 * @param lastTimestamp of its last accepted sample, UTC ns
 * @param onPurpose somebody stopped the agent: what was missed since is nobody's loss
 */
public record PreviousEnd(long epoch, long lastTimestamp, boolean onPurpose) {}
