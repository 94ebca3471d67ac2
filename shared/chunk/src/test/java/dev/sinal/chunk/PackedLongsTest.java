package dev.sinal.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackedLongsTest {
    private static int assertComesBack(long[] values) {
        PackedLongs packed = PackedLongs.plan(values, true);
        ByteSink out = new ByteSink(0);
        packed.write(out);
        assertThat(out.size()).isEqualTo(packed.size());
        // exactly the section's bytes: no room behind it to read from
        byte[] bytes = out.toBytes();
        assertThat(PackedLongs.read(new ByteSource("test", bytes, 0, bytes.length), values.length))
                .isEqualTo(values);
        return bytes.length;
    }

    @Test
    void everyWidthComesBackAtEverySize() {
        SplittableRandom random = new SplittableRandom(1);
        for (int width = 0; width <= 64; width++) {
            for (int size : new int[] {0, 1, 2, 3, 5, 127, 128, 129, 131, 300}) {
                long[] values = new long[size];
                for (int i = 0; i < size; i++) {
                    values[i] = width == 0 ? 0 : random.nextLong() >>> (64 - width);
                }
                assertComesBack(values);
            }
        }
    }

    @Test
    void differencesThatWrapAroundComeBack() {
        long[] values = new long[200];
        Arrays.setAll(values, i -> i % 2 == 0 ? Long.MIN_VALUE : Long.MAX_VALUE);
        assertComesBack(values);
        Arrays.setAll(values, i -> Long.MAX_VALUE - 3L * i * i * i);
        assertComesBack(values);
        assertComesBack(new long[] {0, Long.MIN_VALUE});
        assertComesBack(new long[] {Long.MIN_VALUE, 0, Long.MIN_VALUE});
        assertComesBack(new long[] {Long.MIN_VALUE, Long.MAX_VALUE - 1, 4});
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void polynomialsCostTheirSeeds(int degree) {
        long[] values = new long[1000];
        Arrays.setAll(values, i -> 5 + (long) Math.pow(i, degree));

        assertThat(assertComesBack(values)).isLessThan(degree == 3 ? 600 : 20);
    }

    @Test
    void aLineOfAFractionalSlopeCostsAtMostTwoBitsAValue() {
        long[] values = new long[1280];
        Arrays.setAll(values, i -> Math.round(i * 1e9 / 300));

        assertThat(assertComesBack(values)).isLessThan(1280 * 2 / 8 + 40);
    }
}
