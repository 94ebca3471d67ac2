package dev.sinal.store.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.contracts.read.RowKey;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadRangeTest {
    @Test
    void lookingBeginsOneChunkBeforeTheRange() {
        assertThat(ReadRange.of(ReadQuery.range("a", List.of(), 100L, 200L, null), 30))
                .isEqualTo(new ReadRange(70, 100, 200));
    }

    @Test
    void aKeyMovesTheBeginning() {
        RowKey key = new RowKey(150, "s", 1, 1);

        assertThat(ReadRange.of(ReadQuery.range("a", List.of(), 100L, 200L, key), 30))
                .isEqualTo(new ReadRange(120, 150, 200));
    }

    @Test
    void anOpenRangeDoesNotOverflow() {
        assertThat(ReadRange.of(ReadQuery.range("a", List.of(), null, null, null), 30))
                .isEqualTo(new ReadRange(Long.MIN_VALUE, Long.MIN_VALUE, Long.MAX_VALUE));
    }
}
