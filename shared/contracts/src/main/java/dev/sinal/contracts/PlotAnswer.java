package dev.sinal.contracts;

import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Extremes and means per bucket. Empty buckets are left out. */
public record PlotAnswer(List<Series> series, List<GapRecord> gaps) {
    /**
     * @param stream its name, which successive streams may share
     * @param streamId of the one that is drawn
     * @param points empty when they are packed
     * @param packed the points as {@link PlotPoints} in base64url, if the query asked for that
     */
    public record Series(
            String metric,
            String stream,
            @Nullable String streamId,
            String unit,
            double bucketS,
            List<Point> points,
            @Nullable String packed) {
        /** With its points as records. */
        public Series(
                String metric,
                String stream,
                @Nullable String streamId,
                String unit,
                double bucketS,
                List<Point> points) {
            this(metric, stream, streamId, unit, bucketS, points, null);
        }

        /** The points, however they came. @throws IllegalArgumentException when packed ones are damaged */
        public PlotPoints columns() {
            return packed == null
                    ? PlotPoints.of(points)
                    : PlotPoints.unpack(Base64.getUrlDecoder().decode(packed));
        }
    }

    /** @param timestamp bucket start, UTC ns @param n finite values */
    public record Point(long timestamp, double min, double max, double mean, long n) {}
}
