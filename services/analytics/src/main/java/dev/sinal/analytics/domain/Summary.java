package dev.sinal.analytics.domain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one variable looks like.
 *
 * @param sd divisor n − 1; null for one value
 * @param mad median absolute deviation times {@link #MAD_CONSTANT}, as R's {@code mad}
 * @param skewness type 1 (Joanes, Gill 1998); null for a constant series
 * @param kurtosis type 1, 3 for a normal distribution; null for a constant series
 */
public record Summary(
        Series series,
        double mean,
        @Nullable Double sd,
        @Nullable Double variance,
        double min,
        double max,
        List<Quantile> quantiles,
        double mad,
        double iqr,
        @Nullable Double skewness,
        @Nullable Double kurtosis) {
    public static final double MAD_CONSTANT = 1.4826;

    /** @param p in [0, 1] */
    public record Quantile(double p, double value) {}

    /** @throws Refusal too_few_points without any value */
    public static Summary of(Series series, List<Double> probabilities) {
        int n = series.size();
        if (n == 0) {
            throw new Refusal(Refusal.TOO_FEW_POINTS, series.name() + " has no value in this range");
        }
        Moments moments = Moments.of(series.values());
        double[] sorted = series.values().clone();
        Arrays.sort(sorted);
        List<Quantile> quantiles = new ArrayList<>();
        for (double p : probabilities) {
            quantiles.add(new Quantile(p, quantile(sorted, p)));
        }
        double median = quantile(sorted, 0.5);
        boolean constant = sorted[0] == sorted[n - 1];
        return new Summary(
                series,
                moments.mean(),
                n < 2 ? null : moments.sd(),
                n < 2 ? null : moments.variance(),
                sorted[0],
                sorted[n - 1],
                quantiles,
                MAD_CONSTANT * medianDistance(sorted, median),
                quantile(sorted, 0.75) - quantile(sorted, 0.25),
                constant ? null : standardised(series.values(), moments, 3),
                constant ? null : standardised(series.values(), moments, 4));
    }

    /** Type 7, R's default. */
    static double quantile(double[] sorted, double p) {
        double at = p * (sorted.length - 1);
        int below = (int) Math.floor(at + 4 * Math.ulp(1.0));
        double share = at - below;
        if (share <= 4 * Math.ulp(1.0) || below + 1 >= sorted.length) {
            return sorted[below];
        }
        return (1 - share) * sorted[below] + share * sorted[below + 1];
    }

    private static double medianDistance(double[] sorted, double median) {
        double[] distances = new double[sorted.length];
        for (int i = 0; i < sorted.length; i++) {
            distances[i] = Math.abs(sorted[i] - median);
        }
        Arrays.sort(distances);
        return quantile(distances, 0.5);
    }

    /** Mean of the deviations to a power, in units of the standard deviation with divisor n. */
    private static double standardised(double[] values, Moments moments, int power) {
        double spread = Math.sqrt(moments.squares() / values.length);
        DoubleDouble sum = new DoubleDouble();
        for (double value : values) {
            double z = (value - moments.mean()) / spread;
            sum.add(power == 3 ? z * z * z : z * z * z * z);
        }
        return sum.value() / values.length;
    }
}
