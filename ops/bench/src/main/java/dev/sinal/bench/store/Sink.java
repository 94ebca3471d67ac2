package dev.sinal.bench.store;

/** Where every value that was read ends: a sum, so that no reader can be optimised away and two readers can be compared. */
final class Sink {
    private double sum;

    void take(float value) {
        sum += value;
    }

    void take(float[] values) {
        double part = 0;
        for (float value : values) {
            part += value;
        }
        sum += part;
    }

    double sum() {
        return sum;
    }
}
