package dev.sinal.contracts.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sinal.contracts.Wire;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KnownHeadsTest {
    private final KnownHeads heads = new KnownHeads();

    @Test
    void theSameBytesAreTheSameHead() {
        ReadOpened first = heads.read(head(null, "one"));

        assertThat(heads.read(head(null, "one"))).isSameAs(first);
        assertThat(heads.read(head(null, "two")).address()).isEqualTo("two");
        assertThat(heads.bytes())
                .isEqualTo(head(null, "one").length() + head(null, "two").length());
    }

    @Test
    void oneWithACursorIsNotKept() {
        assertThat(heads.read(head("c", "one")).cursor()).isEqualTo("c");

        assertThat(heads.bytes()).isZero();
    }

    @Test
    void theyAreBoundedAndTheOldestGoes() {
        String long_ = "x".repeat(30_000);
        for (int i = 0; i < 200; i++) {
            heads.read(head(null, i + long_));
            heads.read(head(null, "often"));
        }
        ReadOpened often = heads.read(head(null, "often"));

        assertThat(heads.bytes()).isBetween(KnownHeads.MOST_BYTES / 2, KnownHeads.MOST_BYTES);
        assertThat(heads.read(head(null, "often"))).isSameAs(often);
    }

    @Test
    void whatIsNoHeadIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> heads.read(Buffer.buffer("[1")));
    }

    private static Buffer head(@Nullable String cursor, String address) {
        return Wire.write(new ReadOpened(cursor, address, List.of(), List.of(), List.of(), null, null))
                .toBuffer();
    }
}
