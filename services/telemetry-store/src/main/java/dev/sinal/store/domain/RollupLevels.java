package dev.sinal.store.domain;

/**
 * The ladder of bucket widths: {@code 4^level} seconds for levels {@value #FINEST} (1/256 s) to {@value #COARSEST} (65 536 s). Buckets of every level begin at
 * 1970, so that each is made of four of the level below.
 */
public final class RollupLevels {
    public static final int FINEST = -4;
    public static final int COARSEST = 8;

    /** Samples that a bucket of the finest level of a stream holds on average, at least: below, buckets would weigh as much as the samples. */
    static final int SAMPLES_PER_BUCKET = 512;

    /** Buckets of a level in a pixel, at least: then a grid that is aligned to the level loses few of the points that were asked for. */
    static final int BUCKETS_PER_PIXEL = 4;

    private static final long NANOS = 1_000_000_000L;

    private RollupLevels() {}

    /** Of a bucket, ns. */
    public static long width(int level) {
        return level < 0 ? NANOS >> (-2 * level) : NANOS << (2 * level);
    }

    /** Number of the bucket that a moment is in, from 1970. */
    static long bucket(int level, long timestamp) {
        return Math.floorDiv(timestamp, width(level));
    }

    /** The first level of a stream. @param rateHz samples a second, positive */
    public static int finest(double rateHz) {
        int level = FINEST;
        while (level < COARSEST && rateHz * width(level) / NANOS < SAMPLES_PER_BUCKET) {
            level++;
        }
        return level;
    }

    /**
     * Samples a second, to choose the finest level by: what the stream says, unless it sends much less; else what was seen.
     *
     * @param nominalHz 0 = irregular
     * @param samples seen
     * @param spanNs from the first to the last of them
     */
    public static double rate(double nominalHz, long samples, long spanNs) {
        double seen = (double) Math.max(1, samples - 1) * NANOS / Math.max(1, spanNs);
        return nominalHz > 0 && (samples < 2 || seen > nominalHz / 2) ? nominalHz : seen;
    }

    /** The coarsest level that has enough buckets in a pixel; below {@link #FINEST} when there is none. @param pixel ns */
    static int forPixel(long pixel) {
        int level = COARSEST;
        while (level >= FINEST && width(level) > pixel / BUCKETS_PER_PIXEL) {
            level--;
        }
        return level;
    }
}
