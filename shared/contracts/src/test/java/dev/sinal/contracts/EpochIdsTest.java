package dev.sinal.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class EpochIdsTest {
    private static final long NOW = 1_767_323_045_123L;

    @Test
    void anEpochTellsWhenItWasOpenedAndIsExactInADouble() {
        long epoch = EpochIds.next(NOW, 0, new Random(1));

        assertThat(EpochIds.openedAtMillis(epoch)).isEqualTo(NOW);
        assertThat((long) (double) epoch).isEqualTo(epoch);
    }

    @Test
    void epochsGrowEvenWhenTheClockGoesBack() {
        long first = EpochIds.next(NOW, 0, new Random(1));

        assertThat(EpochIds.next(NOW - 60_000, first, new Random(1))).isEqualTo(first + 1);
    }
}
