package dev.sinal.analytics.domain;

/**
 * Mean and spread of finite values, in two passes over the deviations, sums in about 32 digits.
 *
 * @param squares sum of squared deviations from the mean
 */
record Moments(int n, double mean, double squares) {
    static Moments of(double[] values) {
        double mean = mean(values);
        DoubleDouble squares = new DoubleDouble();
        DoubleDouble rest = new DoubleDouble();
        for (double value : values) {
            double deviation = value - mean;
            squares.addProduct(deviation, deviation);
            rest.add(deviation);
        }
        // What rounding the mean left over (Chan, Golub, LeVeque 1983).
        double corrected = squares.value() - rest.value() * rest.value() / Math.max(1, values.length);
        return new Moments(values.length, mean, Math.max(0, corrected));
    }

    static double mean(double[] values) {
        DoubleDouble sum = new DoubleDouble();
        for (double value : values) {
            sum.add(value);
        }
        return sum.dividedBy(values.length);
    }

    /** Sum of the products of deviations. */
    static double products(double[] x, double meanX, double[] y, double meanY) {
        DoubleDouble sum = new DoubleDouble();
        DoubleDouble restX = new DoubleDouble();
        DoubleDouble restY = new DoubleDouble();
        for (int i = 0; i < x.length; i++) {
            double dx = x[i] - meanX;
            double dy = y[i] - meanY;
            sum.addProduct(dx, dy);
            restX.add(dx);
            restY.add(dy);
        }
        return sum.value() - restX.value() * restY.value() / x.length;
    }

    /** Divisor n − 1. */
    double variance() {
        return squares / (n - 1);
    }

    double sd() {
        return Math.sqrt(variance());
    }

    /** All values equal: deviations from the mean are rounding at most. */
    static boolean constant(double[] values) {
        for (double value : values) {
            if (value != values[0]) {
                return false;
            }
        }
        return true;
    }
}
