package dev.sinal.ingest.bus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A budget of 100 bytes; each store may have all of it until it is busy. */
class SendBudgetTest {
    private static final LaneRules RULES = new LaneRules(8, 100, 100, 100, 20, 1000, 1000, 1000, 5, 40, 5);

    private final SendBudget budget = new SendBudget(100);
    private final StoreLink one = new StoreLink("1", "one", RULES);
    private final StoreLink two = new StoreLink("2", "two", RULES);
    private final List<String> went = new ArrayList<>();

    @Test
    void streamsThatAreFarBehindLeaveHalfOfItToTheOthers() {
        SendBudget.Claim first = behind("b1", 50);
        assertThat(budget.take(first)).isTrue();
        assertThat(budget.take(behind("b2", 10))).isFalse();

        assertThat(budget.take(fresh(one, "f1", 50))).isTrue();

        assertThat(budget.take(fresh(one, "f2", 10))).isFalse();
        budget.adjust(first, -50);
        assertThat(went).containsExactly("f2", "b2");
        assertThat(budget.takenBehind()).isEqualTo(10);
    }

    @Test
    void whoWaitsFirstGoesFirst() {
        SendBudget.Claim all = fresh(one, "all", 100);
        budget.take(all);
        budget.take(fresh(one, "a", 40));
        budget.take(fresh(one, "b", 40));
        budget.take(fresh(one, "c", 40));

        budget.adjust(all, -100);

        assertThat(went).containsExactly("a", "b");
        assertThat(budget.waiting()).isEqualTo(1);
    }

    @Test
    void aStoreWithoutRoomHoldsUpOnlyItsOwnStreams() {
        one.busy(1, 2); // halves its limit to 50
        budget.take(fresh(one, "x", 50));
        assertThat(budget.take(fresh(one, "slow", 10))).isFalse();

        assertThat(budget.take(fresh(two, "quick", 50))).isTrue();
    }

    @Test
    void aSingleChunkLargerThanTheBudgetGoesAlone() {
        assertThat(budget.take(fresh(one, "huge", 500))).isTrue();
        assertThat(budget.take(fresh(two, "next", 1))).isFalse();
    }

    private SendBudget.Claim behind(String name, long bytes) {
        return claim(one, true, name, bytes);
    }

    private SendBudget.Claim fresh(StoreLink link, String name, long bytes) {
        return claim(link, false, name, bytes);
    }

    /** As a stream does: it asks again when it is told that there is room. */
    private SendBudget.Claim claim(StoreLink link, boolean behind, String name, long bytes) {
        return new SendBudget.Claim(link, behind, bytes, () -> {
            went.add(name);
            budget.take(claim(link, behind, name, bytes));
        });
    }
}
