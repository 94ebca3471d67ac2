package dev.sinal.bench.store;

import dev.sinal.chunk.Column;
import dev.sinal.chunk.FloatColumn;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Signals like EEG at 1 kHz in microvolts: 1/f activity that all channels share and some of their own, an alpha rhythm that comes and goes, 50 Hz from the
 * mains, 0.5 µV of amplifier noise, an offset of up to ±20 mV. On the grid of a 24-bit converter, or as it is, with every bit of a float32 in use.
 */
final class Eeg extends Workload {
    /** Of the converter, microvolts: ±187.5 mV in 2^24 steps. */
    static final double STEP = 0.02235;

    private static final int PERIOD = 60_000;
    /** Spread of the 1/f part, microvolts. */
    private static final double SHARED = 11;

    private static final double OWN = 7.5;
    private static final double ALPHA = 8;
    private static final double MAINS = 4;
    private static final double AMPLIFIER = 0.5;
    private static final double OFFSET = 20_000;
    private static final int OCTAVES = 9;
    /** Of the octaves, as a power of two in samples: above, power falls off as the skull makes it. */
    private static final int FASTEST = 2;

    private final float[][] cycle;
    private final int stepMs;

    private Eeg(String name, int stepMs, float[][] cycle) {
        super(
                name,
                "float32",
                1e3 / stepMs,
                IntStream.range(0, cycle.length).mapToObj(c -> "c" + c).toList(),
                "microvolts");
        this.cycle = cycle;
        this.stepMs = stepMs;
    }

    /** At 1 kHz, quantised by the converter. */
    static Eeg quantised(String name, int channels) {
        return new Eeg(name, 1, cycle(channels, true));
    }

    /** The same at another rate. @param stepMs from one sample to the next */
    static Eeg quantised(String name, int channels, int stepMs) {
        return new Eeg(name, stepMs, cycle(channels, true));
    }

    /** At 1 kHz, every bit of the mantissa in use. */
    static Eeg fullMantissa(String name, int channels) {
        return new Eeg(name, 1, cycle(channels, false));
    }

    @Override
    Column column(int stream, int c, long first, int n) {
        float[] values = new float[n];
        copy(c, first, n, values);
        return new FloatColumn(values);
    }

    /** Value of a sample, 0-based. */
    float value(int c, long sample) {
        return cycle[c][(int) (sample % PERIOD)];
    }

    private void copy(int c, long first, int n, float[] to) {
        for (int done = 0; done < n; ) {
            int from = (int) ((first + done) % PERIOD);
            int part = Math.min(n - done, PERIOD - from);
            System.arraycopy(cycle[c], from, to, done, part);
            done += part;
        }
    }

    @Override
    long timeMs(int stream, long sample) {
        return START / 1_000_000 + sample * stepMs;
    }

    private static float[][] cycle(int channels, boolean quantised) {
        Random random = new Random(64);
        Pink shared = new Pink(random);
        Pink[] own = new Pink[channels];
        Arrays.setAll(own, c -> new Pink(random));
        double[] offsets = random.doubles(channels, -OFFSET, OFFSET).toArray();
        double[] gains = random.doubles(channels, 0.7, 1.3).toArray();
        float[][] cycle = new float[channels][PERIOD];
        for (int i = 0; i < PERIOD; i++) {
            double t = i / 1e3;
            double common = SHARED * shared.next()
                    + ALPHA * Math.sin(2 * Math.PI * 10 * t) * Math.max(0, Math.sin(2 * Math.PI * 0.2 * t))
                    + MAINS * Math.sin(2 * Math.PI * 50 * t);
            for (int c = 0; c < channels; c++) {
                double microvolts =
                        offsets[c] + gains[c] * common + OWN * own[c].next() + AMPLIFIER * random.nextGaussian();
                cycle[c][i] = (float) (quantised ? Math.rint(microvolts / STEP) * STEP : microvolts);
            }
        }
        return cycle;
    }

    /** Noise of spread 1 with equal power in each octave: a sum of low-passes an octave apart. */
    private static final class Pink {
        private final Random random;
        private final double[] level = new double[OCTAVES];

        Pink(Random random) {
            this.random = random;
        }

        double next() {
            double sum = 0;
            for (int octave = 0; octave < OCTAVES; octave++) {
                double keep = Math.exp(-1.0 / (1 << (octave + FASTEST)));
                level[octave] = keep * level[octave] + Math.sqrt(1 - keep * keep) * random.nextGaussian();
                sum += level[octave];
            }
            return sum / Math.sqrt(OCTAVES);
        }
    }
}
