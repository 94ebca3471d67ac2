package dev.sinal.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackedLongsTest {
    /** The bytes that quick packing takes. */
    private static int assertComesBack(long[] values) {
        int quick = assertComesBack(values, false);
        assertThat(assertComesBack(values, true)).isLessThanOrEqualTo(quick + 8 + quick / 8);
        return quick;
    }

    private static int assertComesBack(long[] values, boolean dense) {
        PackedLongs packed = PackedLongs.plan(values, true, dense);
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

    private static final String RICE = "08" // predictor 0, Rice
            + "82" // k = 2
            + "8D03" // lows 1, 3, 0, 2, 3 with 2 bits each; six bits unused
            + "0B000030" // highs 0, 0, 1, 24 and more, 0: in order of the bits 1, 1, 01, 24 zeros and 1, 1; two bits
            // unused
            + "05"; // the rest of the fourth high

    private static long[] read(String hex, int count) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        return PackedLongs.read(new ByteSource("test", bytes, 0, bytes.length), count);
    }

    @Test
    void aRiceBlockIsWhatThePageSays() {
        // zigzags 1, 3, 4, 29 * 4 + 2, 3
        assertThat(read(RICE, 5)).containsExactly(-1, -2, 2, 59, -2);
        assertThat(read("09" + "04" + RICE.substring(2), 6)).containsExactly(2, 1, -1, 1, 60, 58);
    }

    @Test
    void blocksOfRiceThatAreNoneAreRefused() {
        for (int length = 1; length < RICE.length() / 2; length++) {
            String cut = RICE.substring(0, 2 * length);
            assertThatThrownBy(() -> read(cut, 5)).isInstanceOf(ChunkFormatException.class);
        }
        for (String bad : new String[] {
            RICE + "00", // a byte too many
            RICE.replace("0882", "08B9"), // k = 57
            RICE.replace("0882", "0841"), // a width of 65
            RICE.replace("0882", "0082"), // not announced
            RICE.replace("0B000030", "0B000060"), // 25 zeros
            "0880" + "00".repeat(200), // nothing but zeros
            "0880" + "00".repeat(2)
        }) {
            assertThatThrownBy(() -> read(bad, 5)).isInstanceOf(ChunkFormatException.class);
        }
    }

    @Test
    void anOutlierCostsAFewBytesAndNotItsBlock() {
        SplittableRandom random = new SplittableRandom(2);
        long[] values = new long[1281];
        Arrays.setAll(values, i -> random.nextInt(-8, 8));
        int without = assertComesBack(values, true);
        values[640] = 1L << 60;

        assertThat(assertComesBack(values, true)).isLessThan(without + 40);
    }

    @Test
    void riceIsSmallerWhereResidualsAreMostlySmall() {
        SplittableRandom random = new SplittableRandom(3);
        long[] values = new long[12_800];
        Arrays.setAll(
                values, i -> (long) (300 * (random.nextDouble() + random.nextDouble() + random.nextDouble() - 1.5)));

        assertThat(assertComesBack(values, true)).isLessThan(assertComesBack(values, false) * 95 / 100);
    }
}
