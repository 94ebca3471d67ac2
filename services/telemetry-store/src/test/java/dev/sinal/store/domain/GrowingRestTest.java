package dev.sinal.store.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class GrowingRestTest {
    @Test
    void itDoublesUpToItsBoundUntilThingsWorkAgain() {
        GrowingRest rest = new GrowingRest(2_000, 30_000);

        assertThat(LongStream.generate(rest::next).limit(6))
                .containsExactly(2_000L, 4_000L, 8_000L, 16_000L, 30_000L, 30_000L);
        rest.reset();
        assertThat(rest.next()).isEqualTo(2_000);
    }
}
