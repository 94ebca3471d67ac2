package dev.sinal.simulator.domain;

/**
 * One bump of a heart beat.
 *
 * @param height millivolts
 * @param offset of the top from the R wave, seconds
 * @param width standard deviation, seconds
 */
record Wave(double height, double offset, double width) {
    /** @param sinceR seconds since the R wave */
    double at(double sinceR) {
        return height * gaussian(sinceR - offset, width);
    }

    /** A bell of height 1. */
    static double gaussian(double x, double width) {
        double z = x / width;
        return Math.exp(-0.5 * z * z);
    }
}
