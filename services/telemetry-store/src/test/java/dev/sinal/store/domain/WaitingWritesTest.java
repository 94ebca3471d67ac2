package dev.sinal.store.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WaitingWritesTest {
    private static final int LANE = 0;
    private final WaitingWrites<String> waiting = new WaitingWrites<>(2, 3, 100);

    @Test
    void writesOfALaneAreTakenInOrderOfArrival() {
        add("a", 10);
        add("b", 10);
        add("c", 10);

        assertThat(waiting.take(LANE, 2, 100)).containsExactly("a", "b");
        assertThat(waiting.take(LANE, 2, 100)).containsExactly("c");
        assertThat(waiting.take(LANE, 2, 100)).isEmpty();
        assertThat(waiting.writes()).isZero();
        assertThat(waiting.bytes()).isZero();
    }

    @Test
    void anAgentHasOneLane() {
        assertThat(waiting.lane("agent"))
                .isEqualTo(waiting.lane(new String("agent")))
                .isBetween(0, 1);
    }

    @Test
    void theLineIsBoundedInNumber() {
        add("a", 1);
        add("b", 1);
        add("c", 1);

        assertThat(waiting.reserve(1)).isFalse();
        waiting.take(LANE, 1, 100);
        assertThat(waiting.reserve(1)).isTrue();
    }

    @Test
    void theLineIsBoundedInBytesButALoneWriteIsTakenWhateverItsSize() {
        assertThat(waiting.reserve(1_000)).isTrue();
        assertThat(waiting.reserve(1)).isFalse();
        waiting.giveUp(1_000);
        assertThat(waiting.reserve(60)).isTrue();
        assertThat(waiting.reserve(41)).isFalse();
        assertThat(waiting.reserve(40)).isTrue();
    }

    @Test
    void whatIsTakenTogetherIsBoundedInBytesButIsAtLeastOne() {
        add("a", 50);
        add("b", 20);

        assertThat(waiting.take(LANE, 10, 30)).containsExactly("a");
        assertThat(waiting.take(LANE, 10, 30)).containsExactly("b");
    }

    private void add(String write, int bytes) {
        assertThat(waiting.reserve(bytes)).isTrue();
        waiting.add(LANE, write, bytes);
    }
}
