package dev.sinal.ingest.bus;

/**
 * Limits of the store lane. Window, limit and timeout adapt themselves below and between them.
 *
 * @param chunks most in flight per stream
 * @param bytes most in flight per stream
 * @param readBytes read from the log at once
 * @param nodeBytes most in flight from this node
 * @param storeBytes least that may be in flight to one store, whatever it does
 * @param timeoutMs for the first answer of a store
 * @param timeoutLeastMs for an answer, however fast the store is
 * @param timeoutMostMs for an answer, however slow it is
 * @param backoffMs first longest wait before a resend
 * @param backoffMostMs longest wait before a resend
 * @param tries of a chunk that is rejected
 */
record LaneRules(
        int chunks,
        long bytes,
        long readBytes,
        long nodeBytes,
        long storeBytes,
        long timeoutMs,
        long timeoutLeastMs,
        long timeoutMostMs,
        long backoffMs,
        long backoffMostMs,
        int tries) {
    static final LaneRules DEFAULT =
            new LaneRules(8, 1 << 20, 256 << 10, 16 << 20, 1 << 20, 5_000, 1_000, 15_000, 200, 5_000, 5);
}
