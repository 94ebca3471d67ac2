package dev.sinal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinal.runtime.ConfigException;
import dev.sinal.runtime.Settings;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreConfigTest {
    private static Duration retention(Map<String, String> given) {
        return StoreConfig.from(Settings.of(given)).retention();
    }

    @Test
    void nothingExpiresUnlessSomebodySaysSo() {
        assertThat(retention(Map.of())).isZero();
        assertThat(retention(Map.of("store.retention", "forever"))).isZero();
        assertThat(retention(Map.of("store.retention", "90d"))).isEqualTo(Duration.ofDays(90));
        assertThat(retention(Map.of("store.retention", "48h"))).isEqualTo(Duration.ofDays(2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"47h", "0", "0s", "-5d", "ever", "40000d"})
    void otherTimesAreRefusedNamingTheKey(String value) {
        assertThatThrownBy(() -> retention(Map.of("store.retention", value)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("store.retention");
    }
}
