package dev.sinal.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A converter's step is found under offsets, drifts and gaps, and whatever is found gives every bit back. */
class GridFinderTest {
    private static final double[] STEPS = {
        0.02235174, 375_000.0 / (1 << 24), 0.0488281, 0.298, 1 / 3.0, 0.1, 0.25, 0x1p-5, 7
    };

    private enum Baseline {
        FLAT,
        LINEAR,
        SLOW_SINE,
        STEPS
    }

    private final SplittableRandom random = new SplittableRandom(20261123);

    /** What the converter counted: a rhythm and noise on a baseline, some twenty steps and more from peak to peak. */
    private long[] numbers(double step, double offset, Baseline baseline, int size) {
        long[] numbers = new long[size];
        double slow = 0;
        double unit = Math.max(1, 20 * step);
        for (int i = 0; i < size; i++) {
            double moved = switch (baseline) {
                case FLAT -> 0;
                case LINEAR -> 0.3 * i;
                case SLOW_SINE -> 500 * Math.sin(2 * Math.PI * i / 4000.0);
                case STEPS -> 300 * (i / 40 % 5);
            };
            slow = 0.95 * slow + 4 * random.nextDouble() - 2;
            double value = moved + slow + 15 * Math.sin(2 * Math.PI * i / 100) + random.nextDouble();
            numbers[i] = Math.round((offset + value * unit) / step);
        }
        return numbers;
    }

    private double offset(double largest) {
        return (random.nextBoolean() ? largest : -largest) * (0.5 + random.nextDouble() / 2);
    }

    private static int encoded(Column column, Codecs codecs) {
        SampleBlock block = Samples.block(column.size(), List.of(column));
        byte[] chunk = ChunkEncoder.encode(block, codecs);
        assertThat(ChunkDecoder.decode(chunk)).isEqualTo(block);
        return ChunkHeader.read(chunk).channelLength(0);
    }

    /** Whether the column takes hardly more than the converter's whole numbers do. */
    private static boolean found(Column column, long[] numbers) {
        int whole = encoded(new LongColumn(SampleFormat.INT64, numbers), Codecs.COMPRESS);
        return encoded(column, Codecs.COMPRESS) <= whole + whole / 10 + 32;
    }

    private static float[] rounded(long[] numbers, double step) {
        float[] values = new float[numbers.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (numbers[i] * step);
        }
        return values;
    }

    @ParameterizedTest
    @ValueSource(ints = {50, 100, 250, 2000})
    void stepsAreFoundOnOffsetsAndUnderDrifts(int size) {
        int tried = 0;
        int hits = 0;
        for (double step : STEPS) {
            // beyond, float32 itself rounds to less than eight parts of a step
            double largest = Math.min(400_000, step * 0x1p20);
            for (double offset : new double[] {0, 1000, 20_000, largest}) {
                for (Baseline baseline : Baseline.values()) {
                    long[] numbers = numbers(step, offset(Math.min(offset, largest)), baseline, size);
                    tried++;
                    hits += found(new FloatColumn(rounded(numbers, step)), numbers) ? 1 : 0;
                }
            }
        }
        assertThat(hits).isGreaterThanOrEqualTo(tried * 95 / 100);
    }

    @Test
    void offsetsThatLeaveAFewUlpsToAStepAreNoObstacle() {
        int hits = 0;
        for (int round = 0; round < 20; round++) {
            long[] numbers = numbers(STEPS[1], offset(100_000), Baseline.FLAT, 1000);
            hits += found(new FloatColumn(rounded(numbers, STEPS[1])), numbers) ? 1 : 0;
        }
        assertThat(hits).isGreaterThanOrEqualTo(18);
    }

    @Test
    void offsetsThatLeaveNothingOfTheStepCostNoBit() {
        for (double largest : new double[] {200_000, 400_000, 1e9, 1e30}) {
            for (Baseline baseline : Baseline.values()) {
                long[] numbers = numbers(STEPS[0], offset(largest), baseline, 250);
                encoded(new FloatColumn(rounded(numbers, STEPS[0])), Codecs.COMPRESS);
                encoded(new FloatColumn(rounded(numbers, STEPS[0])), Codecs.COMPACT);
            }
        }
    }

    @Test
    void productsRoundedToFloat32AreFoundLikeThoseOfDoubles() {
        int hits = 0;
        for (int round = 0; round < 20; round++) {
            float step = (float) STEPS[round % STEPS.length];
            long[] numbers = numbers(step, offset(2000), Baseline.SLOW_SINE, 500);
            float[] values = new float[numbers.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = numbers[i] * step;
            }
            hits += found(new FloatColumn(values), numbers) ? 1 : 0;
        }
        assertThat(hits).isGreaterThanOrEqualTo(19);
    }

    @Test
    void doublesOnAStepAreFound() {
        int hits = 0;
        for (double step : STEPS) {
            long[] numbers = numbers(step, offset(20_000), Baseline.LINEAR, 500);
            double[] values = new double[numbers.length];
            Arrays.setAll(values, i -> numbers[i] * step);
            hits += found(new DoubleColumn(values), numbers) ? 1 : 0;
        }
        assertThat(hits).isEqualTo(STEPS.length);
    }

    @Test
    void absentValuesAndNansDoNotHideAStep() {
        int hits = 0;
        for (int round = 0; round < 20; round++) {
            long[] numbers = numbers(STEPS[1], offset(20_000), Baseline.FLAT, 500);
            float[] values = rounded(numbers, STEPS[1]);
            for (int i = 0; i < 10; i++) {
                values[random.nextInt(values.length)] = Float.intBitsToFloat(0x7FC00000 | random.nextInt(1 << 20));
            }
            BitSet present = new BitSet();
            for (int i = 0; i < values.length; i++) {
                present.set(i, random.nextInt(10) > 0);
            }
            int whole = encoded(new LongColumn(SampleFormat.INT64, numbers), Codecs.COMPRESS);
            int length = encoded(new FloatColumn(values, present), Codecs.COMPRESS);
            hits += length <= whole + whole / 10 + values.length / 8 + 150 ? 1 : 0;
        }
        assertThat(hits).isGreaterThanOrEqualTo(19);
    }

    @Test
    void mixedGainsInOneChannelCostNoBit() {
        long[] numbers = numbers(1, 0, Baseline.FLAT, 1000);
        float[] values = new float[1000];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (numbers[i] * (i < 500 ? STEPS[1] : STEPS[2]));
        }
        assertThat(encoded(new FloatColumn(values), Codecs.COMPRESS)).isLessThanOrEqualTo(4000);
    }

    @Test
    void oneOddChunkDoesNotLoseWhatWasLearned() {
        Codecs learning = Codecs.COMPRESS.learning();
        long[] numbers = numbers(STEPS[1], 20_000, Baseline.SLOW_SINE, 8000);
        float[] values = rounded(numbers, STEPS[1]);
        int learned = 0;
        int whole = 0;
        for (int from = 0; from < values.length; from += 250) {
            float[] part = Arrays.copyOfRange(values, from, from + 250);
            if (from / 250 % 4 == 3) {
                float[] odd = new float[250];
                for (int i = 0; i < odd.length; i++) {
                    odd[i] = from % 2000 < 1000 ? i % 3 : Float.intBitsToFloat(random.nextInt());
                }
                encoded(new FloatColumn(odd), learning);
            }
            learned += encoded(new FloatColumn(part), learning);
            whole += encoded(
                    new LongColumn(SampleFormat.INT64, Arrays.copyOfRange(numbers, from, from + 250)), Codecs.COMPRESS);
        }
        assertThat(learned).isLessThan(whole * 115 / 100);
    }

    @Test
    void whatIsLearnedGetsExact() {
        GridHint hint = new GridHint(0);
        long[] numbers = numbers(STEPS[1], 18_000, Baseline.FLAT, 40_000);
        float[] values = rounded(numbers, STEPS[1]);
        int exact = 0;
        for (int from = 0; from < values.length; from += 250) {
            FloatWords words = FloatWords.of(new FloatColumn(Arrays.copyOfRange(values, from, from + 250)));
            exact += hint.count() > 0 && words.numbersOn(hint.grid(0)) != null ? 1 : 0;
            assertThat(GridFinder.find(words, hint)).isNotNull();
        }
        assertThat(exact).isGreaterThan(130); // of 160
    }
}
