package dev.sinal.ingest.net;

import dev.sinal.contracts.EpochRecord;
import dev.sinal.ingest.domain.FormerPart;
import dev.sinal.ingest.domain.GapFinding;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * After a hand-over: looks whether the other node's part arrives in the store, and tells a gap when it does not. What comes later all the same, out of
 * the log of a node that has come back, readers show instead of the gap.
 */
final class FormerParts {
    private static final long EVERY_MS = 5_000;
    /** Answers that say the same before the gap is told: half a minute for a node that is slow. */
    private static final int PATIENCE = 6;
    /** The store may be away for as many looks, an hour. */
    private static final int MOST_LOOKS = 720;

    private final Vertx vertx;
    private final Function<String, Future<List<EpochRecord>>> epochs;
    private final long everyMs;

    /** @param epochs of a stream, as stored */
    FormerParts(Vertx vertx, Function<String, Future<List<EpochRecord>>> epochs) {
        this(vertx, epochs, EVERY_MS);
    }

    FormerParts(Vertx vertx, Function<String, Future<List<EpochRecord>>> epochs, long everyMs) {
        this.vertx = vertx;
        this.epochs = epochs;
        this.everyMs = everyMs;
    }

    /** @param missing told at most once, on the caller's context */
    void look(String streamId, FormerPart part, Consumer<GapFinding> missing) {
        next(streamId, part, missing, 1, 0);
    }

    private void next(String streamId, FormerPart part, Consumer<GapFinding> missing, int looks, int answers) {
        vertx.setTimer(
                everyMs,
                due -> epochs.apply(streamId).onComplete(answer -> {
                    FormerPart.Finding found = answer.succeeded() ? part.in(answer.result()) : null;
                    if (found != null && found.complete()) {
                        return;
                    }
                    int heard = found == null ? answers : answers + 1;
                    if (heard < PATIENCE && looks < MOST_LOOKS) {
                        next(streamId, part, missing, looks + 1, heard);
                    } else if (found != null && found.gap() != null) {
                        missing.accept(found.gap());
                    }
                }));
    }
}
