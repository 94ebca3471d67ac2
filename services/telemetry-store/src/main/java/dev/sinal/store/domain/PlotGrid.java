package dev.sinal.store.domain;

/**
 * The buckets of a plot. Aligned to those of a level, if rollups are to be used: the first bucket then begins a little before the range; samples before
 * the range are not counted.
 *
 * @param from of the range, UTC ns
 * @param to of the range, exclusive
 * @param start of the first bucket, UTC ns
 * @param width of a bucket, ns
 * @param buckets at most as many as points were asked for
 * @param level whose buckets the grid is aligned to; below {@link RollupLevels#FINEST} for none
 */
public record PlotGrid(long from, long to, long start, long width, int buckets, int level) {
    private static final int NONE = RollupLevels.FINEST - 1;

    /** Beginning where the range begins. */
    public static PlotGrid plain(long from, long to, int maxPoints) {
        long width = Math.max(1, ceil(to - from, maxPoints));
        return new PlotGrid(from, to, from, width, (int) ceil(to - from, width), NONE);
    }

    /**
     * @param finest levels of the epochs that are drawn
     * @return aligned to the coarsest level that any of them is drawn from
     */
    public static PlotGrid of(long from, long to, int maxPoints, Iterable<Integer> finest) {
        PlotGrid plain = plain(from, to, maxPoints);
        int level = NONE;
        for (int own : finest) {
            level = Math.max(level, levelFor(own, plain.width()));
        }
        return level == NONE ? plain : aligned(from, to, maxPoints, level);
    }

    private static PlotGrid aligned(long from, long to, int maxPoints, int level) {
        long step = RollupLevels.width(level);
        long start = Math.floorDiv(from, step) * step;
        long width = ceil(ceil(to - start, maxPoints), step) * step;
        return new PlotGrid(from, to, start, width, (int) ceil(to - start, width), level);
    }

    /**
     * The level that an epoch is drawn from at the most: the coarsest with 4 buckets in a pixel; its finest will do with 2.
     *
     * @return below {@link RollupLevels#FINEST} when it is drawn from samples
     */
    private static int levelFor(int finest, long pixel) {
        int level = Math.max(RollupLevels.forPixel(pixel), finest);
        return level <= RollupLevels.COARSEST && 2 * RollupLevels.width(level) <= pixel ? level : NONE;
    }

    /** The coarsest level to draw an epoch from, so that its buckets fit into the grid's; below {@link RollupLevels#FINEST} for none. */
    int levelOf(int finest) {
        return finest <= level ? level : NONE;
    }

    private static long ceil(long a, long b) {
        return -Math.floorDiv(-a, b);
    }
}
