package dev.sinal.analytics.domain;

import org.apache.commons.math3.transform.DftNormalization;
import org.apache.commons.math3.transform.FastFourierTransformer;
import org.apache.commons.math3.transform.TransformType;

/** Autocorrelations with divisor n, as R's {@code acf}. */
final class Autocorrelation {
    /** Below so many products the plain sum is as fast, and exact to the last digits. */
    private static final long DIRECT = 4_000_000;

    private Autocorrelation() {}

    /** @return lags 0 (which is 1) to {@code lags}; not for constant values */
    static double[] upTo(int lags, double[] values) {
        double mean = Moments.mean(values);
        double[] deviations = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            deviations[i] = values[i] - mean;
        }
        double[] sums = (long) values.length * lags <= DIRECT ? direct(lags, deviations) : byBlocks(lags, deviations);
        double[] r = new double[lags + 1];
        for (int j = 0; j <= lags; j++) {
            r[j] = sums[j] / sums[0];
        }
        return r;
    }

    private static double[] direct(int lags, double[] d) {
        double[] sums = new double[lags + 1];
        for (int j = 0; j <= lags; j++) {
            double sum = 0;
            for (int i = 0; i + j < d.length; i++) {
                sum += d[i] * d[i + j];
            }
            sums[j] = sum;
        }
        return sums;
    }

    /** Every block against itself and the {@code lags} values behind it, by FFT: memory does not grow with the series. */
    static double[] byBlocks(int lags, double[] d) {
        int size = Integer.highestOneBit(Math.max(1024, 4 * lags)) * 2;
        int block = size - lags;
        double[] sums = new double[lags + 1];
        for (int from = 0; from < d.length; from += block) {
            int head = Math.min(block, d.length - from);
            int reach = Math.min(head + lags, d.length - from);
            double[][] a = new double[2][size];
            double[][] b = new double[2][size];
            System.arraycopy(d, from, a[0], 0, head);
            System.arraycopy(d, from, b[0], 0, reach);
            FastFourierTransformer.transformInPlace(a, DftNormalization.STANDARD, TransformType.FORWARD);
            FastFourierTransformer.transformInPlace(b, DftNormalization.STANDARD, TransformType.FORWARD);
            for (int k = 0; k < size; k++) {
                double re = a[0][k] * b[0][k] + a[1][k] * b[1][k];
                double im = a[0][k] * b[1][k] - a[1][k] * b[0][k];
                a[0][k] = re;
                a[1][k] = im;
            }
            FastFourierTransformer.transformInPlace(a, DftNormalization.STANDARD, TransformType.INVERSE);
            for (int j = 0; j <= lags; j++) {
                sums[j] += a[0][j];
            }
        }
        return sums;
    }
}
