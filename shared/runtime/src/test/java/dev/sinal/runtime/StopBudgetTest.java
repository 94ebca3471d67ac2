package dev.sinal.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class StopBudgetTest {
    private final AtomicLong nanos = new AtomicLong();
    private final StopBudget budget = new StopBudget(Duration.ofSeconds(20), 3, nanos::get);

    @Test
    void aModuleMayUseWhatIsLeftButForTheBusAndTheOtherModules() {
        assertThat(budget.nextModuleMs()).isEqualTo(20_000 - 5_000 - 2 * 1_000);
        passed(13_000);
        assertThat(budget.nextModuleMs()).isEqualTo(1_000);
        passed(1_000);
        assertThat(budget.nextModuleMs()).isEqualTo(1_000);
        passed(1_000);
        assertThat(budget.restMs()).isEqualTo(5_000);
    }

    @Test
    void thereIsAlwaysAMillisecond() {
        passed(60_000);

        assertThat(budget.nextModuleMs()).isEqualTo(1);
        assertThat(budget.restMs()).isEqualTo(1);
    }

    private void passed(long ms) {
        nanos.addAndGet(ms * 1_000_000);
    }
}
