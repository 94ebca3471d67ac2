package dev.sinal.analytics.domain;

/**
 * How many independent pairs two autocorrelated series are worth:
 * {@code 1/N* = 1/N + 2/N Σ (N-j)/N rx(j) ry(j)}, j = 1 … lags, with the autocorrelations of divisor N, and never more than N.
 *
 * @param lags N/5 rounded down, at most {@link #MAX_LAGS}
 * @see "Pyper, Peterman 1998, Can. J. Fish. Aquat. Sci. 55: 2127, equation 1"
 */
record EffectiveSize(double n, int lags) {
    static final int MAX_LAGS = 10_000;

    static EffectiveSize of(double[] x, double[] y) {
        int n = x.length;
        int lags = Math.min(n / 5, MAX_LAGS);
        double[] rx = Autocorrelation.upTo(lags, x);
        double[] ry = Autocorrelation.upTo(lags, y);
        double sum = 0;
        for (int j = 1; j <= lags; j++) {
            sum += (double) (n - j) / n * rx[j] * ry[j];
        }
        double inverse = 1.0 / n + 2.0 / n * sum;
        return new EffectiveSize(inverse <= 1.0 / n ? n : 1 / inverse, lags);
    }
}
