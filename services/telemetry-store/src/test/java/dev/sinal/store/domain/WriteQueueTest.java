package dev.sinal.store.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WriteQueueTest {
    private static final long ALL = Long.MAX_VALUE;

    private final Queued chunks = new Queued();
    private final WriteQueue queue = new WriteQueue(4, 1 << 20);

    @Test
    void chunksWithoutAHoleMakeOneRun() {
        queue.offer(chunks.chunk9(11, 20));
        queue.offer(chunks.chunk9(1, 10));

        assertThat(queue.take(ALL)).singleElement().satisfies(run -> {
            assertThat(run.first()).isEqualTo(1);
            assertThat(run.last()).isEqualTo(20);
        });
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.bytes()).isZero();
    }

    @Test
    void whatIsBehindAHoleWaitsForTheNextTurn() {
        queue.offer(chunks.chunk9(1, 10));
        queue.offer(chunks.chunk9(21, 30));

        assertThat(queue.take(ALL))
                .singleElement()
                .satisfies(run -> assertThat(run.last()).isEqualTo(10));
        assertThat(queue.take(ALL))
                .singleElement()
                .satisfies(run -> assertThat(run.first()).isEqualTo(21));
    }

    @Test
    void aRepeatRidesAlongAndAnOverlapWaits() {
        queue.offer(chunks.chunk9(1, 10));
        queue.offer(chunks.chunk9(1, 10));
        queue.offer(chunks.chunk9(5, 15));

        List<Run> runs = queue.take(ALL);
        assertThat(runs).singleElement().satisfies(run -> {
            assertThat(run.chunks()).hasSize(1);
            assertThat(run.repeats()).hasSize(1);
        });
        assertThat(queue.chunks()).isEqualTo(1);
    }

    @Test
    void aRunHasOneFence() {
        queue.offer(chunks.ofFence(1, 9, 1, 10));
        queue.offer(chunks.ofFence(2, 9, 11, 20));

        assertThat(queue.take(ALL))
                .singleElement()
                .satisfies(run -> assertThat(run.last()).isEqualTo(10));
        assertThat(queue.chunks()).isEqualTo(1);
    }

    @Test
    void everyEpochHasItsRun() {
        queue.offer(chunks.ofFence(1, 9, 1, 10));
        queue.offer(chunks.ofFence(1, 8, 1, 10));

        assertThat(queue.take(ALL)).extracting(run -> run.key().epoch()).containsExactly(8L, 9L);
    }

    @Test
    void aFullQueueRefusesButTakesBackWhatItGave() {
        for (int i = 0; i < 4; i++) {
            assertThat(queue.offer(chunks.chunk9(i * 10 + 1, i * 10 + 10))).isTrue();
        }
        assertThat(queue.offer(chunks.chunk9(41, 50))).isFalse();

        queue.putBack(chunks.chunk9(41, 50));
        assertThat(queue.chunks()).isEqualTo(5);
    }

    @Test
    void bytesAreLimitedTooButOneChunkAlwaysFits() {
        WriteQueue narrow = new WriteQueue(100, 1);

        assertThat(narrow.offer(chunks.chunk9(1, 10))).isTrue();
        assertThat(narrow.offer(chunks.chunk9(11, 20))).isFalse();
    }

    @Test
    void aTurnTakesNoMoreThanItsBytesAndAtLeastOneChunk() {
        queue.offer(chunks.chunk9(1, 10));
        queue.offer(chunks.chunk9(11, 20));

        assertThat(queue.take(1))
                .singleElement()
                .satisfies(run -> assertThat(run.last()).isEqualTo(10));
    }
}
