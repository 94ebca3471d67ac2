package dev.sinal.contracts;

import java.util.List;

/** Extremes and means per bucket. Empty buckets are left out. */
public record PlotAnswer(List<Series> series, List<GapRecord> gaps) {
    public record Series(String metric, String stream, String unit, double bucketS, List<Point> points) {}

    /** @param timestamp bucket start, UTC ns @param n finite values */
    public record Point(long timestamp, double min, double max, double mean, long n) {}
}
