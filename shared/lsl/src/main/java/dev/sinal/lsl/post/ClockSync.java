package dev.sinal.lsl.post;

/**
 * Moves stamps to the local clock by adding the correction last measured. While none is known, stamps pass unchanged: no sample waits
 * and none is lost, unlike in the native library, whose first pull fails with a timeout and loses its sample.
 */
public final class ClockSync implements StampStage {
    private double correction = Double.NaN;

    /** @param seconds what to add to a remote stamp to get local time; NaN = not known */
    public void correction(double seconds) {
        correction = seconds;
    }

    /** What is added now, seconds; NaN = not known. */
    public double correction() {
        return correction;
    }

    @Override
    public void process(double[] stamps, int from, int to) {
        double add = correction;
        if (Double.isNaN(add)) {
            return;
        }
        for (int i = from; i < to; i++) {
            stamps[i] += add;
        }
    }

    @Override
    public void reset() {
        correction = Double.NaN;
    }
}
