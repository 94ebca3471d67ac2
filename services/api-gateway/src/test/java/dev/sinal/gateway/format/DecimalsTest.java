package dev.sinal.gateway.format;

import static org.assertj.core.api.Assertions.assertThat;

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
    void everyBitPatternReadsBack() {
        SplittableRandom random = new SplittableRandom(20261122);
        for (int i = 0; i < 200_000; i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(value)) {
                assertThat(Double.doubleToLongBits(Double.parseDouble(Decimals.of(value))))
                        .isEqualTo(Double.doubleToLongBits(value));
            }
        }
    }

    @Test
    void textIsEscapedAndTimesShareTheirSecond() {
        Text text = new Text(4);
        text.quoted("a\"b\\c\n\u0001é😀");
        assertThat(text.toString()).isEqualTo("\"a\\\"b\\\\c\\n\\u0001é😀\"");
        Text times = new Text(4);
        times.time(-1).put(' ').time(0).put(' ').time(1_000_000_001L).put(' ').time(1_999_999_999L);
        assertThat(times.toString())
                .isEqualTo("1969-12-31T23:59:59.999999999Z 1970-01-01T00:00:00.000000000Z"
                        + " 1970-01-01T00:00:01.000000001Z 1970-01-01T00:00:01.999999999Z");
    }
}
