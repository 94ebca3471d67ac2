package dev.sinal.store.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GroupCommitTest {
    private static final long MS = 1_000_000;
    private static final long MIB = 1 << 20;

    private final GroupCommit plan = new GroupCommit(5, 50, MIB / 4, 8 * MIB, 1_000);

    @Test
    void aChunkWaitsHalfOfACommit() {
        plan.committed(40 * MS, MIB);

        assertThat(plan.waitMs()).isEqualTo(20);
        assertThat(plan.commitS()).isEqualTo(0.04);
    }

    @Test
    void theWaitStaysWithinItsBounds() {
        plan.committed(MS, MIB);
        assertThat(plan.waitMs()).isEqualTo(5);
        for (int i = 0; i < 100; i++) {
            plan.committed(900 * MS, MIB);
        }
        assertThat(plan.waitMs()).isEqualTo(50);
        assertThat(new GroupCommit(5, 0, 1, 2, 1_000).waitMs()).isZero();
    }

    @Test
    void slowStatementsHalveTheNextOnes() {
        plan.committed(1_500 * MS, 8 * MIB);
        assertThat(plan.bytes()).isEqualTo(4 * MIB);

        for (int i = 0; i < 20; i++) {
            plan.tooLarge();
        }
        assertThat(plan.bytes()).isEqualTo(MIB / 4);
    }

    @Test
    void onlyFullAndQuickStatementsMakeItLarger() {
        plan.tooLarge();

        plan.committed(10 * MS, MIB);
        assertThat(plan.bytes()).isEqualTo(4 * MIB);
        plan.committed(10 * MS, 4 * MIB);
        assertThat(plan.bytes()).isEqualTo(5 * MIB);
        for (int i = 0; i < 20; i++) {
            plan.committed(10 * MS, 8 * MIB);
        }
        assertThat(plan.bytes()).isEqualTo(8 * MIB);
    }
}
