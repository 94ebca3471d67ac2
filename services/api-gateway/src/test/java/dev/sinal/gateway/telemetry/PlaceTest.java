package dev.sinal.gateway.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinal.contracts.read.RowKey;
import org.junit.jupiter.api.Test;

/** Cursors of histories. */
final class PlaceTest {
    private static final Place PLACE =
            new Place("abc123", true, 77, new RowKey(-5, "0123456789abcdef", 1_800_000_000_000_000L, 9));

    @Test
    void aCursorReadsBack() {
        assertThat(Place.decode(PLACE.encode())).isEqualTo(PLACE);
        assertThat(Place.decode(Place.start("a", false).encode())).isEqualTo(Place.start("a", false));
        assertThat(PLACE.encode()).matches("[A-Za-z0-9_-]+");
    }

    @Test
    void everyCutAndEveryChangedCharacterIsRefused() {
        String text = PLACE.encode();
        for (int i = 0; i < text.length(); i++) {
            String cut = text.substring(0, i);
            assertThatThrownBy(() -> Place.decode(cut)).isInstanceOf(IllegalArgumentException.class);
            char other = text.charAt(i) == 'A' ? 'B' : 'A';
            String changed = text.substring(0, i) + other + text.substring(i + 1);
            try {
                // The last character has bits that mean nothing.
                assertThat(Place.decode(changed)).isEqualTo(PLACE);
                assertThat(i).isEqualTo(text.length() - 1);
            } catch (IllegalArgumentException refused) {
                assertThat(refused).hasMessageContaining("not a cursor");
            }
        }
    }
}
