package dev.sinal.store.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Where the samples of an epoch in a range come from: each from one place, and from the cheapest that is exact. Time inside the range is covered by whole
 * buckets of the coarsest level; what they leave at the edges by those of the next finer one, and so on, and at last by samples. Behind the seq that a level
 * has come to, the finer ones go on, and behind the finest what is not rolled up. Where rows of another epoch may be shown instead (clips), samples decide.
 *
 * @param buckets to take from rollups
 * @param samples to take from packed chunks, which hold samples beside them
 * @param after behind this seq nothing is rolled up: what is there comes from chunks over the whole range
 */
public record PlotCover(List<Buckets> buckets, List<Samples> samples, long after) {
    /**
     * Whole buckets of a level in a span.
     *
     * @param notBefore no row of them has a smaller ts
     * @param after of rows with a first_seq above
     * @param upTo of rows with a last_seq not above
     */
    public record Buckets(int level, Span span, long notBefore, long after, long upTo) {}

    /** Samples in a span, of rows with a last_seq not above {@code upTo}. */
    public record Samples(Span span, long upTo) {}

    /**
     * @param range of the plot
     * @param top coarsest level to use; below the epoch's finest for none
     * @param doubtful spans where the samples' own stamps decide whether they are shown
     * @param hidden spans in which none is shown
     */
    public static PlotCover of(RolledEpoch epoch, Span range, int top, List<Span> doubtful, List<Span> hidden) {
        long rolled = top < epoch.finest() ? 0 : epoch.seq();
        if (rolled == 0) {
            return new PlotCover(List.of(), List.of(), 0);
        }
        List<Span> own =
                Span.within(List.of(range), epoch.from(), epoch.to() == Long.MAX_VALUE ? epoch.to() : epoch.to() + 1);
        // Buckets at the ends of an epoch hold no more than the epoch does: they are whole although it begins or ends
        // in them.
        List<Span> clean = Span.minus(List.of(range), doubtful);
        List<Buckets> buckets = new ArrayList<>();
        List<Span> coarser = List.of();
        long coarserSeq = 0;
        for (Map.Entry<Integer, RolledEpoch.Level> entry :
                epoch.levels().headMap(top, true).descendingMap().entrySet()) {
            int number = entry.getKey();
            RolledEpoch.Level level = entry.getValue();
            List<Span> whole = Span.aligned(clean, number);
            boolean first = coarserSeq == 0;
            if (!first) {
                for (Span span : Span.minus(whole, coarser)) {
                    buckets.add(new Buckets(number, span, less(span.from(), level.maxSpan()), 0, coarserSeq));
                }
            }
            if (level.seq() > coarserSeq) {
                long open = first ? Long.MIN_VALUE : level.openTs();
                for (Span span : whole) {
                    long notBefore = Math.max(open, less(span.from(), level.maxSpan()));
                    if (notBefore < span.to()) {
                        buckets.add(new Buckets(number, span, notBefore, coarserSeq, Long.MAX_VALUE));
                    }
                }
            }
            coarser = whole;
            coarserSeq = level.seq();
        }
        List<Samples> samples = Span.minus(Span.minus(own, hidden), Span.aligned(clean, epoch.finest())).stream()
                .map(span -> new Samples(span, rolled))
                .toList();
        return new PlotCover(buckets, samples, rolled);
    }

    private static long less(long a, long b) {
        return a < Long.MIN_VALUE + b ? Long.MIN_VALUE : a - b;
    }
}
