package dev.sinal.store.domain;

/** Sums whose error does not grow with the number of addends (Neumaier 1974): the bits that an addition loses are kept apart and added at the end. */
final class CompensatedSums {
    private final double[] sums;
    private final double[] lost;

    CompensatedSums(int size) {
        sums = new double[size];
        lost = new double[size];
    }

    void add(int at, double value) {
        double before = sums[at];
        double after = before + value;
        lost[at] += Math.abs(before) >= Math.abs(value) ? (before - after) + value : (value - after) + before;
        sums[at] = after;
    }

    double get(int at) {
        double sum = sums[at] + lost[at];
        // Beyond the largest double what was lost is no number; the plain sum is still infinite.
        return Double.isNaN(sum) ? sums[at] : sum;
    }
}
