package dev.sinal.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Rates per caller. */
final class TokenBucketsTest {
    @Test
    void aBurstThenARate() {
        long[] now = {0};
        TokenBuckets buckets = new TokenBuckets(2, 3, () -> now[0]);

        assertThat(buckets.take("a")).isZero();
        assertThat(buckets.take("a")).isZero();
        assertThat(buckets.take("a")).isZero();
        assertThat(buckets.take("a")).isEqualTo(0.5);
        assertThat(buckets.take("b")).isZero();
        now[0] += 500_000_000L;
        assertThat(buckets.take("a")).isZero();
        assertThat(buckets.take("a")).isPositive();
        now[0] += 3_600_000_000_000L;
        for (int i = 0; i < 3; i++) {
            assertThat(buckets.take("a")).isZero();
        }
        assertThat(buckets.take("a")).isPositive();
    }
}
