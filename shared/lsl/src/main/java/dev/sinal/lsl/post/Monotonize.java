package dev.sinal.lsl.post;

/**
 * Keeps stamps from going back: a stamp before the one returned last is replaced by that one. Equal stamps may repeat. Stamps that are
 * not finite pass and are not remembered, for after an infinite one nothing else would come.
 */
public final class Monotonize implements StampStage {
    private double last = Double.NEGATIVE_INFINITY;

    @Override
    public void process(double[] stamps, int from, int to) {
        double before = last;
        for (int i = from; i < to; i++) {
            double stamp = stamps[i];
            if (stamp < before) {
                stamps[i] = stamp == Double.NEGATIVE_INFINITY ? stamp : before;
            } else if (stamp < Double.POSITIVE_INFINITY) {
                before = stamp;
            }
        }
        last = before;
    }

    @Override
    public void reset() {
        last = Double.NEGATIVE_INFINITY;
    }
}
