package dev.sinal.bench.chunk;

import dev.sinal.chunk.Column;
import dev.sinal.chunk.DoubleColumn;
import dev.sinal.chunk.FloatColumn;
import dev.sinal.chunk.LongColumn;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.chunk.SampleFormat;
import dev.sinal.chunk.TextColumn;
import dev.sinal.chunk.TimeBasis;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Seeded signals like those of instruments, as blocks of one stream. */
public final class Signals {
    /** Microvolts: 24 bits over 375 mV. */
    public static final double EEG_STEP = 0.022351743;

    /** 2026-11-22T12:00:00Z. */
    private static final long NOON = 1_795_348_800_000_000_000L;

    private static final int HZ = 1000;

    private Signals() {}

    /**
     * EEG at 1 kHz in microvolts as float32: rhythms and 1/f noise that channels share and that they do not, mains, the amplifier's own
     * noise, and a constant offset of up to 20 mV.
     *
     * @param step of the converter; 0 for values of full precision
     */
    public static SampleBlock eeg(int channels, int samples, double step, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] shared = pink(samples, 6, random);
        List<Column> columns = new ArrayList<>();
        for (int c = 0; c < channels; c++) {
            double offset = 20_000 * (2 * random.nextDouble() - 1);
            double phase = random.nextDouble() * 2 * Math.PI;
            double[] own = pink(samples, 4, random);
            float[] values = new float[samples];
            for (int i = 0; i < samples; i++) {
                double t = (double) i / HZ;
                double value = offset
                        + shared[i]
                        + own[i]
                        + 12 * Math.sin(2 * Math.PI * 10 * t + phase)
                        + 5 * Math.sin(2 * Math.PI * 50 * t)
                        + 0.5 * gauss(random);
                values[i] = (float) (step == 0 ? value : Math.rint(value / step) * step);
            }
            columns.add(new FloatColumn(values));
        }
        return block(samples, columns);
    }

    /** The same as 16-bit numbers of a converter with a step of half a microvolt, without offset. */
    public static SampleBlock int16(int channels, int samples, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Column> columns = new ArrayList<>();
        for (int c = 0; c < channels; c++) {
            double[] own = pink(samples, 8, random);
            long[] values = new long[samples];
            for (int i = 0; i < samples; i++) {
                values[i] = Math.round(2 * (own[i] + 0.5 * gauss(random) + 12 * Math.sin(2 * Math.PI * 10 * i / HZ)));
            }
            columns.add(new LongColumn(SampleFormat.INT16, values));
        }
        return block(samples, columns);
    }

    /** Heart rate, temperature, oxygen saturation and breathing once a second as doubles with the decimals of a monitor, stamps jittered by ms. */
    public static SampleBlock vitals(int samples, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] means = {72, 36.8, 97.5, 15};
        double[] spreads = {4, 0.15, 0.8, 1.5};
        double[] decimals = {10, 100, 10, 10};
        List<Column> columns = new ArrayList<>();
        for (int c = 0; c < means.length; c++) {
            double[] values = new double[samples];
            double away = 0;
            for (int i = 0; i < samples; i++) {
                away = 0.98 * away + 0.2 * gauss(random);
                values[i] =
                        Math.rint((means[c] + spreads[c] * (away + 0.1 * gauss(random))) * decimals[c]) / decimals[c];
            }
            columns.add(new DoubleColumn(values));
        }
        long[] stamps = new long[samples];
        Arrays.setAll(stamps, i -> NOON + i * 1_000_000_000L + 1_000_000L * Math.round(5 * gauss(random)));
        return new SampleBlock("bench", 1, 1, TimeBasis.LSL, stamps, null, columns);
    }

    /** Texts as a stimulus program sends them. */
    public static SampleBlock markers(int samples, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        String[] values = new String[samples];
        Arrays.setAll(
                values, i -> "{\"event\":\"stimulus\",\"trial\":" + i / 3 + ",\"code\":" + random.nextInt(8) + "}");
        return block(samples, List.of(new TextColumn(values)));
    }

    private static SampleBlock block(int samples, List<? extends Column> columns) {
        long[] stamps = new long[samples];
        Arrays.setAll(stamps, i -> NOON + i * (1_000_000_000L / HZ));
        return new SampleBlock("bench", 1, 1, TimeBasis.LSL, stamps, null, columns);
    }

    /** Noise whose power falls with frequency: low-passed white noises an octave and a half apart, each as strong. */
    private static double[] pink(int samples, double rms, SplittableRandom random) {
        double[] values = new double[samples];
        int stages = 6;
        double[] state = new double[stages];
        for (int i = 0; i < samples; i++) {
            double sum = 0;
            double keep = 0.2;
            for (int s = 0; s < stages; s++) {
                state[s] = keep * state[s] + Math.sqrt(1 - keep * keep) * gauss(random);
                sum += state[s];
                keep = 1 - (1 - keep) / 3;
            }
            values[i] = rms * sum / Math.sqrt(stages);
        }
        return values;
    }

    private static double gauss(SplittableRandom random) {
        double sum = -6;
        for (int i = 0; i < 12; i++) {
            sum += random.nextDouble();
        }
        return sum;
    }
}
