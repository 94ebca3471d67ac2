package dev.sinal.ingest.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RetransmitTimerTest {
    private static final long MS = 1_000_000;

    private final RetransmitTimer timer = new RetransmitTimer(5_000, 1_000, 15_000);

    @Test
    void beforeAnythingIsKnownItWaitsTheFirstTime() {
        assertThat(timer.timeoutMs()).isEqualTo(5_000);
        assertThat(timer.smoothedS()).isNaN();
    }

    /** RFC 6298, 2.2: SRTT = R, RTTVAR = R/2, RTO = SRTT + 4 RTTVAR. */
    @Test
    void theFirstRoundTripCountsThreefold() {
        timer.answered(800 * MS);

        assertThat(timer.smoothedS()).isEqualTo(0.8, within(1e-9));
        assertThat(timer.deviationS()).isEqualTo(0.4, within(1e-9));
        assertThat(timer.timeoutMs()).isEqualTo(2_400);
    }

    /** RFC 6298, 2.3: RTTVAR = 3/4 · 0.4 + 1/4 · |0.8 − 1.6| = 0.5; SRTT = 7/8 · 0.8 + 1/8 · 1.6 = 0.9. */
    @Test
    void laterOnesMoveTheAverageByAnEighthAndTheDeviationByAQuarter() {
        timer.answered(800 * MS);
        timer.answered(1_600 * MS);

        assertThat(timer.smoothedS()).isEqualTo(0.9, within(1e-9));
        assertThat(timer.deviationS()).isEqualTo(0.5, within(1e-9));
        assertThat(timer.timeoutMs()).isEqualTo(2_900);
    }

    @Test
    void aFastStoreIsStillWaitedForOneSecond() {
        for (int i = 0; i < 100; i++) {
            timer.answered(3 * MS);
        }

        assertThat(timer.timeoutMs()).isEqualTo(1_000);
    }

    @Test
    void everySilentFlightDoublesTheWaitUpToTheMost() {
        timer.answered(10 * MS);

        timer.timedOut(0, 1_000 * MS);
        assertThat(timer.timeoutMs()).isEqualTo(2_000);
        timer.timedOut(1_100 * MS, 3_100 * MS);
        assertThat(timer.timeoutMs()).isEqualTo(4_000);
        for (int i = 0; i < 5; i++) {
            timer.timedOut((10_000 + i * 20_000) * MS, (29_000 + i * 20_000) * MS);
        }
        assertThat(timer.timeoutMs()).isEqualTo(15_000);
    }

    @Test
    void requestsThatWereOnTheWayTogetherDoubleItOnce() {
        timer.answered(10 * MS);

        for (int i = 0; i < 8; i++) {
            timer.timedOut(i, 1_000 * MS + i);
        }

        assertThat(timer.timeoutMs()).isEqualTo(2_000);
    }

    @Test
    void aNewMeasurementEndsTheBackoff() {
        timer.answered(10 * MS);
        timer.timedOut(0, 1_000 * MS);
        timer.timedOut(1_001 * MS, 3_000 * MS);

        timer.answered(10 * MS);

        assertThat(timer.timeoutMs()).isEqualTo(1_000);
    }
}
