package dev.sinal.analytics.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class PairingTest {
    private static final long SECOND = 1_000_000_000L;
    private final Pairing pairing = new Pairing(10_000);

    /** @param everyS nominal period and distance of samples, seconds; the first at time 1 000 s */
    private static StreamTable table(String name, double everyS, BitSet breaks, double... values) {
        long[] stamps = new long[values.length];
        Arrays.setAll(stamps, i -> 1_000 * SECOND + Math.round(i * everyS * SECOND));
        return new StreamTable(
                name,
                name,
                true,
                everyS,
                List.of(name),
                stamps,
                new double[][] {values},
                List.of(new BitSet()),
                breaks);
    }

    private static BitSet at(int... indexes) {
        BitSet bits = new BitSet();
        Arrays.stream(indexes).forEach(bits::set);
        return bits;
    }

    private static Alignment rule(Alignment.Rule rule, Double stepS, Double toleranceS, Double maxGapS) {
        return new Alignment(rule, stepS, toleranceS, maxGapS);
    }

    @Test
    void variablesOfOneStreamPairSampleBySample() {
        StreamTable both = new StreamTable(
                "s",
                "s",
                true,
                1,
                List.of("a", "b"),
                new long[] {1, 2, 3, 4},
                new double[][] {{1, Double.NaN, 3, 4}, {5, 6, Double.POSITIVE_INFINITY, 8}},
                List.of(new BitSet(), new BitSet()),
                new BitSet());

        Aligned aligned = pairing.align(List.of(both), List.of("b", "a"), Alignment.DEFAULT);
        assertThat(aligned.rule()).isEqualTo(Alignment.Rule.SAMPLE);
        assertThat(aligned.table().columns()[0]).containsExactly(5, 8);
        assertThat(aligned.table().columns()[1]).containsExactly(1, 4);
        assertThat(aligned.before()).isEqualTo(4);
        assertThat(aligned.dropped()).isEqualTo(2);
    }

    @Test
    void windowsAreMeansOnTheSlowestGridCentredOnItsSamples() {
        StreamTable fast = table("fast", 1, at(), 1, 2, 3, 4, 5, 6, 7, 8);
        StreamTable slow = table("slow", 4, at(), 10, 20);

        Aligned aligned = pairing.align(List.of(fast, slow), List.of("fast", "slow"), Alignment.DEFAULT);
        assertThat(aligned.stepS()).isEqualTo(4);
        assertThat(aligned.origin()).isEqualTo(998 * SECOND);
        // Cells [998, 1002) holds 1 and 2, [1002, 1006) holds 3 to 6; 7 and 8 have no slow sample.
        assertThat(aligned.table().columns()[0]).containsExactly(1.5, 4.5);
        assertThat(aligned.table().columns()[1]).containsExactly(10, 20);
        assertThat(aligned.before()).isEqualTo(3);
        assertThat(aligned.dropped()).isEqualTo(1);
    }

    @Test
    void aFinerGridDoesNotUpsample() {
        StreamTable fast = table("fast", 1, at(), 1, 2, 3, 4, 5, 6, 7, 8);
        StreamTable slow = table("slow", 4, at(), 10, 20);

        Aligned aligned = pairing.align(
                List.of(fast, slow), List.of("fast", "slow"), rule(Alignment.Rule.WINDOW_MEAN, 1.0, null, null));
        assertThat(aligned.table().columns()[0]).containsExactly(1, 5);
        assertThat(aligned.table().stamps()).containsExactly(1_000 * SECOND, 1_004 * SECOND);
    }

    @Test
    void aCellThatHoldsAGapIsLeftOut() {
        StreamTable fast = table("fast", 1, at(1), 1, 2, 3, 4, 5, 6, 7, 8);
        StreamTable slow = table("slow", 4, at(), 10, 20);

        Aligned aligned = pairing.align(List.of(fast, slow), List.of("fast", "slow"), Alignment.DEFAULT);
        assertThat(aligned.table().columns()[0]).containsExactly(4.5);
    }

    @Test
    void nearestTakesWhatIsWithinTolerance() {
        StreamTable fast = table("fast", 1.5, at(), 1, 2, 3);
        StreamTable slow = table("slow", 4, at(), 10, 20);

        Aligned near = pairing.align(
                List.of(fast, slow), List.of("fast", "slow"), rule(Alignment.Rule.NEAREST, null, 1.0, null));
        assertThat(near.table().columns()[0]).containsExactly(1, 3);
        Aligned nearer = pairing.align(
                List.of(fast, slow), List.of("fast", "slow"), rule(Alignment.Rule.NEAREST, null, 0.9, null));
        assertThat(nearer.table().columns()[0]).containsExactly(1);
        assertThat(nearer.dropped()).isEqualTo(1);
    }

    @Test
    void interpolationIsLinearAndNeverCrossesAGap() {
        StreamTable fast = table("fast", 1.5, at(), 0, 3, 6, 9);
        StreamTable slow = table("slow", 2, at(), 10, 20, 30);
        Aligned aligned = pairing.align(
                List.of(fast, slow), List.of("fast", "slow"), rule(Alignment.Rule.INTERPOLATE, null, null, null));
        assertThat(aligned.table().columns()[0]).containsExactly(new double[] {0, 4, 8}, within(1e-12));

        StreamTable broken = table("fast", 1.5, at(2), 0, 3, 6, 9);
        Aligned less = pairing.align(
                List.of(broken, slow), List.of("fast", "slow"), rule(Alignment.Rule.INTERPOLATE, null, null, null));
        assertThat(less.table().columns()[0]).containsExactly(new double[] {0, 8}, within(1e-12));
    }

    @Test
    void interpolationUpsamplesWhenAsked() {
        StreamTable slow = table("slow", 4, at(), 10, 20);
        StreamTable fast = table("fast", 1, at(), 1, 2, 3, 4, 5);

        Aligned aligned = pairing.align(
                List.of(fast, slow), List.of("fast", "slow"), rule(Alignment.Rule.INTERPOLATE, 1.0, null, null));
        assertThat(aligned.table().columns()[1]).containsExactly(new double[] {10, 12.5, 15, 17.5, 20}, within(1e-12));
    }

    @Test
    void nothingTogetherIsRefusedAndHugeGridsToo() {
        StreamTable early = table("early", 1, at(), 1, 2, 3);
        long[] later = {9_000_000 * SECOND, 9_000_001 * SECOND};
        StreamTable late = new StreamTable(
                "late", "late", true, 1, List.of("late"), later, new double[][] {{1, 2}}, List.of(new BitSet()), at());

        assertThatThrownBy(() -> pairing.align(
                        List.of(early, late), List.of("early", "late"), rule(Alignment.Rule.NEAREST, null, null, null)))
                .isInstanceOf(Refusal.class)
                .extracting(e -> ((Refusal) e).code())
                .isEqualTo(Refusal.NO_OVERLAP);
        assertThatThrownBy(() -> pairing.align(List.of(early, late), List.of("early", "late"), Alignment.DEFAULT))
                .isInstanceOf(TooManyValues.class);
    }
}
