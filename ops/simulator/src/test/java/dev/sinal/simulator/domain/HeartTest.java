package dev.sinal.simulator.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HeartTest {
    private static final int MINUTES = 5;

    private static Sensor sensor(long seed, String id) {
        return Sensors.all(seed).get(Sensors.IDS.indexOf(id));
    }

    /** Times of upward crossings of half the height of R, seconds: nothing else in the ECG is that high. */
    private static List<Double> qrsTimes(long seed) {
        float[] ecg = ((RegularSensor) sensor(seed, "ecg")).values(0, (int) (MINUTES * 60 * EcgSignal.RATE_HZ));
        List<Double> times = new ArrayList<>();
        for (int i = 1; i < ecg.length; i++) {
            if (ecg[i - 1] < 0.6 && ecg[i] >= 0.6) {
                times.add(i / EcgSignal.RATE_HZ);
            }
        }
        return times;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 42, -7})
    void asManyQrsAMinuteAsTheHeartRateSays(long seed) {
        List<Double> qrs = qrsTimes(seed);
        float[] rates = ((RegularSensor) sensor(seed, "hr")).values(0, MINUTES * 60);
        double expected = 0;
        for (int minute = 0; minute < MINUTES; minute++) {
            double mean = 0;
            for (int s = 0; s < 60; s++) {
                mean += rates[minute * 60 + s] / 60;
            }
            double begin = minute * 60.0;
            long counted =
                    qrs.stream().filter(t -> t >= begin && t < begin + 60).count();
            // The rate looks back over five beats and a minute cuts one in two.
            assertThat(mean).isEqualTo(counted, within(1.5));
            expected += mean;
        }
        assertThat(expected).isEqualTo(qrs.size(), within(2.0));
    }

    @Test
    void intervalsVaryAsInAHealthyHeartAtRest() {
        HeartBeats beats = new HeartBeats(1);
        double sum = 0;
        double squares = 0;
        int n = 300;
        for (int k = 0; k < n; k++) {
            double interval = beats.timeOf(k + 1) - beats.timeOf(k);
            assertThat(interval).isBetween(0.6, 1.3);
            sum += interval;
            squares += interval * interval;
        }
        double deviation = Math.sqrt(squares / n - (sum / n) * (sum / n));

        assertThat(deviation).isBetween(0.02, 0.1);
    }

    @Test
    void lastBeatIsAtOrBeforeTheMoment() {
        HeartBeats beats = new HeartBeats(3);
        for (int i = -1_000; i < 10_000; i++) {
            double t = i * 0.0317;
            long last = beats.lastBy(t);
            assertThat(beats.timeOf(last)).isLessThanOrEqualTo(t);
            assertThat(beats.timeOf(last + 1)).isGreaterThan(t);
        }
    }
}
