package dev.sinal.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UtcNanosTest {
    @ParameterizedTest
    @CsvSource({
        "0, 1970-01-01T00:00:00.000000000Z",
        "1, 1970-01-01T00:00:00.000000001Z",
        "-1, 1969-12-31T23:59:59.999999999Z",
        "1000000000, 1970-01-01T00:00:01.000000000Z",
        "1767323045123456789, 2026-01-02T03:04:05.123456789Z",
        "9223372036854775807, 2262-04-11T23:47:16.854775807Z",
        "-9223372036854775808, 1677-09-21T00:12:43.145224192Z"
    })
    void textHasNineDigitsAndReadsBack(long nanos, String text) {
        assertThat(UtcNanos.format(nanos)).isEqualTo(text);
        if (nanos != Long.MIN_VALUE) { // the whole second below it is out of range
            assertThat(UtcNanos.of(UtcNanos.instant(nanos))).isEqualTo(nanos);
            assertThat(UtcNanos.parse(text)).isEqualTo(nanos);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-02T03:04:05Z, 2026-01-02T03:04:05Z",
        "2026-01-02t03:04:05z, 2026-01-02T03:04:05Z",
        "2026-01-02T03:04:05.5Z, 2026-01-02T03:04:05.500Z",
        "2026-01-02T05:04:05+02:00, 2026-01-02T03:04:05Z",
        "2026-01-02T05:04:05 02:00, 2026-01-02T03:04:05Z",
        "2026-01-02 03:04:05Z, 2026-01-02T03:04:05Z",
        "2026-01-02 05:04:05 02:00, 2026-01-02T03:04:05Z",
        "2026-01-01T21:34:05-05:30, 2026-01-02T03:04:05Z",
        "2026-01-02T03:04Z, 2026-01-02T03:04:00Z",
        "2026-01-02, 2026-01-02T00:00:00Z",
        "' 2026-01-02 ', 2026-01-02T00:00:00Z"
    })
    void timesWithOffsetAndDatesAreRead(String text, Instant expected) {
        assertThat(UtcNanos.parse(text)).isEqualTo(UtcNanos.of(expected));
    }

    @Test
    void aDateBeginsWhereTheReaderIs() {
        assertThat(UtcNanos.parse("2026-07-01", ZoneId.of("Europe/Berlin")))
                .isEqualTo(UtcNanos.of(Instant.parse("2026-06-30T22:00:00Z")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-01-02T03:04:05", "2026-01-02 03:04", "2026-01-02T03:04:05.123"})
    void aNaiveTimeIsRefusedWithTheRemedy(String text) {
        assertThatThrownBy(() -> UtcNanos.parse(text))
                .isInstanceOf(DateTimeException.class)
                .hasMessageContaining("add Z")
                .hasMessageContaining("+02:00");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "now",
                "2026",
                "2026-13-01",
                "2026-02-30",
                "2026-01-02T25:00:00Z",
                "2026-01-02T03:04:05+2",
                "1767323045",
                "2026-01-02T03:04:05.1234567891Z",
                "2262-04-12",
                "2262-04-12T00:00:00Z",
                "1677-09-20",
                "+12026-01-02T00:00:00Z",
                "9999-12-31"
            })
    void everythingElseIsRefusedWithAnExample(String text) {
        assertThatThrownBy(() -> UtcNanos.parse(text))
                .isInstanceOf(DateTimeException.class)
                .hasMessageContaining("2026-01-31T12:00:00Z");
    }

    @Test
    void daysBeginInUtcAlsoBefore1970() {
        assertThat(UtcNanos.startOfDay(UtcNanos.parse("2026-01-02T23:59:59Z"))).isEqualTo(UtcNanos.parse("2026-01-02"));
        assertThat(UtcNanos.startOfDay(-1)).isEqualTo(UtcNanos.parse("1969-12-31"));
    }

    @Test
    void textOrderIsTimeOrder() {
        long[] times = {-1, 0, 5, 999_999_999, 1_000_000_000, 1_767_323_045_123_456_789L};
        for (int i = 1; i < times.length; i++) {
            assertThat(UtcNanos.format(times[i])).isGreaterThan(UtcNanos.format(times[i - 1]));
        }
    }
}
