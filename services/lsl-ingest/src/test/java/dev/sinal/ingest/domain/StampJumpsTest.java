package dev.sinal.ingest.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A stream of 100 Hz; UTC is the raw stamp in ns. */
class StampJumpsTest {
    private final List<GapFinding> gaps = new ArrayList<>();
    private final StampJumps jumps = new StampJumps(100, gaps::add);

    @Test
    void whatIsMissingIsCountedAndPlaced() {
        samples(0, 100);
        samples(107, 500); // 100 to 106 are not there

        assertThat(gaps).hasSize(1);
        assertThat(gaps.get(0).from()).isEqualTo(990_000_000);
        assertThat(gaps.get(0).to()).isEqualTo(1_070_000_000);
        assertThat(gaps.get(0).estimated()).isEqualTo(7);
    }

    @Test
    void oneMissingSampleIsFound() {
        samples(0, 100);
        samples(101, 500);

        assertThat(gaps).extracting(GapFinding::estimated).containsExactly(1L);
    }

    @Test
    void chunksThatAreStampedWhenTheyArePushedHaveNoGaps() {
        Random random = new Random(3);
        for (int chunk = 0; chunk < 500; chunk++) {
            double late = random.nextInt(10) == 0 ? random.nextDouble() * 0.2 : random.nextDouble() * 0.02;
            for (int i = 0; i < 10; i++) {
                stamp((chunk * 10 + i) / 100.0 + late);
            }
        }
        jumps.restart(60);

        assertThat(gaps).isEmpty();
    }

    @Test
    void aLossAmongJitteringStampsIsFoundWithItsCount() {
        Random random = new Random(5);
        for (int n = 0; n < 3000; n++) {
            if (n < 1000 || n >= 1050) {
                stamp(n / 100.0 + random.nextDouble() * 0.03);
            }
        }

        assertThat(gaps).hasSize(1);
        assertThat(gaps.get(0).estimated()).isBetween(49L, 51L);
    }

    @Test
    void aStreamThatIsSlowerThanItSaysHasNoGaps() {
        Random random = new Random(5);
        for (int n = 0; n < 6000; n++) {
            stamp(n / 99.8 + (n % 10 == 0 ? random.nextDouble() * 0.03 : 0));
        }

        assertThat(gaps).isEmpty();
    }

    @Test
    void aJumpJustBeforeTheEndIsTold() {
        samples(0, 100);
        samples(110, 111);
        jumps.restart(2);

        assertThat(gaps).extracting(GapFinding::estimated).containsExactly(10L);
    }

    @Test
    void twoLossesCloseToEachOtherAreBothCounted() {
        samples(0, 250);
        samples(260, 300);
        samples(400, 800);

        assertThat(gaps.stream().mapToLong(GapFinding::estimated).sum()).isEqualTo(110);
        assertThat(gaps.get(0).from()).isEqualTo(2_490_000_000L);
        assertThat(gaps.get(gaps.size() - 1).to()).isEqualTo(4_000_000_000L);
    }

    @Test
    void aStreamThatLosesAllTheTimeIsToldOfInSummary() {
        for (int n = 0; n < 400; n++) {
            jumps.sample(1, n, n * 1_000_000_000L, 0); // one of a hundred
        }
        assertThat(gaps).hasSize(20);

        jumps.tick(10);

        assertThat(gaps).hasSize(21);
        long sum = gaps.stream().mapToLong(GapFinding::estimated).sum();
        assertThat(sum).isBetween(390 * 99L, 400 * 99L);
    }

    private void samples(int from, int to) {
        for (int n = from; n < to; n++) {
            stamp(n / 100.0);
        }
    }

    private void stamp(double raw) {
        jumps.sample(1, raw, Math.round(raw * 1e9), raw);
    }
}
