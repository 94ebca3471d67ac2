package dev.sinal.simulator.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.reflect.Array;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SensorsTest {
    private static final long YEAR_S = 31_536_000;

    private static Sensor sensor(long seed, String id) {
        return Sensors.all(seed).get(Sensors.IDS.indexOf(id));
    }

    @Test
    void idsAreThoseOfTheSensors() {
        assertThat(Sensors.all(1)).extracting(Sensor::id).isEqualTo(Sensors.IDS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"eeg", "ecg", "hr", "temp", "markers"})
    void valuesDependOnSeedAndIndexOnly(String id) {
        Sensor sensor = sensor(5, id);
        Object whole = sensor.values(0, 1_000);
        int width = Array.getLength(whole) / 1_000;

        long from = 0;
        for (int count : List.of(1, 7, 492, 500)) {
            Object part = sensor(5, id).values(from, count);
            for (int i = 0; i < count * width; i++) {
                assertThat(Array.get(part, i)).isEqualTo(Array.get(whole, (int) from * width + i));
            }
            from += count;
        }
        assertThat(sensor(6, id).values(0, 1_000)).isNotEqualTo(whole);
    }

    @ParameterizedTest
    @ValueSource(strings = {"eeg", "ecg", "hr", "temp", "markers"})
    void aSampleIsDueExactlyWhenItsTimeHasCome(String id) {
        Sensor sensor = sensor(1, id);
        long late = sensor.dueBy(YEAR_S);
        for (long base : new long[] {0, late}) {
            for (long index = base; index < base + 3_000; index++) {
                double t = sensor.secondsOf(index);
                assertThat(sensor.dueBy(t)).isEqualTo(index + 1);
                assertThat(sensor.dueBy(Math.nextDown(t))).isEqualTo(index);
            }
        }
        assertThat(sensor.dueBy(-0.001)).isZero();
        assertThat(sensor.dueBy(-1_000)).isZero();
    }

    @Test
    void temperatureWalksSlowlyInHundredths() {
        float[] degrees = ((RegularSensor) sensor(1, "temp")).values(0, 17_280); // a day
        float lowest = 100;
        float highest = 0;
        for (int i = 0; i < degrees.length; i++) {
            assertThat(degrees[i]).isBetween(36.4f, 37.2f);
            assertThat(100.0 * degrees[i]).isEqualTo(Math.rint(100.0 * degrees[i]), within(1e-3));
            if (i > 0) {
                assertThat(degrees[i]).isEqualTo(degrees[i - 1], within(0.0201f));
            }
            lowest = Math.min(lowest, degrees[i]);
            highest = Math.max(highest, degrees[i]);
        }
        assertThat(highest - lowest).isGreaterThan(0.2f);
    }

    @Test
    void markersAlternateTwoToSixSecondsApart() {
        Sensor markers = sensor(1, "markers");
        String[] labels = (String[]) markers.values(0, 500);

        assertThat(markers.secondsOf(0)).isBetween(0.0, 2.0);
        for (int i = 1; i < labels.length; i++) {
            assertThat(markers.secondsOf(i) - markers.secondsOf(i - 1)).isBetween(2.0, 6.0);
            assertThat(labels[i]).startsWith(i % 2 == 0 ? "stimulus/" : "response/");
        }
        assertThat(labels).contains("stimulus/target", "stimulus/standard", "response/left", "response/right");
    }

    @Test
    void noiseIsUniform() {
        Noise noise = new Noise(9);
        double sum = 0;
        double squares = 0;
        int n = 100_000;
        for (int i = 0; i < n; i++) {
            double x = noise.signed(i);
            sum += x;
            squares += x * x;
        }

        assertThat(sum / n).isEqualTo(0, within(0.01));
        assertThat(squares / n).isEqualTo(1.0 / 3, within(0.01));
    }
}
