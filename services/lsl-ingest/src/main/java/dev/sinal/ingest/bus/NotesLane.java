package dev.sinal.ingest.bus;

import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.ChunkEnvelope;
import dev.sinal.contracts.NoteBatch;
import dev.sinal.contracts.StoreAnswer;
import dev.sinal.contracts.StoreNote;
import dev.sinal.contracts.UtcNanos;
import dev.sinal.contracts.Wire;
import dev.sinal.ingest.domain.Backoff;
import dev.sinal.ingest.log.DurableLog;
import dev.sinal.ingest.log.LoggedNote;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends notes in batches, one batch at a time, until the store has committed them. Used on one event loop. */
final class NotesLane {
    private static final Logger LOG = LoggerFactory.getLogger(NotesLane.class);
    private static final int MOST = 200;
    private static final int MOST_BYTES = 512 << 10;
    private static final String KEY = "notes";

    private final Vertx vertx;
    private final DurableLog log;
    private final StoreLane lane;
    private final Backoff backoff;
    private boolean busy;
    private boolean more;
    private int most = MOST;
    private int rejections;

    NotesLane(Vertx vertx, DurableLog log, StoreLane lane) {
        this.vertx = vertx;
        this.log = log;
        this.lane = lane;
        this.backoff = new Backoff(lane.rules().backoffMs(), lane.rules().backoffMostMs(), lane.random());
    }

    void offer() {
        more = true;
        pump();
    }

    boolean idle() {
        return !busy && !more;
    }

    private void pump() {
        StoreLink target = lane.members().pick(KEY);
        if (busy || !more || target == null || lane.closed()) {
            return;
        }
        busy = true;
        more = false;
        log.notes(0, most)
                .onSuccess(notes -> {
                    if (notes.isEmpty()) {
                        busy = false;
                        lane.progressed();
                        pump();
                    } else {
                        send(target, notes);
                    }
                })
                .onFailure(e -> {
                    LOG.warn("notes could not be read error={}", e.getMessage());
                    later(0);
                });
    }

    private void send(StoreLink target, List<LoggedNote> notes) {
        List<LoggedNote> taken = new ArrayList<>();
        int bytes = 0;
        for (LoggedNote note : notes) {
            bytes += note.payload().length() + note.head().length();
            if (taken.isEmpty() || bytes <= MOST_BYTES) {
                taken.add(note);
            }
        }
        List<StoreNote> batch = new ArrayList<>(taken.size());
        try {
            taken.forEach(note -> batch.add(storeNote(note)));
        } catch (RuntimeException e) {
            LOG.error("notes cannot be read back", e);
            rejected(taken, "unreadable");
            return;
        }
        // Up to 200 notes in one transaction take longer than a chunk, and nobody measures them.
        long timeout = Math.max(lane.rules().timeoutMs(), target.timeoutMs());
        DeliveryOptions options = new DeliveryOptions().setSendTimeout(timeout);
        vertx.eventBus()
                .<JsonObject>request(Addresses.storeNotes(target.nodeId()), Wire.write(new NoteBatch(batch)), options)
                .map(Message::body)
                .map(body -> Wire.read(body, StoreAnswer.class))
                .onSuccess(answer -> answered(taken, answer))
                .onFailure(e -> {
                    LOG.debug("no answer to notes", e);
                    if (e instanceof ReplyException) {
                        lane.members().suspect(target);
                    }
                    later(0);
                });
    }

    private static StoreNote storeNote(LoggedNote note) {
        ChunkEnvelope head = Wire.read(new JsonObject(note.head()), ChunkEnvelope.class);
        return new StoreNote(
                note.uuid(),
                note.kind(),
                head.node(),
                head.fence(),
                head.epoch(),
                head.stream(),
                new JsonObject(note.payload()));
    }

    private void answered(List<LoggedNote> notes, StoreAnswer answer) {
        switch (String.valueOf(answer.status())) {
            case StoreAnswer.ACKED -> {
                backoff.reset();
                rejections = 0;
                most = MOST;
                lane.stats().notes.increment(notes.size());
                remove(notes);
            }
            case StoreAnswer.REJECTED -> rejected(notes, String.valueOf(answer.reason()));
            default -> later(answer.retryMs());
        }
    }

    /** A batch is all or none: the bad one is found by sending singly, and given up after some tries. */
    private void rejected(List<LoggedNote> notes, String reason) {
        most = 1;
        if (notes.size() > 1) {
            later(0);
        } else if (++rejections < lane.rules().tries()) {
            later(0);
        } else {
            rejections = 0;
            most = MOST;
            quarantine(notes.get(0), reason);
        }
    }

    private void quarantine(LoggedNote note, String reason) {
        LOG.error("a note is put into quarantine kind={} uuid={} reason={}", note.kind(), note.uuid(), reason);
        lane.stats().notesQuarantined.increment();
        log.quarantineNote(note.id(), reason, UtcNanos.now())
                .onFailure(e -> LOG.error("a rejected note stays in the log uuid={}", note.uuid(), e))
                .onComplete(done -> goOn());
    }

    private void remove(List<LoggedNote> notes) {
        log.deleteNotes(notes.stream().map(LoggedNote::id).toList()).onComplete(done -> goOn());
    }

    private void goOn() {
        busy = false;
        more = true;
        pump();
    }

    private void later(long retryMs) {
        vertx.setTimer(Math.max(retryMs, backoff.next()), ignored -> goOn());
    }
}
