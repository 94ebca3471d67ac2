package dev.sinal.store.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class VerdictTest {
    private final Queued chunks = new Queued();

    @Test
    void aStoredRunAcknowledgesItsChunksAndTheirRepeats() {
        Run run = new Run(List.of(chunks.chunk9(1, 10), chunks.chunk9(11, 20)), List.of(chunks.chunk9(1, 10)));

        chunks.carryOut(Verdict.stored(run));

        assertThat(chunks.answers()).containsExactly("1-10 acked 20", "11-20 acked 20", "1-10 acked 20");
    }

    @Test
    void whatIsStoredAlreadyIsAcknowledged() {
        judge(new EpochState(1, 30), chunks.chunk9(1, 10), chunks.chunk9(11, 30));

        assertThat(chunks.answers()).containsExactly("1-10 acked 30", "11-30 acked 30");
    }

    @Test
    void whatIsBehindAHoleIsSentFor() {
        judge(new EpochState(1, 5), chunks.chunk9(7, 10), chunks.chunk9(11, 20));

        assertThat(chunks.answers()).containsExactly("7-10 resend_from 6", "11-20 resend_from 6");
    }

    @Test
    void anOverlapIsCutAndTriedAgainWithWhatFollows() {
        Verdict verdict = judge(new EpochState(1, 5), chunks.chunk9(1, 10), chunks.chunk9(11, 20));

        assertThat(verdict.answers()).isEmpty();
        assertThat(verdict.again()).extracting(QueuedChunk::first).containsExactly(6L, 11L);
        ChunkRow row = verdict.again().get(0).rows().get(0);
        assertThat(row.firstSeq()).isEqualTo(6);
        assertThat(row.count()).isEqualTo(5);
        assertThat(row.mins()[0]).isEqualTo(6);
    }

    @Test
    void anotherFenceIsToldToStop() {
        judge(new EpochState(2, 5), chunks.chunk9(6, 10));

        assertThat(chunks.answers()).containsExactly("6-10 fenced");
    }

    @Test
    void triesAreLimited() {
        QueuedChunk chunk = chunks.chunk9(1, 10);
        for (int i = 0; i < 4; i++) {
            Verdict verdict = judge(null, chunk);
            assertThat(verdict.again()).hasSize(1);
            chunk = verdict.again().get(0);
        }

        assertThat(judge(null, chunk).again()).isEmpty();
        assertThat(chunks.answers()).containsExactly("1-10 busy");
    }

    private Verdict judge(EpochState state, QueuedChunk... run) {
        Verdict verdict = Verdict.refused(new Run(List.of(run), List.of()), state);
        chunks.carryOut(verdict);
        return verdict;
    }
}
