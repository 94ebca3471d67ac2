package dev.sinal.store.domain;

import static dev.sinal.store.Samples.chunk;
import static dev.sinal.store.Samples.envelope;
import static dev.sinal.store.Samples.stream;

import dev.sinal.contracts.StoreAnswer;
import java.util.ArrayList;
import java.util.List;

/** Inspected chunks of stream {@code s}, epoch 9, and the answers they got. */
final class Queued {
    private final List<String> answers = new ArrayList<>();

    QueuedChunk chunk9(long first, long last) {
        return ofFence(1, 9, first, last);
    }

    QueuedChunk ofFence(long fence, long epoch, long first, long last) {
        return new Inspection(1 << 20)
                .inspect(
                        envelope(stream("agent", "s", "a"), epoch, fence),
                        chunk("s", epoch, first, last),
                        answer -> answers.add(first + "-" + last + " " + text(answer)));
    }

    List<String> answers() {
        return answers;
    }

    void carryOut(Verdict verdict) {
        verdict.answers().forEach(Verdict.Answer::send);
    }

    private static String text(StoreAnswer answer) {
        return answer.status() + (answer.seq() == 0 ? "" : " " + answer.seq());
    }
}
