package dev.sinal.lsl.post;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.lsl.SuspectStamps;
import dev.sinal.lsl.SuspectStamps.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StampCheckTest {
    private static final double UNIX = 1_795_000_000.0;
    private static final double LSL = 5_000;
    private static final double UNKNOWN = Double.NaN;

    private final List<SuspectStamps> found = new ArrayList<>();
    private final StampCheck check = new StampCheck(found::add);

    private void samples(double correction, double after, double... stamps) {
        check.samples(stamps, stamps.length, correction, LSL + after, UNIX + after);
    }

    private List<Kind> kinds() {
        return found.stream().map(SuspectStamps::kind).toList();
    }

    @Test
    void goodStampsAreNotTalkedAbout() {
        check.opened(100);
        for (int i = 0; i < 1_000; i++) {
            samples(-1_000, i / 100.0, 6_000 + i / 100.0);
        }

        assertThat(found).isEmpty();
        assertThat(check.basis()).isEqualTo(StampBasis.LSL);
    }

    @ParameterizedTest
    @CsvSource({
        "NaN, NOT_FINITE",
        "Infinity, NOT_FINITE",
        "-Infinity, NOT_FINITE",
        "0, NOT_POSITIVE",
        "-12.5, NOT_POSITIVE",
        "3.2e9, ABSURD",
        "-3.2e9, ABSURD"
    })
    void absurdStampsAreTold(double stamp, Kind kind) {
        check.opened(100);
        samples(-1_000, 0, 6_000, 6_000.01);

        samples(-1_000, 0.1, stamp);

        assertThat(kinds()).contains(kind);
        assertThat(check.count(kind)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"1e3, milliseconds", "1e6, microseconds", "1e9, nanoseconds"})
    void unixTimeInOtherUnitsIsRecognized(double factor, String unit) {
        check.opened(0);

        samples(-1_000, 0, UNIX * factor);

        assertThat(found.get(0).detail()).endsWith("Unix time in " + unit);
    }

    @Test
    void unixTimeIsToldOnceTheFirstWaveHasEnded() {
        check.opened(100);
        samples(UNKNOWN, 0, UNIX, UNIX + 0.01);
        assertThat(found).isEmpty();

        check.correction(-1_000, LSL + 0.64);
        samples(-1_000, 0.7, UNIX + 0.7);

        assertThat(kinds()).containsExactly(Kind.UNIX_TIME);
        assertThat(check.basis()).isEqualTo(StampBasis.UNIX);
        assertThat(check.count(Kind.UNIX_TIME)).isEqualTo(3);
    }

    @Test
    void unixTimeIsToldOfWhereNoCorrectionCanBeHad() {
        check.opened(100);
        samples(UNKNOWN, 0, UNIX);

        check.correction(UNKNOWN, LSL + 0.64);

        assertThat(kinds()).containsExactly(Kind.UNIX_TIME);
    }

    @Test
    void aClockFarFromTheSendersIsTold() {
        check.opened(100);

        samples(-1_000, 0, 3_000_000);

        assertThat(kinds()).containsExactly(Kind.OTHER_CLOCK);
    }

    @Test
    void aSenderWhoseClockCountsFrom1970IsInOrder() {
        check.opened(100);

        samples(LSL - UNIX, 0, UNIX);

        assertThat(found).isEmpty();
    }

    @Test
    void stampsThatGoBackAreToldOnceAMinute() {
        check.opened(10);
        samples(-1_000, 0, 6_000, 6_000.1, 6_000.09, 6_000.2);
        assertThat(found).as("less than half a period").isEmpty();

        samples(-1_000, 1, 6_001, 6_000.5);
        samples(-1_000, 2, 6_002, 5_999, 6_002);
        samples(-1_000, 62, 6_062);

        assertThat(kinds()).containsExactly(Kind.BACKWARDS, Kind.BACKWARDS);
        assertThat(found.get(0).detail()).isEqualTo("stamps go back, by up to 0.500 s");
        assertThat(found.get(1).detail()).isEqualTo("stamps go back, by up to 3.000 s");
        assertThat(found.get(1).count()).isEqualTo(3);
        assertThat(check.count(Kind.BACKWARDS)).isEqualTo(3);
    }

    @Test
    void anotherConnectionMayBeginEarlier() {
        check.opened(10);
        samples(-1_000, 0, 6_000);
        check.opened(10);

        samples(4_999, 1, 2);

        assertThat(found).isEmpty();
    }
}
