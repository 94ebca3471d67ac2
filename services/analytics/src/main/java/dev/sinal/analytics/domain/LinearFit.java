package dev.sinal.analytics.domain;

/**
 * A straight line through values, by least squares, as R's {@code lm}.
 *
 * @param intercept at x = 0
 * @param se of the slope
 * @param statistic slope / se; infinite when the values lie on the line
 * @param low of the slope's confidence interval; negative infinity when it is one-sided
 */
public record LinearFit(
        int n,
        double slope,
        double intercept,
        double se,
        double rSquared,
        double statistic,
        int df,
        double pValue,
        double low,
        double high) {

    /** @throws Refusal too_few_points, constant_series */
    static LinearFit of(String name, double[] x, double[] y, Alternative alternative, double confidence) {
        int n = y.length;
        if (n < 3) {
            throw new Refusal(Refusal.TOO_FEW_POINTS, name + " needs at least 3 values for a slope, there are " + n);
        }
        if (Moments.constant(y)) {
            throw new Refusal(Refusal.CONSTANT_SERIES, name + " has the same value in all " + n + " samples");
        }
        if (Moments.constant(x)) {
            throw new Refusal(Refusal.TOO_FEW_POINTS, name + " has all its " + n + " values at one moment");
        }
        Moments mx = Moments.of(x);
        Moments my = Moments.of(y);
        double slope = Moments.products(x, mx.mean(), y, my.mean()) / mx.squares();
        double residual = residual(x, mx.mean(), y, my.mean(), slope);
        int df = n - 2;
        double se = Math.sqrt(residual / df / mx.squares());
        double t = slope / se;
        double rSquared = 1 - residual / my.squares();
        double margin = se == 0
                ? 0
                : se
                        * (alternative == Alternative.TWO_SIDED
                                ? Tails.twoSidedQuantile(confidence, df)
                                : Tails.oneSidedQuantile(confidence, df));
        return new LinearFit(
                n,
                slope,
                my.mean() - slope * mx.mean(),
                se,
                Math.max(0, rSquared),
                t,
                df,
                alternative.pValue(t, df),
                alternative == Alternative.LESS ? Double.NEGATIVE_INFINITY : slope - margin,
                alternative == Alternative.GREATER ? Double.POSITIVE_INFINITY : slope + margin);
    }

    /** Sum of squared residuals, each computed on its own: no difference of large sums. */
    private static double residual(double[] x, double meanX, double[] y, double meanY, double slope) {
        DoubleDouble sum = new DoubleDouble();
        DoubleDouble rest = new DoubleDouble();
        for (int i = 0; i < x.length; i++) {
            double residual = (y[i] - meanY) - slope * (x[i] - meanX);
            sum.addProduct(residual, residual);
            rest.add(residual);
        }
        return Math.max(0, sum.value() - rest.value() * rest.value() / x.length);
    }
}
