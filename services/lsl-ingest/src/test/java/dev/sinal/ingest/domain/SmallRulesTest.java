package dev.sinal.ingest.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SmallRulesTest {
    @Test
    void whenAMemberLeavesOnlyItsOwnStreamsMove() {
        Set<String> moved = new HashSet<>();
        int[] share = new int[3];
        List<String> three = List.of("a", "b", "c");
        for (int n = 0; n < 3000; n++) {
            String before = Rendezvous.pick("stream-" + n, three);
            share[three.indexOf(before)]++;
            if (!before.equals(Rendezvous.pick("stream-" + n, List.of("a", "b")))) {
                moved.add(before);
            }
        }

        assertThat(moved).containsExactly("c");
        assertThat(share[0]).isGreaterThan(800);
        assertThat(share[1]).isGreaterThan(800);
        assertThat(share[2]).isGreaterThan(800);
        assertThat(Rendezvous.pick("x", List.of())).isNull();
    }

    @Test
    void waitsDoubleUpToTheirLimitAndAreNeverLonger() {
        Backoff backoff = new Backoff(200, 5000, new Random(1));
        for (long ceiling : new long[] {200, 400, 800, 1600, 3200, 5000, 5000}) {
            assertThat(backoff.next()).isBetween(1L, ceiling);
        }
    }

    @Test
    void theFifthCrashInTenMinutesIsTheLast() {
        RestartPolicy policy = new RestartPolicy();

        assertThat(policy.crashed(0)).isEqualTo(1);
        assertThat(policy.crashed(10)).isEqualTo(2);
        assertThat(policy.crashed(20)).isEqualTo(4);
        assertThat(policy.crashed(30)).isEqualTo(8);
        assertThat(policy.crashed(40)).isEqualTo(-1);
    }

    @Test
    void crashesLongAgoAreForgotten() {
        RestartPolicy policy = new RestartPolicy();
        for (int n = 0; n < 20; n++) {
            assertThat(policy.crashed(n * 200)).isPositive();
        }
        assertThat(policy.total()).isEqualTo(20);
    }

    @Test
    void theWallWatchTellsAJumpOnceAndIgnoresSlewing() {
        WallWatch watch = new WallWatch();
        long utc = 1_700_000_000_000_000_000L;
        for (int s = 0; s < 100; s++) {
            assertThat(watch.jumped(new Moment(s, utc + s * 1_000_400_000L))).isZero(); // 400 ppm fast
        }
        long jumped = utc + 3_600_000_000_000L;

        assertThat(watch.jumped(new Moment(100, jumped + 100 * 1_000_400_000L))).isZero();
        assertThat(watch.jumped(new Moment(100.02, jumped + 100 * 1_000_400_000L + 20_000_000)))
                .isCloseTo(3_600_000_000_000L, within(1_000_000L));
        assertThat(watch.jumped(new Moment(100.04, jumped + 100 * 1_000_400_000L + 40_000_000)))
                .isZero();
    }

    @Test
    void aReadingThatWasInterruptedIsNoJump() {
        WallWatch watch = new WallWatch();
        watch.jumped(new Moment(1, 1_000_000_000));

        assertThat(watch.jumped(new Moment(1.02, 1_120_000_000))).isZero();
        assertThat(watch.jumped(new Moment(1.04, 1_040_000_000))).isZero();
    }

    @Test
    void theRateIsThatOfTheLastWholeSeconds() {
        RateMeter meter = new RateMeter();
        for (int i = 0; i < 1000; i++) {
            meter.add(1, 50 + i / 100.0); // 10 s at 100 Hz
        }

        assertThat(meter.hz(59.999)).isEqualTo(100, within(1e-9));
        assertThat(meter.hz(70)).isZero();
    }

    @Test
    void whatWasMissedCountsFromWhereAnotherNodeLeftOff() {
        PreviousEnd here = new PreviousEnd(10, 1_000, false);
        PreviousEnd elsewhere = new PreviousEnd(20, 5_000, true);

        assertThat(PreviousEnd.later(null, elsewhere)).isEqualTo(elsewhere);
        assertThat(PreviousEnd.later(here, null)).isEqualTo(here);
        assertThat(PreviousEnd.later(here, elsewhere)).isEqualTo(elsewhere);
        assertThat(PreviousEnd.later(here, new PreviousEnd(10, 900, false)))
                .as("accepted here and not yet committed")
                .isEqualTo(here);
        assertThat(PreviousEnd.later(null, null)).isNull();
    }
}
