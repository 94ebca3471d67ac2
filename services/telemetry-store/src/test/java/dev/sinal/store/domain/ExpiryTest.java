package dev.sinal.store.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExpiryTest {
    private static final long DAY = ChunkRow.DAY_NS;

    @Test
    void aDayExpiresWhenItsLastMomentHas() {
        assertThat(Expiry.firstKept(12 * DAY - 1, 2 * DAY)).isEqualTo(9);
        assertThat(Expiry.firstKept(12 * DAY, 2 * DAY)).isEqualTo(10);
        assertThat(Expiry.firstKept(DAY, 2 * DAY)).isEqualTo(-1);
    }

    @Test
    void daysBeyondTheTypeAreAtItsEnds() {
        assertThat(Expiry.begins(3)).isEqualTo(3 * DAY);
        assertThat(Expiry.begins(-3)).isEqualTo(-3 * DAY);
        assertThat(Expiry.begins(Integer.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
        assertThat(Expiry.begins(Integer.MIN_VALUE)).isEqualTo(Long.MIN_VALUE);
    }
}
