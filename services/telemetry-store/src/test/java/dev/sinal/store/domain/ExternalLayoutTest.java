package dev.sinal.store.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinal.chunk.Column;
import dev.sinal.chunk.DoubleColumn;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.chunk.TextColumn;
import dev.sinal.chunk.TimeBasis;
import dev.sinal.store.domain.ExternalLayout.Pushed;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExternalLayoutTest {
    @Test
    void newMetricsComeBehindKnownOnesInOrderOfAppearance() {
        Pushed first = pushed(List.of("c", "a"), new long[] {1}, number(1), number(2));
        Pushed second = pushed(List.of("b"), new long[] {1}, number(1));

        assertThat(ExternalLayout.union(List.of("a"), List.of(first, second))).containsExactly("a", "c", "b");
    }

    @Test
    void samplesAreSortedByTimeAndEqualStampsKeepTheirOrder() {
        Pushed first = pushed(List.of("a"), new long[] {30, 10}, number(3, 1));
        Pushed second = pushed(List.of("b"), new long[] {10}, number(2));

        List<SampleBlock> blocks =
                new ExternalLayout(List.of("a", "b"), List.of(List.of(first, second))).blocks("s", 9, 101);

        assertThat(blocks).hasSize(1);
        SampleBlock block = blocks.get(0);
        assertThat(block.timestamps()).containsExactly(10, 10, 30);
        assertThat(block.firstSeq()).isEqualTo(101);
        assertThat(block.basis()).isEqualTo(TimeBasis.CLIENT);
        assertThat(block.column(0).isPresent(0)).isTrue();
        assertThat(block.column(1).isPresent(0)).isFalse();
        assertThat(block.column(1).doubleAt(1)).isEqualTo(2);
        assertThat(block.column(0).isPresent(1)).isFalse();
        assertThat(block.column(0).doubleAt(2)).isEqualTo(3);
    }

    @Test
    void aBlockEndsWhereTextFollowsNumbers() {
        Pushed numbers = pushed(List.of("a"), new long[] {1, 3}, number(1, 3));
        Pushed text = pushed(List.of("a"), new long[] {2}, new TextColumn(new String[] {"two"}));

        List<SampleBlock> blocks = new ExternalLayout(List.of("a"), List.of(List.of(numbers, text))).blocks("s", 9, 1);

        assertThat(blocks).extracting(block -> block.column(0).textAt(0)).containsExactly("1.0", "two", "3.0");
        assertThat(blocks).extracting(SampleBlock::firstSeq).containsExactly(1L, 2L, 3L);
    }

    @Test
    void aBlockHasAtMostTenThousandSamples() {
        long[] stamps = new long[10_001];
        double[] values = new double[10_001];

        assertThat(new ExternalLayout(List.of("a"), List.of(List.of(pushed(List.of("a"), stamps, number(values)))))
                        .blocks("s", 9, 1))
                .extracting(SampleBlock::size)
                .containsExactly(10_000, 1);
    }

    @Test
    void aBlockStaysInItsDay() {
        Pushed over = pushed(List.of("a"), new long[] {ChunkRow.DAY_NS - 1, ChunkRow.DAY_NS}, number(1, 2));

        assertThat(new ExternalLayout(List.of("a"), List.of(List.of(over))).blocks("s", 9, 1))
                .hasSize(2);
    }

    @Test
    void namesMustFitTheColumnsAndBeDifferent() {
        assertThatThrownBy(() -> pushed(List.of("a"), new long[] {1}, number(1), number(2)))
                .hasMessageContaining("1 metrics for 2 columns");
        assertThatThrownBy(() -> pushed(List.of("a", "a"), new long[] {1}, number(1), number(2)))
                .hasMessageContaining("twice");
    }

    private static Pushed pushed(List<String> metrics, long[] stamps, Column... columns) {
        return new Pushed(metrics, new SampleBlock("x", 0, 0, TimeBasis.CLIENT, stamps, null, List.of(columns)));
    }

    private static DoubleColumn number(double... values) {
        return new DoubleColumn(values);
    }
}
