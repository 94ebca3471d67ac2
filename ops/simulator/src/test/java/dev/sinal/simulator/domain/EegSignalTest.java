package dev.sinal.simulator.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class EegSignalTest {
    private static final int FP1 = 0;
    private static final int C3 = 2;
    private static final int O1 = 6;
    private static final int CHANNELS = EegSignal.LABELS.size();
    private static final int SECONDS = 120;
    private static final int COUNT = (int) (SECONDS * EegSignal.RATE_HZ);

    private final float[] rows = fill(1);

    private static float[] fill(long seed) {
        float[] rows = new float[COUNT * CHANNELS];
        new EegSignal(seed).fill(0, COUNT, rows);
        return rows;
    }

    /** Mean power at a frequency over windows of two seconds, µV²; Hann-weighted, so that neighbours 1 Hz away hardly leak in. */
    private double power(int channel, double hz) {
        int window = (int) (2 * EegSignal.RATE_HZ);
        double sum = 0;
        for (int from = 0; from + window <= COUNT; from += window) {
            double re = 0;
            double im = 0;
            for (int i = 0; i < window; i++) {
                double weight = 1 - Math.cos(2 * Math.PI * i / window);
                double angle = 2 * Math.PI * hz * i / EegSignal.RATE_HZ;
                re += weight * rows[(from + i) * CHANNELS + channel] * Math.cos(angle);
                im += weight * rows[(from + i) * CHANNELS + channel] * Math.sin(angle);
            }
            sum += (re * re + im * im) / ((double) window * window);
        }
        return sum / (COUNT / window);
    }

    @Test
    void alphaIsThePeakOverTheOcciput() {
        double strongest = 6;
        for (double hz = 6; hz <= 40; hz += 0.5) {
            strongest = power(O1, hz) > power(O1, strongest) ? hz : strongest;
        }

        assertThat(strongest).isEqualTo(10, within(0.5));
        assertThat(power(O1, 10)).isGreaterThan(10 * power(O1, 20));
    }

    @Test
    void alphaGrowsFromFrontToBack() {
        assertThat(power(O1, 10)).isGreaterThan(2 * power(C3, 10));
        assertThat(power(C3, 10)).isGreaterThan(power(FP1, 10));
    }

    @Test
    void alphaComesInBursts() {
        double[] amplitudes = new double[SECONDS];
        for (int s = 0; s < SECONDS; s++) {
            double re = 0;
            double im = 0;
            for (int i = 0; i < 250; i++) {
                re += rows[(s * 250 + i) * CHANNELS + O1] * Math.cos(2 * Math.PI * 10 * i / 250.0);
                im += rows[(s * 250 + i) * CHANNELS + O1] * Math.sin(2 * Math.PI * 10 * i / 250.0);
            }
            amplitudes[s] = Math.hypot(re, im) / 125;
        }
        Arrays.sort(amplitudes);

        assertThat(amplitudes[SECONDS * 9 / 10]).isGreaterThan(2 * amplitudes[SECONDS / 4]);
    }

    @Test
    void backgroundFallsWithFrequency() {
        assertThat(power(C3, 2)).isGreaterThan(2 * power(C3, 6)).isLessThan(60 * power(C3, 20));
        assertThat(power(C3, 5)).isGreaterThan(2 * power(C3, 30));
    }

    @Test
    void hasALittleMainsHum() {
        assertThat(power(O1, 50)).isGreaterThan(3 * power(O1, 45)).isLessThan(power(O1, 10));
    }

    @Test
    void blinksAtTheFrontOnly() {
        float front = 0;
        float back = 0;
        for (int i = 0; i < COUNT; i++) {
            front = Math.max(front, rows[i * CHANNELS + FP1]);
            back = Math.max(back, rows[i * CHANNELS + O1]);
        }

        assertThat(front).isBetween(110f, 250f);
        assertThat(back).isLessThan(90f);
    }

    @Test
    void everyValueIsAWholeNumberOfConverterSteps() {
        for (float value : rows) {
            double steps = value / EegSignal.STEP_UV;
            assertThat(steps).isEqualTo(Math.rint(steps), within(1e-3));
        }
    }
}
