package dev.sinal.store.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sinal.chunk.DoubleColumn;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.chunk.TextColumn;
import dev.sinal.chunk.TimeBasis;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RollupRowTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void levelsAreALadderOfFour() {
        assertThat(RollupLevels.width(0)).isEqualTo(SECOND);
        assertThat(RollupLevels.width(8)).isEqualTo(65_536 * SECOND);
        for (int level = RollupLevels.FINEST; level < RollupLevels.COARSEST; level++) {
            assertThat(RollupLevels.width(level + 1)).isEqualTo(4 * RollupLevels.width(level));
        }
    }

    @Test
    void theFinestLevelHolds512SamplesABucket() {
        assertThat(RollupLevels.finest(512)).isZero();
        assertThat(RollupLevels.finest(511)).isEqualTo(1);
        assertThat(RollupLevels.finest(1)).isEqualTo(5);
        assertThat(RollupLevels.finest(1e9)).isEqualTo(RollupLevels.FINEST);
        assertThat(RollupLevels.finest(1e-9)).isEqualTo(RollupLevels.COARSEST);
    }

    @Test
    void anIrregularStreamHasTheRateThatWasSeen() {
        assertThat(RollupLevels.rate(0, 101, 10 * SECOND)).isEqualTo(10);
        assertThat(RollupLevels.rate(250, 101, 10 * SECOND)).isEqualTo(10);
        assertThat(RollupLevels.rate(12, 101, 10 * SECOND)).isEqualTo(12);
        assertThat(RollupLevels.rate(250, 1, 0)).isEqualTo(250);
    }

    @Test
    void bucketsBeginAt1970AndHoldWhatIsFinite() {
        SampleBlock block = block(
                5,
                new long[] {-1, 2 * SECOND, 0, SECOND - 1, 9 * SECOND},
                1,
                2,
                3,
                Double.NaN,
                Double.POSITIVE_INFINITY);

        List<RollupRow> rows = RollupRow.finest(block, 0);

        assertThat(rows).hasSize(1);
        RollupRow row = rows.get(0);
        assertThat(row.firstSeq()).isEqualTo(5);
        assertThat(row.lastSeq()).isEqualTo(9);
        assertThat(row.ts()).isEqualTo(-1);
        assertThat(row.te()).isEqualTo(9 * SECOND);
        assertThat(row.buckets()).containsExactly(0, 1, 3); // from -1 s, 0 s and 2 s on
        assertThat(row.start(0)).isEqualTo(-SECOND);
        assertThat(row.start(2)).isEqualTo(2 * SECOND);
        assertThat(row.counts()).containsExactly(1, 1, 1);
        assertThat(row.sums()).containsExactly(1, 3, 2);
    }

    @Test
    void textAndNothingFiniteHaveNoRow() {
        SampleBlock block = new SampleBlock(
                "s",
                1,
                1,
                TimeBasis.LSL,
                new long[] {0},
                null,
                List.of(new TextColumn(new String[] {"1"}), new DoubleColumn(new double[] {Double.NaN})));

        assertThat(RollupRow.finest(block, 0)).isEmpty();
    }

    @Test
    void mergedRowsAreWhatTheSamplesGive() {
        long[] stamps = {-5 * SECOND, -4 * SECOND, -1, 0, SECOND, 3 * SECOND, 4 * SECOND, 2 * SECOND};
        double[] values = {1, -7, 3, 1e300, -1e300, 0.5, 8, 9};
        RollupRow whole = RollupRow.finest(block(1, stamps, values), 1).get(0);
        RollupRow first = RollupRow.finest(part(stamps, values, 0, 5), 0).get(0);
        RollupRow second = RollupRow.finest(part(stamps, values, 5, 8), 0).get(0);

        RollupRow merged = RollupRow.merge(List.of(first, second), 1, 8, -5 * SECOND, 4 * SECOND);

        assertThat(merged.level()).isEqualTo(1);
        assertThat(merged.buckets()).containsExactly(whole.buckets());
        assertThat(merged.counts()).containsExactly(whole.counts());
        assertThat(merged.mins()).containsExactly(whole.mins());
        assertThat(merged.maxs()).containsExactly(whole.maxs());
        assertThat(merged.sums()).containsExactly(whole.sums());
    }

    @Test
    void sumsDoNotDrift() {
        CompensatedSums sums = new CompensatedSums(1);
        for (int i = 0; i < 1_000_000; i++) {
            sums.add(0, 0.1);
        }
        assertThat(sums.get(0)).isCloseTo(100_000, within(1e-10));
        sums.add(0, Double.MAX_VALUE);
        sums.add(0, Double.MAX_VALUE);
        assertThat(sums.get(0)).isInfinite();
    }

    private static SampleBlock part(long[] stamps, double[] values, int from, int to) {
        return block(1 + from, Arrays.copyOfRange(stamps, from, to), Arrays.copyOfRange(values, from, to));
    }

    private static SampleBlock block(long firstSeq, long[] stamps, double... values) {
        return new SampleBlock("s", 1, firstSeq, TimeBasis.LSL, stamps, null, List.of(new DoubleColumn(values)));
    }
}
