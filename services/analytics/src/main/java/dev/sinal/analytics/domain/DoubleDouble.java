package dev.sinal.analytics.domain;

/**
 * A sum of doubles kept in two doubles, about 32 digits. Adding and taking away again leaves no drift, which sliding windows need.
 *
 * @see "Dekker 1971; Ogita, Rump, Oishi 2005, Accurate sum and dot product"
 */
final class DoubleDouble {
    private double high;
    private double low;

    void add(double value) {
        double sum = high + value;
        double part = sum - high;
        double error = (high - (sum - part)) + (value - part);
        renormalise(sum, low + error);
    }

    /** Adds {@code a × b} with its rounding error. */
    void addProduct(double a, double b) {
        double product = a * b;
        double error = Math.fma(a, b, -product);
        add(product);
        add(error);
    }

    private void renormalise(double sum, double rest) {
        high = sum + rest;
        low = rest - (high - sum);
    }

    /** The sum divided by n, rounded once. */
    double dividedBy(int n) {
        double quotient = high / n;
        return quotient + (Math.fma(-quotient, n, high) + low) / n;
    }

    double high() {
        return high;
    }

    /** The part of the sum below one rounding of {@link #value}. */
    double low() {
        return low;
    }

    double value() {
        return high + low;
    }
}
