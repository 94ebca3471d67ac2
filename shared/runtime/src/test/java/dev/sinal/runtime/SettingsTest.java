package dev.sinal.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SettingsTest {
    private static final Duration MIN = Duration.ofMillis(1);
    private static final Duration MAX = Duration.ofHours(1);

    @Test
    void flagsWinOverEnvironmentAndEnvironmentOverFile() {
        var settings = new Settings(
                Map.of("http.port", "1", "http.host", "file"),
                Map.of("SINAL_HTTP_PORT", "2", "SINAL_HTTP_HOST", "environment"),
                Map.of("http.port", "3"));

        assertThat(settings.integer("http.port", 0, 0, 9)).isEqualTo(3);
        assertThat(settings.text("http.host", "default")).isEqualTo("environment");
        assertThat(settings.text("http.other", "default")).isEqualTo("default");
    }

    @ParameterizedTest
    @CsvSource({
        "store.maxRows,SINAL_STORE_MAX_ROWS",
        "ingest.log.maxBytes,SINAL_INGEST_LOG_MAX_BYTES",
        "http.port,SINAL_HTTP_PORT"
    })
    void environmentNamesFollowTheKey(String key, String name) {
        assertThat(Settings.environmentName(key)).isEqualTo(name);
    }

    @Test
    void aKeyThatNobodyReadsStopsTheStartAndNamesTheNearest() {
        var settings = Settings.of(Map.of("http.prot", "8080"));
        settings.integer("http.port", 8080, 0, 65_535);

        assertThatThrownBy(settings::refuseUnknown)
                .isInstanceOf(ConfigException.class)
                .hasMessage("http.prot is not a setting; did you mean http.port?");
    }

    @Test
    void anEnvironmentVariableOfAKnownSectionMustBeKnown() {
        var settings =
                new Settings(Map.of(), Map.of("SINAL_HTTP_PROT", "1", "SINAL_LIBLSL", "/x", "PATH", "/bin"), Map.of());
        settings.integer("http.port", 8080, 0, 65_535);

        assertThatThrownBy(settings::refuseUnknown).hasMessageContaining("SINAL_HTTP_PROT");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "65536", "8080x", ""})
    void aNumberOutsideItsRangeNamesKeyAndRange(String value) {
        var settings = Settings.of(Map.of("http.port", value));

        assertThatThrownBy(() -> settings.integer("http.port", 8080, 0, 65_535))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("http.port");
    }

    @ParameterizedTest
    @CsvSource({"250ms,PT0.25S", "5s,PT5S", "10m,PT10M", "1h,PT1H", "PT3S,PT3S"})
    void durationsAreWrittenAsPeopleWriteThem(String text, Duration expected) {
        assertThat(Settings.of(Map.of("a.b", text)).duration("a.b", MIN, MIN, MAX))
                .isEqualTo(expected);
    }

    @Test
    void daysAreDurationsToo() {
        assertThat(Settings.of(Map.of("a.b", "90d")).duration("a.b", MIN, MIN, Duration.ofDays(100)))
                .isEqualTo(Duration.ofDays(90));
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "soon", "2h", "0ms", "d", "1.5d", "106751991167301d"})
    void otherDurationsAreRefused(String text) {
        var settings = Settings.of(Map.of("a.b", text));

        assertThatThrownBy(() -> settings.duration("a.b", MIN, MIN, MAX)).hasMessageStartingWith("a.b must be");
    }

    @Test
    void aFileBecomesFlatKeys(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("sinal.yaml");
        Files.writeString(file, """
                http:
                  port: 8080
                  cors:
                    origins: [https://a.example, https://b.example]
                """);

        assertThat(ConfigFile.read(file))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("http.port", "8080", "http.cors.origins", "https://a.example,https://b.example"));
    }

    @Test
    void aBrokenFileNamesTheLine(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("sinal.yaml");
        Files.writeString(file, "http:\n  port: [1\n");

        assertThatThrownBy(() -> ConfigFile.read(file))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("line");
    }
}
