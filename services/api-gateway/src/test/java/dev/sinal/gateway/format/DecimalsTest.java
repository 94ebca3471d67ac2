package dev.sinal.gateway.format;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.io.schubfach.DoubleToDecimal;
import com.fasterxml.jackson.core.io.schubfach.FloatToDecimal;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Numbers as text. */
final class DecimalsTest {
    @Test
    void theTextIsTheShortestThatReadsBack() {
        assertThat(Decimals.of(72)).isEqualTo("72");
        assertThat(Decimals.of(36.6)).isEqualTo("36.6");
        assertThat(Decimals.of(0.1f)).isEqualTo("0.10000000149011612");
        assertThat(Decimals.ofFloat(0.1f)).isEqualTo("0.1");
        assertThat(Decimals.of(1e10)).isEqualTo("1E10");
        assertThat(Decimals.of(-0.0)).isEqualTo("-0.0");
        assertThat(Decimals.of(0.0)).isEqualTo("0");
        // Double.toString of JDK 17 says 2.0E-323 here, with a digit too many in other cases.
        assertThat(Decimals.of(2e23)).isEqualTo("2E23");
        assertThat(Decimals.of(Double.MIN_VALUE)).isEqualTo("4.9E-324");
    }

    @Test
    void doublesOfAllShapesAreAsAnotherImplementationWritesThem() {
        byte[] out = new byte[Decimals.ROOM];
        Doubles.each(1_000_000, value -> {
            int length = Decimals.write(out, 0, value);
            if (!same(out, length, DoubleToDecimal.toString(value))) {
                assertThat(new String(out, 0, length, ISO_8859_1)).isEqualTo(trim(DoubleToDecimal.toString(value)));
            }
        });
    }

    @Test
    void floatsOfAllShapesAreAsAnotherImplementationWritesThem() {
        byte[] out = new byte[Decimals.ROOM];
        Doubles.eachFloat(1_000_000, value -> {
            int length = Decimals.write(out, 0, value);
            if (!same(out, length, FloatToDecimal.toString(value))) {
                assertThat(new String(out, 0, length, ISO_8859_1)).isEqualTo(trim(FloatToDecimal.toString(value)));
            }
        });
    }

    /** Without trust in any other implementation: exact arithmetic and the reader of the JDK. */
    @Test
    void theTextReadsBackAndNoShorterOneDoes() {
        Doubles.each(20_000, value -> {
            String text = Decimals.of(value);
            assertThat(Double.doubleToRawLongBits(Double.parseDouble(text)))
                    .as(text)
                    .isEqualTo(Double.doubleToRawLongBits(value));
            BigDecimal exact = new BigDecimal(value);
            int digits = new BigDecimal(text).stripTrailingZeros().precision();
            if (digits > 2) {
                for (RoundingMode mode : List.of(RoundingMode.DOWN, RoundingMode.UP)) {
                    BigDecimal shorter = exact.round(new MathContext(digits - 1, mode));
                    assertThat(shorter.doubleValue()).as(text).isNotEqualTo(value);
                }
                BigDecimal nearest = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
                if (nearest.doubleValue() == value) { // below a power of two it may be beyond the middle
                    assertThat(exact.subtract(new BigDecimal(text)).abs())
                            .as(text)
                            .isEqualByComparingTo(exact.subtract(nearest).abs());
                }
            }
        });
    }

    @Test
    void wholeNumbersHaveAllTheirDigits() {
        byte[] out = new byte[Decimals.ROOM];
        SplittableRandom random = new SplittableRandom(5);
        long power = 1;
        for (int round = 0; round < 200_000; round++) {
            power = round % 19 == 0 ? 1 : power * 10;
            long[] values = {power, power - 1, -power, random.nextLong() >> random.nextInt(64), Long.MIN_VALUE + round};
            for (long value : values) {
                if (!same(out, Decimals.write(out, 0, value), Long.toString(value))) {
                    assertThat(new String(out, 0, 20, ISO_8859_1)).startsWith(Long.toString(value));
                }
            }
        }
    }

    @Test
    void nothingBeyondTheRoomIsTouched() {
        double longest = -1.2345678901234567E-300;
        byte[] out = new byte[Decimals.ROOM];

        assertThat(Decimals.write(out, 0, longest)).isEqualTo("-1.2345678901234567E-300".length());
        assertThat(Decimals.write(out, 0, Long.MIN_VALUE)).isEqualTo(20);
        assertThat(Decimals.of(Double.NaN)).isEqualTo("NaN");
        assertThat(Decimals.of(Double.NEGATIVE_INFINITY)).isEqualTo("-Infinity");
    }

    /** Whether the bytes are the text, but for a zero that only makes a whole number look like a fraction. */
    private static boolean same(byte[] out, int length, String text) {
        String expected = trim(text);
        if (length != expected.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (out[i] != expected.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** {@code 72.0} is written {@code 72} and {@code 1.0E10} is written {@code 1E10}. */
    private static String trim(String text) {
        if (text.endsWith(".0")) {
            return text.equals("-0.0") ? text : text.substring(0, text.length() - 2);
        }
        int mantissa = text.indexOf(".0E");
        return mantissa < 0 ? text : text.substring(0, mantissa) + text.substring(mantissa + 2);
    }

    @Test
    void textIsEscapedAndTimesShareTheirSecond() {
        RowBytes text = new RowBytes(4);
        text.quoted("a\"b\\c\n\u0001é😀");
        assertThat(text.toString()).isEqualTo("\"a\\\"b\\\\c\\n\\u0001é😀\"");
        RowBytes times = new RowBytes(4);
        times.time(-1).put(' ').time(0).put(' ').time(1_000_000_001L).put(' ').time(1_999_999_999L);
        assertThat(times.toString())
                .isEqualTo("1969-12-31T23:59:59.999999999Z 1970-01-01T00:00:00.000000000Z"
                        + " 1970-01-01T00:00:01.000000001Z 1970-01-01T00:00:01.999999999Z");
    }
}
