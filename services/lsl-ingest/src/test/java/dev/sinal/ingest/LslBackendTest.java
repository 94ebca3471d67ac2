package dev.sinal.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinal.lsl.LslConfig;
import dev.sinal.runtime.ConfigException;
import dev.sinal.runtime.Settings;
import dev.sinal.runtime.lsl.LslSettings;
import io.vertx.core.Vertx;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LslBackendTest {
    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private LslBackend open(Map<String, String> flags) {
        LslSettings settings = LslSettings.from(new Settings(Map.of(), Map.of(), flags));
        return LslBackend.open(vertx, settings, LslConfig.loopback());
    }

    @Test
    void javaUnlessToldOtherwise() {
        assertThat(open(Map.of()).description()).isEqualTo("java");
        assertThat(open(Map.of("lsl.backend", "java")).description()).isEqualTo("java");
    }

    @Test
    void anUnknownBackendIsRefused() {
        assertThatThrownBy(() -> open(Map.of("lsl.backend", "c++")))
                .isInstanceOf(ConfigException.class)
                .hasMessage("lsl.backend must be java or native, was 'c++'");
    }

    @Test
    void aMissingLibraryIsToldAtOnce() {
        assertThatThrownBy(() -> open(Map.of("lsl.backend", "native", "lsl.library", "/nowhere/liblsl.so")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("/nowhere/liblsl.so (setting lsl.library)");
    }
}
