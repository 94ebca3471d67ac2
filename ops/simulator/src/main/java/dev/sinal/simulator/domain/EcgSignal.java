package dev.sinal.simulator.domain;

/**
 * One lead of ECG, millivolts: five Gaussian waves per beat, after McSharry et al. 2003, "A dynamical model for generating synthetic
 * electrocardiogram signals", with a baseline that breathes.
 */
final class EcgSignal implements RegularSensor.Signal {
    static final double RATE_HZ = 500;
    /** 1 µV. */
    static final double STEP_MV = 0.001;

    private static final Wave P = new Wave(0.12, -0.17, 0.025);
    private static final Wave Q = new Wave(-0.12, -0.027, 0.009);
    private static final Wave R = new Wave(1.1, 0, 0.010);
    private static final Wave S = new Wave(-0.25, 0.027, 0.009);
    /** At one beat per second; it comes later when the heart is slow (Bazett's square root). */
    private static final Wave T = new Wave(0.30, 0.28, 0.045);
    /** Beyond this every wave is below a thousandth of a step. */
    private static final double REACH_S = 0.7;

    private static final double BASELINE_MV = 0.04;
    private static final double NOISE_MV = 0.008;

    private final HeartBeats beats;
    private final Noise noise;

    EcgSignal(HeartBeats beats, long seed) {
        this.beats = beats;
        this.noise = new Noise(seed).branch(21);
    }

    @Override
    public void fill(long from, int count, float[] rows) {
        double firstTime = from / RATE_HZ;
        double lastTime = (from + count - 1) / RATE_HZ;
        long firstBeat = beats.lastBy(firstTime - REACH_S);
        int near = (int) (beats.lastBy(lastTime + REACH_S) - firstBeat) + 1;
        double[] tops = new double[near + 1];
        for (int b = 0; b <= near; b++) {
            tops[b] = beats.timeOf(firstBeat + b);
        }
        int passed = 0;
        for (int i = 0; i < count; i++) {
            double t = (from + i) / RATE_HZ;
            while (passed < near && tops[passed] < t - REACH_S) {
                passed++;
            }
            double volts =
                    BASELINE_MV * Math.sin(2 * Math.PI * beats.breathHz() * t) + NOISE_MV * noise.signed(from + i);
            for (int b = passed; b < near && tops[b] <= t + REACH_S; b++) {
                volts += beat(t - tops[b], tops[b + 1] - tops[b]);
            }
            rows[i] = (float) (Math.rint(volts / STEP_MV) * STEP_MV);
        }
    }

    /** @param interval to the next beat, seconds */
    private static double beat(double sinceR, double interval) {
        return P.at(sinceR)
                + Q.at(sinceR)
                + R.at(sinceR)
                + S.at(sinceR)
                + T.height() * Wave.gaussian(sinceR - T.offset() * Math.sqrt(interval), T.width());
    }
}
