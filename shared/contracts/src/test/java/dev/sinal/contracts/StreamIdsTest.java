package dev.sinal.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The expected ids come from SHA-256 and Crockford's base 32 computed by another program: they are on disks and must never change. */
class StreamIdsTest {
    @Test
    void anIdNeverChanges() {
        assertThat(StreamIds.of("headset", "sinal-demo-1-eeg", "EEG", "EEG", "float32", 8, "lab"))
                .isEqualTo("k3z5caqn1th11r5x");
        assertThat(StreamIds.of("headset", "", "Füße", "EEG", "float32", 8, "lab"))
                .isEqualTo("edhvynp40jpw66jh");
        assertThat(StreamIds.external("abc123", "main")).isEqualTo("xxc8gcsjpy5s7cxv");
    }

    @Test
    void theHostCountsOnlyWithoutASourceId() {
        assertThat(StreamIds.of("a", "x", "n", "t", "int8", 1, "one"))
                .isEqualTo(StreamIds.of("a", "x", "n", "t", "int8", 1, "two"));
        assertThat(StreamIds.of("a", "", "n", "t", "int8", 1, "one"))
                .isNotEqualTo(StreamIds.of("a", "", "n", "t", "int8", 1, "two"));
    }

    @Test
    void everyPartOfTheIdentityCounts() {
        assertThat(java.util.stream.Stream.of(
                                StreamIds.of("a", "x", "n", "t", "int8", 1, ""),
                                StreamIds.of("b", "x", "n", "t", "int8", 1, ""),
                                StreamIds.of("a", "y", "n", "t", "int8", 1, ""),
                                StreamIds.of("a", "x", "m", "t", "int8", 1, ""),
                                StreamIds.of("a", "x", "n", "u", "int8", 1, ""),
                                StreamIds.of("a", "x", "n", "t", "int16", 1, ""),
                                StreamIds.of("a", "x", "n", "t", "int8", 2, ""))
                        .distinct())
                .hasSize(7);
    }
}
