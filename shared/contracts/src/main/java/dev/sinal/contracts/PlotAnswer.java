package dev.sinal.contracts;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Extremes and means per bucket. Empty buckets are left out. */
public record PlotAnswer(List<Series> series, List<GapRecord> gaps) {
    /** @param stream its name, which successive streams may share @param streamId of the one that is drawn */
    public record Series(
            String metric, String stream, @Nullable String streamId, String unit, double bucketS, List<Point> points) {}

    /** @param timestamp bucket start, UTC ns @param n finite values */
    public record Point(long timestamp, double min, double max, double mean, long n) {}
}
