package dev.sinal.store.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.contracts.LedgerRecord;
import org.junit.jupiter.api.Test;

class LedgerTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void whatIsMissingWithoutAGapIsUnexplained() {
        LedgerRecord ledger = Ledger.of("s", 10.0, 80, 80, 0, 0, 0, 15, 1, 0L, 10 * SECOND); // 101 wanted

        assertThat(ledger.expected()).isEqualTo(101);
        assertThat(ledger.unexplained()).isEqualTo(6);
    }

    @Test
    void whatTwoOwnersCollectedCountsOnce() {
        LedgerRecord ledger =
                Ledger.of("s", 10.0, 121, 111, 20, 0, 0, 0, 0, 0L, 10 * SECOND); // 101 wanted, 20 of them twice

        assertThat(ledger.received()).isEqualTo(101);
        assertThat(ledger.committed()).isEqualTo(91);
        assertThat(ledger.superseded()).isEqualTo(20);
        assertThat(ledger.unexplained()).isZero();
    }

    @Test
    void whatWasRemovedIsNotMissing() {
        LedgerRecord ledger = Ledger.of("s", 10.0, 101, 101, 0, 40, 10, 0, 0, 0L, 10 * SECOND);

        assertThat(ledger.committed()).isEqualTo(101);
        assertThat(ledger.deleted()).isEqualTo(40);
        assertThat(ledger.expired()).isEqualTo(10);
        assertThat(ledger.unexplained()).isZero();
    }

    @Test
    void nobodyKnowsWhatAnIrregularStreamShouldHaveSent() {
        LedgerRecord ledger = Ledger.of("s", 0.0, 80, 80, 0, 0, 0, 0, 0, 0L, SECOND);

        assertThat(ledger.expectedBasis()).isEqualTo("unknown");
        assertThat(ledger.unexplained()).isNull();
    }

    @Test
    void theRateIsThatOfTheStepsNotOfTheSamples() {
        assertThat(Ledger.effectiveRate(11L, 0L, SECOND)).isEqualTo(10.0);
        assertThat(Ledger.effectiveRate(1L, 0L, 0L)).isNull();
    }
}
