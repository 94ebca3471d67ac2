package dev.sinal.lsl.post;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sinal.lsl.ClockProbe;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ClockStepsTest {
    private final ClockSteps steps = new ClockSteps();

    private double add(double at, double correction, double rtt) {
        return steps.add(ClockProbe.measured(at, correction, rtt));
    }

    @Test
    void driftAndDelayAreNoStep() {
        Random random = new Random(2);
        for (int i = 0; i < 2_000; i++) {
            double rtt = random.nextInt(20) == 0 ? 0.4 : 0.001 + random.nextDouble() * 0.01;
            double error = (random.nextDouble() - 0.5) * rtt;

            assertThat(add(i * 2.0, -70 + i * 2.0 * 200e-6 + error, rtt)).isZero();
            assertThat(steps.doubtful()).isFalse();
        }
    }

    @Test
    void twoInARowMakeAStep() {
        add(0, 5, 0.001);
        add(2, 5, 0.001);

        assertThat(add(4, 4.5, 0.001)).isZero();
        assertThat(steps.doubtful()).isTrue();
        assertThat(add(6, 4.5001, 0.001)).isEqualTo(-0.5, within(0.001));
        assertThat(steps.doubtful()).isFalse();
        assertThat(add(8, 4.5, 0.001)).isZero();
    }

    @Test
    void oneWrongResultIsNone() {
        add(0, 5, 0.001);
        add(2, 1_000, 0.001);

        assertThat(add(4, 5, 0.001)).isZero();
        assertThat(steps.doubtful()).isFalse();
        assertThat(add(6, 1_000, 0.001)).as("not in a row").isZero();
        assertThat(add(8, -1_000, 0.001)).as("they do not agree").isZero();
        assertThat(add(10, 5, 0.001)).isZero();
    }

    /** A delayed wave hides nothing: the good ones before it still contradict. */
    @Test
    void aStepBehindASlowNetworkIsSeen() {
        add(0, 5, 0.001);
        add(2, 5.2, 0.5);

        add(4, 5.1, 0.001);
        assertThat(add(6, 5.1, 0.001)).isNotZero();
    }

    @Test
    void afterAResetAnythingGoes() {
        add(0, 5, 0.001);
        steps.reset();

        assertThat(add(2, 99, 0.001)).isZero();
        assertThat(steps.doubtful()).isFalse();
    }
}
