package dev.sinal.ingest.domain;

/**
 * When a chunk closes; the first rule that applies does it.
 *
 * @param spanNs of data, ns
 * @param bytes of uncompressed values and stamps
 * @param samples at most
 * @param delayS longest time a sample waits for its chunk to close, seconds after its arrival
 */
public record ChunkRules(long spanNs, int bytes, int samples, double delayS) {
    /** What is logged and stored. */
    public static final ChunkRules STORED = new ChunkRules(250_000_000L, 64 << 10, 10_000, 0.25);
    /** What live viewers get. */
    public static final ChunkRules LIVE = new ChunkRules(50_000_000L, 16 << 10, 2_000, 0.04);

    /** A chunk covers at most one hour, and never two UTC days: readers rely on it. */
    static final long MAX_SPAN_NS = 3_600_000_000_000L;

    static final long DAY_NS = 86_400_000_000_000L;
}
