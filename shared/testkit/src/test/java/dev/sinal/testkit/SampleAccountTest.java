package dev.sinal.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.testkit.SampleAccount.Gap;
import dev.sinal.testkit.SampleAccount.Row;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A checker that cannot fail proves nothing: each fault it looks for is shown to it. */
final class SampleAccountTest {
    private static final long MS = 1_000_000;

    @Test
    void aCompleteRecordingBalances() {
        assertThat(account(rows(0, 100), List.of()).balances()).isTrue();
    }

    @Test
    void aHoleWithoutAGapIsAFault() {
        List<Row> rows = rows(0, 100);
        rows.remove(50);

        assertThat(account(rows, List.of()).faults()).anyMatch(fault -> fault.contains("50 to 50 are missing"));
    }

    @Test
    void aHoleInsideARecordedGapIsExplained() {
        List<Row> rows = rows(0, 40);
        rows.addAll(rows(60, 100));

        SampleAccount account = account(rows, List.of(new Gap(39 * MS, 60 * MS, 20L, "collector_down")));

        assertThat(account.faults()).isEmpty();
        assertThat(account.missing()).isEqualTo(20);
        assertThat(account.explained()).isEqualTo(20);
    }

    @Test
    void aGapThatClaimsTooFewIsAFault() {
        List<Row> rows = rows(0, 40);
        rows.addAll(rows(60, 100));

        assertThat(account(rows, List.of(new Gap(39 * MS, 60 * MS, 5L, "collector_down")))
                        .balances())
                .isFalse();
    }

    @Test
    void aSampleStoredTwiceIsAFault() {
        List<Row> rows = rows(0, 100);
        rows.add(new Row(2, 1, 100 * MS, 99, NumberedOutlet.hash(99)));

        assertThat(account(rows, List.of()).faults()).anyMatch(fault -> fault.contains("twice"));
    }

    @Test
    void anAlteredSampleIsAFault() {
        List<Row> rows = rows(0, 10);
        rows.set(5, new Row(1, 6, 5 * MS, 5, 0.25));

        assertThat(account(rows, List.of()).faults()).contains("sample 5 was altered");
    }

    private static SampleAccount account(List<Row> rows, List<Gap> gaps) {
        return SampleAccount.of(rows, gaps, 2 * MS, 1);
    }

    /** One sample a millisecond; a hole begins another epoch. */
    private static List<Row> rows(long from, long to) {
        List<Row> rows = new ArrayList<>();
        for (long i = from; i < to; i++) {
            rows.add(new Row(1 + from, i - from + 1, i * MS, i, NumberedOutlet.hash(i)));
        }
        return rows;
    }
}
