package dev.sinal.ingest.bus;

import dev.sinal.chunk.ChunkFormatException;
import dev.sinal.chunk.ChunkHeader;
import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.EpochIds;
import dev.sinal.contracts.Position;
import dev.sinal.contracts.StoreAnswer;
import dev.sinal.contracts.UtcNanos;
import dev.sinal.contracts.Wire;
import dev.sinal.contracts.read.Envelope;
import dev.sinal.ingest.domain.AimdWindow;
import dev.sinal.ingest.domain.Backoff;
import dev.sinal.ingest.domain.GapFinding;
import dev.sinal.ingest.log.DurableLog;
import dev.sinal.ingest.log.LoggedChunk;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what the log holds of one stream, in order, until the store has committed it. Used on one event loop.
 *
 * <p>Whatever goes wrong, the way on is the same: nothing more is sent until every request in flight has ended, then the lane waits a
 * little and begins again at the oldest chunk that nobody has acknowledged. Only then may it go to another store, too.
 */
final class StreamLane {
    private static final Logger LOG = LoggerFactory.getLogger(StreamLane.class);
    private static final int SAME_HOLE = 2;

    private final String stream;
    private final StoreLane lane;
    private final LaneRules rules;
    private final DurableLog log;
    private final Vertx vertx;
    private final Backoff backoff;
    private final TreeMap<Long, LoggedChunk> unacknowledged = new TreeMap<>();
    private final Set<Long> leaving = new HashSet<>();
    private final AimdWindow window;

    private @Nullable StoreLink target;
    private @Nullable Position committed;
    private @Nullable Supplier<Future<Void>> cure;
    private long cursor;
    private long sentUpTo;
    private int inFlight;
    private long inFlightBytes;
    private boolean reading;
    private boolean more = true;
    private boolean troubled;
    private boolean congested;
    private boolean waiting;
    private boolean inLine;
    private long retryMs;
    private long rejectedId;
    private int rejections;
    private long holeAt;
    private int holeSeen;
    private long pending;
    private long oldestAt;

    StreamLane(String stream, StoreLane lane, DurableLog log, Vertx vertx) {
        this.stream = stream;
        this.lane = lane;
        this.rules = lane.rules();
        this.log = log;
        this.vertx = vertx;
        this.window = new AimdWindow(rules.chunks());
        this.backoff = new Backoff(rules.backoffMs(), rules.backoffMostMs(), lane.random());
    }

    /** Chunks accepted and not committed. */
    long pending() {
        return pending;
    }

    /** When the oldest of them was accepted, about; UTC ns. */
    long oldestAt() {
        return oldestAt;
    }

    /** Its window, as a part of the largest. */
    double share() {
        return window.share();
    }

    /** The last committed position since this node started; null before. */
    @Nullable
    Position committed() {
        return committed;
    }

    /** The log has so many chunks of the stream more. */
    void offer(long chunks, long acceptedAt) {
        if (pending == 0) {
            oldestAt = acceptedAt;
        }
        pending += chunks;
        more = true;
        pump();
    }

    void pump() {
        if (reading || waiting || troubled || inLine || !more || lane.closed()) {
            return;
        }
        long room = Math.round(rules.bytes() * window.share()) - inFlightBytes;
        StoreLink store = inFlight >= window.chunks() || room <= 0 ? null : findTarget();
        if (store == null) {
            return;
        }
        SendBudget.Claim claim = new SendBudget.Claim(store, behind(), Math.min(rules.readBytes(), room), this::inTurn);
        inLine = true;
        if (!lane.budget().take(claim)) {
            return;
        }
        inLine = false;
        reading = true;
        more = false;
        log.read(stream, cursor, window.chunks() - inFlight, claim.bytes())
                .onSuccess(chunks -> send(chunks, claim))
                .onFailure(e -> {
                    reading = false;
                    lane.budget().adjust(claim, -claim.bytes());
                    LOG.warn("the log could not be read stream={} error={}", stream, e.getMessage());
                    trouble(null);
                });
    }

    /** More waits than two windows: it does not catch up by itself. */
    private boolean behind() {
        return pending > 2L * rules.chunks();
    }

    private void inTurn() {
        inLine = false;
        pump();
    }

    /** A stream changes its store only with nothing in flight. */
    private @Nullable StoreLink findTarget() {
        StoreLink wanted = lane.members().pick(stream);
        StoreLink before = target;
        if (wanted == null || wanted == before) {
            return wanted;
        }
        if (inFlight > 0) {
            return null;
        }
        if (before != null) {
            lane.stats().retargets.increment();
        }
        target = wanted;
        return wanted;
    }

    private void send(List<LoggedChunk> read, SendBudget.Claim claim) {
        reading = false;
        // What is acknowledged may still be in the log for a moment.
        List<LoggedChunk> chunks =
                read.stream().filter(chunk -> !leaving.contains(chunk.id())).toList();
        long bytes = chunks.stream().mapToLong(chunk -> chunk.body().length).sum();
        inFlight += chunks.size();
        inFlightBytes += bytes;
        lane.budget().adjust(claim, bytes - claim.bytes());
        if (!read.isEmpty()) {
            more = true;
            cursor = read.get(read.size() - 1).id();
            lane.stats().window.record(inFlight);
        }
        for (LoggedChunk chunk : chunks) {
            unacknowledged.put(chunk.id(), chunk);
            if (chunk.damaged().isEmpty()) {
                request(chunk, claim);
            } else {
                ended(chunk, claim);
                reject(chunk, chunk.damaged(), rules.tries());
            }
        }
        goOn();
    }

    private void request(LoggedChunk chunk, SendBudget.Claim claim) {
        StoreLink store = claim.link();
        boolean first = chunk.id() > sentUpTo;
        sentUpTo = Math.max(sentUpTo, chunk.id());
        long sentAt = System.nanoTime();
        long onTheWay = store.inFlight();
        Buffer message = Envelope.wrap(Buffer.buffer(chunk.head()), Buffer.buffer(chunk.body()));
        DeliveryOptions options = new DeliveryOptions().setSendTimeout(store.timeoutMs());
        vertx.eventBus()
                .<JsonObject>request(Addresses.storeChunks(store.nodeId()), message, options)
                .map(Message::body)
                .map(body -> Wire.read(body, StoreAnswer.class))
                .onComplete(answered -> {
                    ended(chunk, claim);
                    if (answered.succeeded()) {
                        StoreAnswer answer = answered.result();
                        measure(store, answer, first, sentAt, onTheWay);
                        answer(chunk, answer);
                    } else {
                        unanswered(store, sentAt, answered.cause());
                        congested = true;
                        trouble(null);
                    }
                    goOn();
                });
    }

    /** Only a chunk that was sent once and committed says how long a commit takes (Karn's rule). */
    private void measure(StoreLink store, StoreAnswer answer, boolean first, long sentAt, long onTheWay) {
        long now = System.nanoTime();
        if (StoreAnswer.BUSY.equals(answer.status())) {
            lane.stats().busy.increment();
            store.busy(sentAt, now);
        } else if (first && StoreAnswer.ACKED.equals(answer.status())) {
            lane.stats().roundTrip.record(now - sentAt, TimeUnit.NANOSECONDS);
            store.answered(sentAt, now, onTheWay);
        }
    }

    private void unanswered(StoreLink store, long sentAt, Throwable cause) {
        LOG.debug("no answer from the store stream={} store={}", stream, store.node(), cause);
        if (cause instanceof ReplyException reply && reply.failureType() == ReplyFailure.NO_HANDLERS) {
            lane.stats().unreachable.increment();
            lane.members().suspect(store);
        } else if (cause instanceof ReplyException reply && reply.failureType() == ReplyFailure.TIMEOUT) {
            lane.stats().timeouts.increment();
            store.timedOut(sentAt, System.nanoTime());
            lane.members().suspect(store);
        }
    }

    private void ended(LoggedChunk chunk, SendBudget.Claim claim) {
        inFlight--;
        inFlightBytes -= chunk.body().length;
        lane.budget().adjust(claim, -chunk.body().length);
    }

    private void answer(LoggedChunk chunk, StoreAnswer answer) {
        switch (String.valueOf(answer.status())) {
            case StoreAnswer.ACKED -> acknowledge(chunk, answer.seq());
            case StoreAnswer.RESEND_FROM -> resendFrom(chunk, answer.seq());
            case StoreAnswer.BUSY -> {
                retryMs = Math.max(retryMs, Math.min(answer.retryMs(), rules.backoffMostMs()));
                congested = true;
                trouble(null);
            }
            case StoreAnswer.FENCED -> {
                LOG.warn("the store says the epoch is another's stream={} epoch={}", stream, chunk.epoch());
                trouble(isOldest(chunk) ? () -> moveOn(chunk, chunk.loggedFirst(), 0) : null);
            }
            case StoreAnswer.REJECTED -> reject(chunk, String.valueOf(answer.reason()), 1);
            default -> {
                LOG.warn("the store gave an unknown answer stream={} status={}", stream, answer.status());
                trouble(null);
            }
        }
    }

    private boolean isOldest(LoggedChunk chunk) {
        return !unacknowledged.isEmpty() && unacknowledged.firstKey() == chunk.id();
    }

    /** Everything of the epoch up to this number is in the database. */
    private void acknowledge(LoggedChunk chunk, long seq) {
        List<LoggedChunk> done = unacknowledged.values().stream()
                .filter(sent -> sent.epoch() == chunk.epoch() && sent.lastSeq() <= seq)
                .toList();
        if (done.isEmpty()) {
            if (unacknowledged.containsKey(chunk.id())) {
                trouble(null); // acknowledged less than it was sent: to be sent again
            }
            return;
        }
        for (LoggedChunk sent : done) {
            unacknowledged.remove(sent.id());
            lane.stats().committed.increment(sent.lastSeq() - sent.firstSeq() + 1);
        }
        if (committed == null
                || chunk.epoch() > committed.epoch()
                || (chunk.epoch() == committed.epoch() && seq > committed.seq())) {
            committed = new Position(chunk.epoch(), seq);
        }
        window.acknowledged(done.size());
        backoff.reset();
        rejections = 0;
        holeSeen = 0;
        forget(done);
    }

    private void forget(List<LoggedChunk> done) {
        pending = Math.max(0, pending - done.size());
        // What is left was accepted after these.
        oldestAt = done.get(done.size() - 1).acceptedAt();
        List<Long> ids = done.stream().map(LoggedChunk::id).toList();
        leaving.addAll(ids);
        log.delete(ids)
                .onSuccess(gone -> leaving.removeAll(ids))
                .onFailure(e ->
                        LOG.warn("acknowledged chunks stay in the log stream={} error={}", stream, e.getMessage()));
        lane.progressed();
    }

    /** The store misses what comes before this chunk. Normally that is unacknowledged too and goes out again. */
    private void resendFrom(LoggedChunk chunk, long seq) {
        boolean inHand = unacknowledged.values().stream()
                .anyMatch(sent -> sent.epoch() == chunk.epoch() && sent.firstSeq() <= seq && seq <= sent.lastSeq());
        if (inHand || !isOldest(chunk)) {
            trouble(null);
            return;
        }
        holeSeen = holeAt == seq ? holeSeen + 1 : 1;
        holeAt = seq;
        if (holeSeen < SAME_HOLE) {
            cursor = 0; // perhaps the log has it still
            trouble(null);
            return;
        }
        holeSeen = 0;
        trouble(() -> {
            lane.gap(
                    chunk,
                    EpochIds.openedAtMillis(chunk.epoch()) * 1_000_000L,
                    minTimestamp(chunk),
                    chunk.firstSeq() - seq,
                    GapFinding.STORE_LOST,
                    "the store asks for seq " + seq + ", the log begins at " + chunk.firstSeq());
            return moveOn(chunk, chunk.loggedFirst(), seq - 1);
        });
    }

    private void reject(LoggedChunk chunk, String reason, int weight) {
        if (rejectedId != chunk.id()) {
            rejectedId = chunk.id();
            rejections = 0;
        }
        rejections += weight;
        LOG.warn(
                "a chunk was rejected stream={} epoch={} first={} reason={}",
                stream,
                chunk.epoch(),
                chunk.firstSeq(),
                reason);
        trouble(rejections >= rules.tries() ? () -> quarantine(chunk, reason) : null);
    }

    private Future<Void> quarantine(LoggedChunk chunk, String reason) {
        lane.stats().quarantined.increment();
        LOG.error(
                "a chunk is put into quarantine stream={} epoch={} first={} last={} reason={}",
                stream,
                chunk.epoch(),
                chunk.firstSeq(),
                chunk.lastSeq(),
                reason);
        unacknowledged.remove(chunk.id());
        pending = Math.max(0, pending - 1);
        long from = minTimestamp(chunk);
        lane.gap(
                chunk,
                from - 1,
                maxTimestamp(chunk) + 1,
                chunk.lastSeq() - chunk.firstSeq() + 1,
                GapFinding.QUARANTINED,
                reason);
        long behind = chunk.loggedFirst() + chunk.lastSeq() - chunk.firstSeq() + 1;
        return log.quarantine(chunk.id(), reason, UtcNanos.now())
                .compose(done -> moveOn(chunk, behind, chunk.lastSeq()))
                .onSuccess(done -> lane.progressed());
    }

    /**
     * An epoch has no holes: what is behind one goes on as another epoch.
     *
     * @param fromSeq first logged number of what goes on
     * @param keptLast last number that the epoch of the chunk keeps; 0 = it is not ours to close
     */
    private Future<Void> moveOn(LoggedChunk chunk, long fromSeq, long keptLast) {
        lane.stats().moved.increment();
        long next = EpochIds.next(System.currentTimeMillis(), chunk.loggedEpoch(), lane.random());
        return log.move(stream, chunk.loggedEpoch(), fromSeq, next).onSuccess(moved -> {
            if (keptLast > 0) {
                lane.closed(chunk, keptLast);
            }
        });
    }

    private static long minTimestamp(LoggedChunk chunk) {
        try {
            return ChunkHeader.read(chunk.body()).minTimestamp();
        } catch (ChunkFormatException e) {
            return EpochIds.openedAtMillis(chunk.loggedEpoch()) * 1_000_000L;
        }
    }

    private static long maxTimestamp(LoggedChunk chunk) {
        try {
            return ChunkHeader.read(chunk.body()).maxTimestamp();
        } catch (ChunkFormatException e) {
            return UtcNanos.now();
        }
    }

    /** @param remedy to be done once nothing is in flight */
    private void trouble(@Nullable Supplier<Future<Void>> remedy) {
        troubled = true;
        if (remedy != null) {
            cure = remedy;
        }
        goOn();
    }

    private void goOn() {
        if (!troubled) {
            pump();
            return;
        }
        if (inFlight > 0 || reading || waiting || lane.closed()) {
            return;
        }
        waiting = true;
        if (congested) {
            congested = false;
            window.congested();
        }
        lane.stats().resends.increment();
        long wait = Math.max(retryMs, backoff.next());
        vertx.setTimer(Math.max(1, wait), ignored -> again());
    }

    private void again() {
        Supplier<Future<Void>> remedy = cure;
        cure = null;
        if (remedy == null) {
            fromTheOldest();
            return;
        }
        remedy.get()
                .onFailure(e -> LOG.error("a hole could not be dealt with stream={} error={}", stream, e.getMessage()))
                .onComplete(done -> fromTheOldest());
    }

    private void fromTheOldest() {
        waiting = false;
        troubled = false;
        retryMs = 0;
        if (!unacknowledged.isEmpty()) {
            cursor = Math.min(cursor, unacknowledged.firstKey() - 1);
        }
        // Everything is read anew: what moved has other numbers now.
        unacknowledged.clear();
        more = true;
        pump();
    }
}
