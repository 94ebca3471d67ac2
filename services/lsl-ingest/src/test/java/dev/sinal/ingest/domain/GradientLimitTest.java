package dev.sinal.ingest.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GradientLimitTest {
    private static final long MS = 1_000_000;
    private static final long MIB = 1 << 20;

    private final GradientLimit limit = new GradientLimit(MIB, 16 * MIB, MIB);
    private long now;

    @Test
    void steadyAnswersLeaveItAtTheMost() {
        windows(50, 20 * MS, 16 * MIB);

        assertThat(limit.limit()).isEqualTo(16 * MIB);
    }

    @Test
    void answersThatTakeTenTimesAsLongShrinkIt() {
        windows(50, 20 * MS, 16 * MIB);

        windows(10, 200 * MS, 16 * MIB);

        assertThat(limit.limit()).isLessThan(10 * MIB).isGreaterThanOrEqualTo(MIB);
    }

    @Test
    void itNeverFallsBelowTheLeast() {
        for (int i = 0; i < 20; i++) {
            now += 1_000 * MS;
            limit.dropped(now - 500 * MS, now);
        }

        assertThat(limit.limit()).isEqualTo(MIB);
    }

    @Test
    void aStoreThatStaysSlowIsTheNewNormal() {
        windows(50, 20 * MS, 16 * MIB);
        windows(10, 100 * MS, 16 * MIB);
        long cut = limit.limit();

        windows(400, 100 * MS, 16 * MIB);

        assertThat(limit.limit()).isGreaterThan(cut).isEqualTo(16 * MIB);
    }

    @Test
    void whatIsNotUsedTeachesNothing() {
        windows(50, 20 * MS, 16 * MIB);

        windows(50, 2_000 * MS, MIB);

        assertThat(limit.limit()).isEqualTo(16 * MIB);
    }

    @Test
    void refusalsOfOneFlightHalveItOnce() {
        now = 5_000 * MS;
        for (int i = 0; i < 8; i++) {
            limit.dropped(now - 100 * MS, now + i);
        }

        assertThat(limit.limit()).isEqualTo(8 * MIB);
    }

    @Test
    void aCutLimitThatNobodyReachesGrowsAgain() {
        now = 5_000 * MS;
        limit.dropped(now - MS, now);

        for (int i = 0; i < 200; i++) {
            now += 500 * MS;
            limit.rest(now, 0);
        }

        assertThat(limit.limit()).isEqualTo(16 * MIB);
    }

    private void windows(int count, long roundTrip, long inFlight) {
        for (int i = 0; i < count * 16; i++) {
            now += 10 * MS;
            limit.answered(now, roundTrip, inFlight);
        }
    }
}
