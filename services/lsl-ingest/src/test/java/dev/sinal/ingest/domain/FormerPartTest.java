package dev.sinal.ingest.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.contracts.EpochRecord;
import dev.sinal.contracts.StreamDescriptor;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FormerPartTest {
    private static final long S = 1_000_000_000L;
    private static final StreamDescriptor STREAM = new StreamDescriptor(
            "s", "a", "eeg", "EEG", "EEG", "id", "host", "uid", "default", "double64", 100, null, List.of());

    private final FormerPart part = new FormerPart("here", 20, 100 * S, 100);

    @Test
    void aPartThatReachesTheCutOrWasHandedOverIsComplete() {
        assertThat(part.in(List.of(epoch(10, "there", 100 * S - S / 100, null))).complete())
                .isTrue();
        assertThat(part.in(List.of(epoch(10, "there", 90 * S, "handed_over"))).complete())
                .isTrue();
        assertThat(part.in(List.of(epoch(10, "there", 101 * S, null))).complete())
                .isTrue();
    }

    @Test
    void aPartThatEndsEarlyIsAGap() {
        FormerPart.Finding found =
                part.in(List.of(epoch(9, "there", 99 * S, "handed_over"), epoch(10, "there", 98 * S, null)));

        assertThat(found.complete()).isFalse();
        assertThat(found.gap())
                .isEqualTo(new GapFinding(
                        10,
                        98 * S,
                        100 * S,
                        199L,
                        GapFinding.COLLECTOR_DOWN,
                        found.gap().evidence()));
    }

    @Test
    void anIrregularStreamIsCompleteOnlyWhenItsEpochWasHandedOver() {
        FormerPart irregular = new FormerPart("here", 20, 100 * S, 0);

        FormerPart.Finding open = irregular.in(List.of(epoch(10, "there", 100 * S - 1, null)));
        assertThat(open.complete()).isFalse();
        assertThat(open.gap().estimated()).isNull();
        assertThat(irregular
                        .in(List.of(epoch(10, "there", 90 * S, "handed_over")))
                        .complete())
                .isTrue();
    }

    @Test
    void ownEpochsAndLaterOnesSayNothing() {
        FormerPart.Finding found = part.in(List.of(
                epoch(10, "here", 98 * S, null), epoch(21, "there", 98 * S, null), epoch(11, "there", null, null)));

        assertThat(found.complete()).isFalse();
        assertThat(found.gap()).isNull();
    }

    private static EpochRecord epoch(long epoch, String node, @Nullable Long last, @Nullable String reason) {
        return new EpochRecord(
                epoch,
                node,
                1,
                1,
                S,
                reason == null ? null : 2 * S,
                reason,
                last == null ? null : S,
                last,
                "lsl",
                STREAM);
    }
}
