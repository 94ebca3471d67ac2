package dev.sinal.simulator.domain;

import java.util.List;

/**
 * Scalp EEG of somebody awake and at rest who blinks now and then, microvolts: 1/f background, bursts of alpha that are strongest
 * over the occiput, a little mains hum, blinks at the front.
 */
final class EegSignal implements RegularSensor.Signal {
    static final double RATE_HZ = 250;
    static final List<String> LABELS = List.of("Fp1", "Fp2", "C3", "C4", "P7", "P8", "O1", "O2");

    /** One step of a 24-bit converter with a 4.5 V reference and a gain of 24, µV. */
    static final double STEP_UV = 4.5e6 / 24 / ((1 << 23) - 1);

    private static final double[] ALPHA_SHARE = {0.15, 0.15, 0.4, 0.4, 0.75, 0.75, 1, 1};
    private static final double[] BLINK_SHARE = {1, 0.95, 0.1, 0.1, 0.03, 0.03, 0.01, 0.01};
    private static final double[] HUM_UV = {0.9, 1.0, 0.6, 0.7, 1.1, 1.0, 0.8, 1.2};

    private static final double ALPHA_HZ = 10;
    private static final double ALPHA_UV = 25;
    private static final double ALPHA_FLOOR = 0.15;
    private static final double BURST_S = 1.5;
    private static final double HUM_HZ = 50;

    /** Octaves of background: from half the rate down to a wave of about 16 s. */
    private static final int OCTAVES = 12;
    /** Equal power per octave is what makes 1/f. */
    private static final double OCTAVE_UV = 4.5;
    /** Neighbouring electrodes see much of the same. */
    private static final double COMMON_SHARE = 0.5;

    private static final double BLINK_SLOT_S = 5;
    private static final double BLINK_CHANCE = 0.7;
    private static final double BLINK_WIDTH_S = 0.07;
    private static final double BLINK_UV = 120;

    private final Noise[] common;
    private final Noise[][] own;
    private final Noise bursts;
    private final Noise phase;
    private final Noise blinks;

    EegSignal(long seed) {
        Noise noise = new Noise(seed).branch(10);
        common = octaves(noise.branch(0));
        own = new Noise[LABELS.size()][];
        for (int c = 0; c < own.length; c++) {
            own[c] = octaves(noise.branch(c + 1));
        }
        bursts = noise.branch(100);
        phase = noise.branch(101);
        blinks = noise.branch(102);
    }

    private static Noise[] octaves(Noise noise) {
        Noise[] octaves = new Noise[OCTAVES];
        for (int k = 0; k < OCTAVES; k++) {
            octaves[k] = noise.branch(k);
        }
        return octaves;
    }

    @Override
    public void fill(long from, int count, float[] rows) {
        int channels = own.length;
        for (int i = 0; i < count; i++) {
            long index = from + i;
            double t = index / RATE_HZ;
            double shared = COMMON_SHARE * background(common, index);
            double alpha = alphaAmplitude(t);
            double alphaPhase = 2 * Math.PI * ALPHA_HZ * t + 0.8 * phase.smooth(t / 2);
            double hum = Math.sin(2 * Math.PI * HUM_HZ * t + 0.7);
            double blink = blink(t);
            for (int c = 0; c < channels; c++) {
                double volts = shared
                        + background(own[c], index)
                        + alpha * ALPHA_SHARE[c] * Math.sin(alphaPhase + 0.15 * c)
                        + HUM_UV[c] * hum
                        + BLINK_SHARE[c] * blink;
                rows[i * channels + c] = (float) (Math.rint(volts / STEP_UV) * STEP_UV);
            }
        }
    }

    private static double background(Noise[] octaves, long index) {
        double sum = octaves[0].signed(index);
        for (int k = 1; k < OCTAVES; k++) {
            // Shifted, so that the knots of different octaves do not meet.
            sum += octaves[k].smooth(index / (double) (1L << k) + 0.37 * k);
        }
        return OCTAVE_UV * sum;
    }

    private double alphaAmplitude(double t) {
        return ALPHA_UV * (ALPHA_FLOOR + Math.max(0, bursts.smooth(t / BURST_S)));
    }

    /** At most one blink per slot, so that looking at the neighbours is enough. */
    private double blink(double t) {
        long slot = (long) Math.floor(t / BLINK_SLOT_S);
        double sum = 0;
        for (long s = slot - 1; s <= slot + 1; s++) {
            if (blinks.uniform(3 * s) < BLINK_CHANCE) {
                double centre = BLINK_SLOT_S * (s + blinks.uniform(3 * s + 1));
                double amplitude = BLINK_UV * (1 + 0.3 * blinks.signed(3 * s + 2));
                sum += amplitude * Wave.gaussian(t - centre, BLINK_WIDTH_S);
            }
        }
        return sum;
    }
}
