package dev.sinal.analytics.domain;

/**
 * What a series on a grid looks like.
 *
 * @param n steps with a value
 * @param trendStrength share of the variance that a straight line takes away, 0 to 1
 * @param acf1 correlation of neighbours
 * @param diffAcf1 correlation of neighbouring differences: about -0.5 for noise around a level, about 0 for a random walk
 * @param missingFraction steps without a value
 */
record Features(
        int n,
        double mean,
        double sd,
        double min,
        double max,
        double trendStrength,
        double acf1,
        double diffAcf1,
        double missingFraction) {

    /** @throws Refusal too_few_points, constant_series */
    static Features of(Resampled series) {
        int n = series.observed();
        if (n < 3) {
            throw new Refusal(Refusal.TOO_FEW_POINTS, series.name() + " has " + n + " steps with a value");
        }
        double[] x = new double[n];
        double[] y = new double[n];
        int at = 0;
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < series.size(); i++) {
            double value = series.values()[i];
            if (!Double.isNaN(value)) {
                x[at] = i;
                y[at++] = value;
                min = Math.min(min, value);
                max = Math.max(max, value);
            }
        }
        LinearFit line = LinearFit.of(series.name(), x, y, Alternative.TWO_SIDED, 0.95);
        Moments moments = Moments.of(y);
        double[] steps = new double[series.size() - 1];
        for (int i = 1; i < series.size(); i++) {
            steps[i - 1] = series.values()[i] - series.values()[i - 1];
        }
        return new Features(
                n,
                moments.mean(),
                moments.sd(),
                min,
                max,
                line.rSquared(),
                neighbours(series.values()),
                neighbours(steps),
                1 - (double) n / series.size());
    }

    /** Lag 1, over the neighbours that are both there; 0 when nothing varies. */
    private static double neighbours(double[] values) {
        double sum = 0;
        int n = 0;
        for (double value : values) {
            if (!Double.isNaN(value)) {
                sum += value;
                n++;
            }
        }
        double mean = n == 0 ? 0 : sum / n;
        double products = 0;
        double squares = 0;
        for (int i = 0; i < values.length; i++) {
            if (!Double.isNaN(values[i])) {
                squares += (values[i] - mean) * (values[i] - mean);
                if (i > 0 && !Double.isNaN(values[i - 1])) {
                    products += (values[i] - mean) * (values[i - 1] - mean);
                }
            }
        }
        return squares == 0 ? 0 : products / squares;
    }
}
