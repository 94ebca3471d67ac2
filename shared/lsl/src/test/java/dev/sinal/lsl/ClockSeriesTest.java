package dev.sinal.lsl;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClockSeriesTest {
    private final ClockSeries series = new ClockSeries();

    @Test
    void theOldestMakeRoomAndAreCounted() {
        for (int i = 0; i < ClockSeries.CAPACITY + 3; i++) {
            series.add(ClockProbe.measured(i, 1, 0.1));
        }

        assertThat(series.all()).hasSize(ClockSeries.CAPACITY);
        assertThat(series.all().get(0).measuredAt()).isEqualTo(3);
        assertThat(series.latest())
                .hasValueSatisfying(latest -> assertThat(latest.measuredAt()).isEqualTo(ClockSeries.CAPACITY + 2.0));
        assertThat(series.dropped()).isEqualTo(3);
    }

    @Test
    void aFailedWaveIsOnlyCounted() {
        series.add(ClockProbe.measured(1, -5, 0.1));
        series.add(ClockProbe.failed(3, "no reply"));

        assertThat(series.latest()).contains(ClockProbe.measured(1, -5, 0.1));
        assertThat(series.failed()).isEqualTo(1);
    }

    @Test
    void afterAResetTheCorrectionIsUnknown() {
        series.add(ClockProbe.measured(1, -5, 0.1));

        series.reset();

        assertThat(series.latest()).isEmpty();
        assertThat(series.all()).isEmpty();
        assertThat(series.resets()).isEqualTo(1);
    }

    @Test
    void aProbeKnowsTheRemoteTime() {
        assertThat(ClockProbe.measured(10, -1_000, 0.1).remoteTime()).isEqualTo(1_010);
    }
}
