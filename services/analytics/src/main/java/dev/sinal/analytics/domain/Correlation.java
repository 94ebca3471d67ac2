package dev.sinal.analytics.domain;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Pearson's correlation as R's {@code cor.test(method = "pearson")}.
 *
 * @param statistic t; infinite when the points lie on a line
 * @param interval Fisher's, two numbers; null below 4 pairs
 * @param ties whether a variable has equal values
 * @param nEffective pairs that independent data would need for the same precision: {@link EffectiveSize}
 */
public record Correlation(
        int n,
        double coefficient,
        double statistic,
        int df,
        double pValue,
        double @Nullable [] interval,
        boolean ties,
        double nEffective,
        double pValueEffective,
        int effectiveLags) {

    /** @throws Refusal too_few_points below 3 pairs, constant_series */
    public static Correlation pearson(
            String nameX, double[] x, String nameY, double[] y, Alternative alternative, double confidence) {
        int n = x.length;
        if (n < 3) {
            throw new Refusal(Refusal.TOO_FEW_POINTS, "a correlation needs at least 3 pairs of values, there are " + n);
        }
        refuseConstant(nameX, x);
        refuseConstant(nameY, y);
        double r = coefficient(x, y);
        int df = n - 2;
        double t = statistic(r, df);
        EffectiveSize effective = EffectiveSize.of(x, y);
        double dfEffective = effective.n() - 2;
        double pEffective = dfEffective > 0 ? alternative.pValue(statistic(r, dfEffective), dfEffective) : 1;
        return new Correlation(
                n,
                r,
                t,
                df,
                alternative.pValue(t, df),
                interval(r, n, alternative, confidence),
                hasTies(x) || hasTies(y),
                effective.n(),
                pEffective,
                effective.lags());
    }

    private static void refuseConstant(String name, double[] values) {
        if (Moments.constant(values)) {
            throw new Refusal(
                    Refusal.CONSTANT_SERIES,
                    name + " has the same value in all " + values.length + " pairs, so no correlation is defined");
        }
    }

    /** In [-1, 1]. Deviations are divided by their largest, so that no square overflows. */
    static double coefficient(double[] x, double[] y) {
        double[] dx = deviations(x);
        double[] dy = deviations(y);
        Moments mx = Moments.of(dx);
        Moments my = Moments.of(dy);
        double r = Moments.products(dx, mx.mean(), dy, my.mean()) / Math.sqrt(mx.squares() * my.squares());
        return Math.max(-1, Math.min(1, r));
    }

    private static double[] deviations(double[] values) {
        double scale = 0;
        for (double value : values) {
            scale = Math.max(scale, Math.abs(value));
        }
        // A power of two changes no digit.
        double shrink = Math.scalb(1.0, -Math.getExponent(scale));
        double[] shrunk = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            shrunk[i] = values[i] * shrink;
        }
        double mean = Moments.mean(shrunk);
        double largest = 0;
        for (int i = 0; i < shrunk.length; i++) {
            shrunk[i] -= mean;
            largest = Math.max(largest, Math.abs(shrunk[i]));
        }
        double grow = Math.scalb(1.0, -Math.getExponent(largest));
        for (int i = 0; i < shrunk.length; i++) {
            shrunk[i] *= grow;
        }
        return shrunk;
    }

    private static double statistic(double r, double df) {
        return Math.sqrt(df) * r / Math.sqrt((1 - r) * (1 + r));
    }

    private static double @Nullable [] interval(double r, int n, Alternative alternative, double confidence) {
        if (n < 4) {
            return null;
        }
        double z = 0.5 * (Math.log1p(r) - Math.log1p(-r));
        double sigma = 1 / Math.sqrt(n - 3.0);
        return switch (alternative) {
            case TWO_SIDED -> {
                double half = sigma * Tails.normalQuantile((1 + confidence) / 2);
                yield new double[] {Math.tanh(z - half), Math.tanh(z + half)};
            }
            case GREATER -> new double[] {Math.tanh(z - sigma * Tails.normalQuantile(confidence)), 1};
            case LESS -> new double[] {-1, Math.tanh(z + sigma * Tails.normalQuantile(confidence))};
        };
    }

    private static boolean hasTies(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        for (int i = 1; i < sorted.length; i++) {
            if (sorted[i] == sorted[i - 1]) {
                return true;
            }
        }
        return false;
    }
}
