package dev.sinal.lsl;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LslClockTest {
    /** A microsecond after 100 days, and half a year: the nearest double there is, give or take one. */
    @ParameterizedTest
    @ValueSource(
            longs = {
                0,
                1,
                999_999_999,
                1_000_000_000,
                1_000_000_001,
                8_640_000_000_001_000L,
                15_768_000_123_456_789L,
                -1,
                -1_500_000_000
            })
    void nanosecondsSurviveALargeUptime(long nanos) {
        BigDecimal exact = BigDecimal.valueOf(nanos, 9);

        double seconds = LslClock.seconds(nanos);

        assertThat(new BigDecimal(seconds).subtract(exact).abs())
                .isLessThanOrEqualTo(new BigDecimal(Math.ulp(exact.doubleValue())));
    }

    @Test
    void laterIsNeverEarlier() {
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            long nanos = Math.abs(random.nextLong()) % (200L * 86_400 * 1_000_000_000);

            assertThat(LslClock.seconds(nanos + random.nextInt(2_000))).isGreaterThanOrEqualTo(LslClock.seconds(nanos));
        }
    }

    @Test
    void itIsTheClockOfTheVirtualMachine() {
        double before = System.nanoTime() / 1e9;
        double now = LslClock.now();

        assertThat(now).isBetween(before - 1e-6, System.nanoTime() / 1e9 + 1e-6);
    }
}
