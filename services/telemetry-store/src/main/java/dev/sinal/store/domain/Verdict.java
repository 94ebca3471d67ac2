package dev.sinal.store.domain;

import dev.sinal.contracts.StoreAnswer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the chunks of a run after its statement.
 *
 * @param answers to be sent now
 * @param again to be queued once more
 */
public record Verdict(List<Answer> answers, List<QueuedChunk> again) {
    private static final int MAX_ATTEMPTS = 5;
    private static final long RETRY_MS = 200;

    /** One chunk's answer. */
    public record Answer(QueuedChunk chunk, StoreAnswer answer) {
        public void send() {
            chunk.answer().accept(answer);
        }
    }

    /** The run was stored. */
    public static Verdict stored(Run run) {
        List<Answer> answers = new ArrayList<>(
                run.chunks().stream().map(chunk -> done(chunk, run.last())).toList());
        run.repeats().forEach(chunk -> answers.add(new Answer(chunk, StoreAnswer.acked(run.last()))));
        return new Verdict(answers, List.of());
    }

    /** The database is away or refused for now. */
    public static Verdict busy(Run run, long retryMs) {
        return new Verdict(
                run.all().stream()
                        .map(chunk -> new Answer(chunk, StoreAnswer.busy(retryMs)))
                        .toList(),
                List.of());
    }

    /**
     * The watermark did not move: chunk by chunk, because it is older, newer or somebody else's.
     *
     * @param state as the database shows it now; null when the epoch has no row
     */
    public static Verdict refused(Run run, @Nullable EpochState state) {
        List<Answer> answers = new ArrayList<>();
        List<QueuedChunk> again = new ArrayList<>();
        if (state == null) {
            run.all().forEach(chunk -> retry(chunk.again(), answers, again));
            return new Verdict(answers, again);
        }
        long reach = state.committedSeq();
        for (QueuedChunk chunk : run.all()) {
            if (chunk.envelope().fence() != state.fence()) {
                answers.add(new Answer(chunk, StoreAnswer.fenced()));
            } else if (chunk.last() <= state.committedSeq()) {
                answers.add(new Answer(chunk, StoreAnswer.acked(state.committedSeq())));
            } else if (chunk.first() > reach + 1) {
                answers.add(new Answer(chunk, StoreAnswer.resendFrom(state.committedSeq() + 1)));
            } else {
                boolean overlaps = chunk.first() <= state.committedSeq();
                retry(overlaps ? chunk.after(state.committedSeq()) : chunk.again(), answers, again);
                reach = Math.max(reach, chunk.last());
            }
        }
        return new Verdict(answers, again);
    }

    /** Every change of the watermark is progress, so few tries are enough; then the sender decides. */
    private static void retry(QueuedChunk chunk, List<Answer> answers, List<QueuedChunk> again) {
        if (chunk.attempts() >= MAX_ATTEMPTS) {
            answers.add(new Answer(chunk, StoreAnswer.busy(RETRY_MS)));
        } else {
            again.add(chunk);
        }
    }

    private static Answer done(QueuedChunk chunk, long committed) {
        Refusal refusal = chunk.refusal();
        return new Answer(
                chunk, refusal == null ? StoreAnswer.acked(committed) : StoreAnswer.rejected(refusal.reason()));
    }
}
