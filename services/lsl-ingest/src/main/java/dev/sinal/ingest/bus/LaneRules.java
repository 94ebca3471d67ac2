package dev.sinal.ingest.bus;

/**
 * Limits of the store lane.
 *
 * @param chunks in flight per stream
 * @param bytes in flight per stream
 * @param readBytes read from the log at once
 * @param nodeBytes in flight from this node
 * @param timeoutMs for an answer
 * @param backoffMs first longest wait before a resend
 * @param backoffMostMs longest wait before a resend
 * @param tries of a chunk that is rejected
 */
record LaneRules(
        int chunks,
        long bytes,
        long readBytes,
        long nodeBytes,
        long timeoutMs,
        long backoffMs,
        long backoffMostMs,
        int tries) {
    static final LaneRules DEFAULT = new LaneRules(8, 1 << 20, 256 << 10, 16 << 20, 5_000, 200, 5_000, 5);
}
