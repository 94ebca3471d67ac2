package dev.sinal.store.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.store.domain.DeletionBatch.Meta;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class DeletionBatchTest {
    private static final DataCut.Range RANGE = new DataCut.Range(100, 200, 1_000_000);

    private static Meta row(long id, long ts, long te, long bytes, boolean hidden) {
        return new Meta(id, id * 10, 10, ts, te, bytes, hidden);
    }

    @Test
    void rowsInsideGoWithoutALookAndThoseAcrossTheEdgeAreLookedInto() {
        DeletionBatch batch = DeletionBatch.of(
                List.of(
                        row(1, 90, 110, 5, false),
                        row(2, 110, 120, 5, false),
                        row(3, 90, 110, 5, true),
                        row(4, 190, 200, 5, false)),
                RANGE,
                false);

        assertThat(batch.look()).extracting(Meta::id).containsExactly(1L, 4L);
        assertThat(batch.gone()).containsExactly(2L, 3L);
        assertThat(batch.tally()).isEqualTo(new DeletedTally(10, 0, 1, 5, 110L, 120L));
        assertThat(batch.upTo()).isEqualTo(40);
        assertThat(batch.last()).isTrue();
    }

    @Test
    void whatCameAfterTheRequestIsLookedInto() {
        DeletionBatch batch =
                DeletionBatch.of(List.of(row(1, 110, 120, 5, false)), new DataCut.Range(100, 200, 15), false);

        assertThat(batch.look()).hasSize(1);
        assertThat(batch.gone()).isEmpty();
    }

    @Test
    void copiesOfOtherOwnersAreCountedByLooking() {
        assertThat(DeletionBatch.of(List.of(row(1, 110, 120, 5, false)), RANGE, true)
                        .look())
                .hasSize(1);
    }

    @Test
    void aBatchIsBoundedInBytesAndInRowsToDecode() {
        List<Meta> large = LongStream.rangeClosed(1, 10)
                .mapToObj(id -> row(id, 110, 120, 10 << 20, false))
                .toList();
        List<Meta> across = LongStream.rangeClosed(1, 40)
                .mapToObj(id -> row(id, 90, 120, 5, false))
                .toList();

        assertThat(DeletionBatch.of(large, RANGE, false).gone()).containsExactly(1L, 2L, 3L);
        assertThat(DeletionBatch.of(large, RANGE, false).last()).isFalse();
        assertThat(DeletionBatch.of(across, RANGE, false).look()).hasSize(16);
        assertThat(DeletionBatch.of(across, RANGE, false).upTo()).isEqualTo(160);
        assertThat(DeletionBatch.of(List.of(row(1, 110, 120, 100L << 20, false)), RANGE, false)
                        .gone())
                .hasSize(1);
        assertThat(DeletionBatch.of(List.of(), RANGE, false).last()).isTrue();
    }
}
