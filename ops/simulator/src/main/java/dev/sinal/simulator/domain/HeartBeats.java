package dev.sinal.simulator.domain;

/**
 * When a heart at rest beats. The rate follows breathing (0.25 Hz), blood pressure (0.1 Hz) and two slower waves, the parts seen in real
 * heart-rate variability (Task Force 1996, Eur Heart J 17:354), and each beat is early or late by a few milliseconds. The integral of the
 * rate is known in closed form, so any beat can be asked for without the ones before it.
 */
final class HeartBeats {
    private static final double JITTER_S = 0.008;
    private static final double[] WAVE_HZ = {0.25, 0.1, 0.021, 0.0047};
    private static final double[] WAVE_SHARE = {0.03, 0.035, 0.03, 0.03};
    /** Each round of {@link #smoothTimeOf} shrinks the error to at most the sum of the shares, 0.125: 16 rounds reach the last bits. */
    private static final int ROUNDS = 16;

    private static final int AVERAGED = 5;

    private final double meanHz;
    private final double firstPhase;
    private final double[] waveHz = new double[WAVE_HZ.length];
    private final double[] waveStart = new double[WAVE_HZ.length];
    private final Noise jitter;

    HeartBeats(long seed) {
        Noise noise = new Noise(seed).branch(20);
        meanHz = (66 + 8 * noise.signed(0)) / 60;
        firstPhase = noise.uniform(1);
        for (int w = 0; w < waveHz.length; w++) {
            waveHz[w] = WAVE_HZ[w] * (1 + 0.1 * noise.signed(2 + 2L * w));
            waveStart[w] = 2 * Math.PI * noise.uniform(3 + 2L * w);
        }
        jitter = noise.branch(0);
    }

    /** Breaths per second; they also move the baseline of the ECG. */
    double breathHz() {
        return waveHz[0];
    }

    /** When the R wave of a beat is at its top, seconds; beats before the simulation began have numbers below 0. */
    double timeOf(long beat) {
        return smoothTimeOf(beat) + JITTER_S * jitter.signed(beat);
    }

    private double smoothTimeOf(long beat) {
        double t = (beat - firstPhase) / meanHz;
        for (int round = 0; round < ROUNDS; round++) {
            t -= (beatsBy(t) - beat) / meanHz;
        }
        return t;
    }

    private double beatsBy(double t) {
        double seconds = t;
        for (int w = 0; w < waveHz.length; w++) {
            double omega = 2 * Math.PI * waveHz[w];
            seconds += WAVE_SHARE[w] * (Math.cos(waveStart[w]) - Math.cos(omega * t + waveStart[w])) / omega;
        }
        return firstPhase + meanHz * seconds;
    }

    /** The last beat at or before that moment. */
    long lastBy(double t) {
        long beat = (long) Math.floor(beatsBy(t)) + 1;
        while (timeOf(beat) > t) {
            beat--;
        }
        return beat;
    }

    /** Beats per minute over the last five intervals, as a monitor would show. */
    double rateAt(double t) {
        long last = lastBy(t);
        return 60 * AVERAGED / (timeOf(last) - timeOf(last - AVERAGED));
    }
}
