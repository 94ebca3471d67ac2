package dev.sinal.ingest.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClockTrackTest {
    private static final long OFFSET = 1_700_000_000_000_000_000L;
    private static final double RTT = 0.0002;

    @Test
    void theAnchorIsExact() {
        ClockTrack track = new ClockTrack(OFFSET, RTT);

        assertThat(track.toUtc(100.5)).isEqualTo(OFFSET + 100_500_000_000L);
        assertThat(track.toUtc(100.502)).isEqualTo(OFFSET + 100_502_000_000L);
    }

    @Test
    void anOffsetThatMovesIsFollowedWithoutEverGoingBack() {
        ClockTrack track = new ClockTrack(OFFSET, RTT);
        long last = track.toUtc(0);
        for (int ms = 1; ms <= 120_000; ms++) {
            if (ms % 2000 == 0) {
                assertThat(track.add(OFFSET - ms * 100L, RTT))
                        .as("100 ppm is drift, not a step")
                        .isFalse();
            }
            long now = track.toUtc(ms / 1000.0);
            assertThat(now).isGreaterThan(last);
            assertThat(now - last).isBetween(999_490L, 1_000_510L); // 1 ms ± 500 ppm, and rounding
            last = now;
        }
        assertThat(track.applied()).isBetween(-0.012, -0.0095); // −12 ms was measured last, followed with some delay
    }

    @Test
    void oneDelayedProbeChangesNothing() {
        ClockTrack track = new ClockTrack(OFFSET, RTT);
        for (int n = 0; n < 4; n++) {
            track.add(OFFSET, RTT);
        }

        assertThat(track.add(OFFSET + 25_000_000, 0.06)).isFalse();

        track.toUtc(0);
        assertThat(track.toUtc(100)).isEqualTo(OFFSET + 100_000_000_000L);
    }

    @Test
    void comingBackFromABadAnchorIsNoStep() {
        ClockTrack track = new ClockTrack(OFFSET, 0.06); // may be 30 ms wrong

        for (int n = 0; n < 8; n++) {
            assertThat(track.add(OFFSET + 25_000_000, RTT)).isFalse();
        }
        track.toUtc(0);
        for (int s = 1; s <= 300; s++) {
            track.toUtc(s);
        }

        assertThat(track.applied()).isBetween(0.024, 0.025);
    }

    @Test
    void aStepIsToldWhenTwoProbesAgreeOnIt() {
        ClockTrack track = new ClockTrack(OFFSET, RTT);

        assertThat(track.add(OFFSET + 20_000_000, RTT)).isFalse();
        assertThat(track.add(OFFSET + 20_000_000, RTT)).isTrue();
    }

    @Test
    void twoWildProbesThatDisagreeAreNoStep() {
        ClockTrack track = new ClockTrack(OFFSET, RTT);

        assertThat(track.add(OFFSET + 40_000_000, RTT)).isFalse();
        assertThat(track.add(OFFSET - 40_000_000, RTT)).isFalse();
    }

    @Test
    void aStampThatIsALittleEarlyIsMappedALittleEarlier() {
        ClockTrack track = new ClockTrack(OFFSET, RTT);
        track.toUtc(10);

        assertThat(track.toUtc(9.9)).isEqualTo(OFFSET + 9_900_000_000L);
    }
}
