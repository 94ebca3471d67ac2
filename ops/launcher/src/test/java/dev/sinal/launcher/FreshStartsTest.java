package dev.sinal.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class FreshStartsTest {
    @Test
    void threeInAnHourAndNoMore() {
        FreshStarts starts = new FreshStarts();

        assertThat(starts.take(minutes(0))).isTrue();
        assertThat(starts.take(minutes(10))).isTrue();
        assertThat(starts.take(minutes(20))).isTrue();
        assertThat(starts.take(minutes(59))).isFalse();
        assertThat(starts.take(minutes(60))).isTrue();
        assertThat(starts.take(minutes(61))).isFalse();
    }

    private static long minutes(long minutes) {
        return Duration.ofMinutes(minutes).toNanos();
    }
}
