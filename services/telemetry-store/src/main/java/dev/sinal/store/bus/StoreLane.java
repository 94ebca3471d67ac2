package dev.sinal.store.bus;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sinal.chunk.ChunkFormatException;
import dev.sinal.contracts.ChunkEnvelope;
import dev.sinal.contracts.StoreAnswer;
import dev.sinal.contracts.Wire;
import dev.sinal.contracts.read.Envelope;
import dev.sinal.runtime.Proxies;
import dev.sinal.store.domain.GroupCommit;
import dev.sinal.store.domain.Inspection;
import dev.sinal.store.domain.QueuedChunk;
import dev.sinal.store.domain.Run;
import dev.sinal.store.domain.WriteQueue;
import dev.sinal.store.sql.ChunkWriter;
import dev.sinal.store.sql.QuarantineTable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes chunks of samples from collectors; each is answered after COMMIT, or told to come again. */
public final class StoreLane {
    private static final Logger LOG = LoggerFactory.getLogger(StoreLane.class);
    private static final long RETRY_FULL_QUEUE_MS = 200;
    private static final long HEADS_BYTES = 16 << 20;
    private static final long RETRY_CLOSED_MS = 1_000;
    private static final long LEAST_WAIT_MS = 5;
    private static final long LEAST_STATEMENT_BYTES = 256 << 10;
    private static final long STATEMENT_BYTES = 8 << 20;
    private static final long STATEMENT_MS = 1_000;
    /** After a goodbye: what is sent before a collector hears of it arrives within this time. */
    private static final long QUIET_MS = 150;

    private static final long LONGEST_LEAVING_MS = 2_000;

    private final Vertx vertx;
    private final Gate gate;
    private final Inspection inspection;
    private final QuarantineTable quarantine;
    private final StoreMetrics metrics;
    private final MarkerEvents markerEvents;
    /** A collector sends the same head with every chunk of an epoch. */
    private final Cache<Buffer, Head> envelopes = Caffeine.newBuilder()
            .maximumWeight(HEADS_BYTES)
            .weigher((Buffer head, Head parsed) -> head.length())
            .build();

    private final List<WriteLane> lanes = new ArrayList<>();
    private @Nullable MessageConsumer<Buffer> consumer;
    private long lastRequest;

    /**
     * @param lanes statements at the same time
     * @param queueChunks waiting chunks of all lanes
     * @param queueBytes waiting bytes of all lanes
     * @param mostWaitMs longest time that a first chunk waits for others
     * @param databaseAway called when a statement did not reach the database
     * @param committed told each run that was stored
     */
    public StoreLane(
            Vertx vertx,
            Gate gate,
            ChunkWriter writer,
            QuarantineTable quarantine,
            StoreMetrics metrics,
            MarkerEvents markerEvents,
            Inspection inspection,
            int lanes,
            int queueChunks,
            long queueBytes,
            long mostWaitMs,
            Runnable databaseAway,
            Consumer<Run> committed) {
        this.vertx = vertx;
        this.gate = gate;
        this.inspection = inspection;
        this.quarantine = quarantine;
        this.metrics = metrics;
        this.markerEvents = markerEvents;
        for (int i = 0; i < lanes; i++) {
            this.lanes.add(new WriteLane(
                    vertx,
                    writer,
                    metrics,
                    new GroupCommit(LEAST_WAIT_MS, mostWaitMs, LEAST_STATEMENT_BYTES, STATEMENT_BYTES, STATEMENT_MS),
                    new WriteQueue(Math.max(1, queueChunks / lanes), Math.max(1, queueBytes / lanes)),
                    databaseAway,
                    committed));
        }
        metrics.gauge(
                "queue.chunks",
                () -> this.lanes.stream().mapToInt(WriteLane::chunks).sum());
        metrics.gauge(
                "queue.bytes",
                () -> this.lanes.stream().mapToLong(WriteLane::bytes).sum());
        metrics.gauge(
                "batch.wait.seconds",
                () -> plans().mapToLong(GroupCommit::waitMs).max().orElse(0) / 1e3);
        metrics.gauge(
                "batch.limit.bytes",
                () -> plans().mapToLong(GroupCommit::bytes).min().orElse(0));
        metrics.gauge(
                "commit.smoothed.seconds",
                () -> plans().mapToDouble(GroupCommit::commitS).max().orElse(0));
    }

    /** More waits than one statement takes: the database is behind. */
    public boolean queues() {
        return lanes.stream().anyMatch(lane -> lane.bytes() > lane.plan().bytes());
    }

    private Stream<GroupCommit> plans() {
        return lanes.stream().map(WriteLane::plan);
    }

    public Future<Void> start(String address) {
        MessageConsumer<Buffer> registered = vertx.eventBus().consumer(address, this::take);
        consumer = registered;
        return registered.completion();
    }

    /** After the goodbye: serves what is still on its way, and answers it, before {@link #stop}. Never fails. */
    public Future<Void> finish() {
        Promise<Void> finished = Promise.promise();
        long began = System.nanoTime();
        vertx.setPeriodic(20, look -> {
            long now = System.nanoTime();
            boolean quiet = now - Math.max(began, lastRequest) >= QUIET_MS * 1_000_000
                    && lanes.stream().allMatch(WriteLane::idle);
            if (quiet || now - began >= LONGEST_LEAVING_MS * 1_000_000) {
                vertx.cancelTimer(look);
                finished.complete();
            }
        });
        return finished.future();
    }

    /** What could not be stored is told to come again. */
    public Future<Void> stop() {
        Future<Void> gone = consumer == null ? Future.succeededFuture() : Proxies.retire(vertx, consumer);
        return gone.transform(unregistered ->
                Future.join(lanes.stream().map(WriteLane::stop).toList()).mapEmpty());
    }

    private void take(Message<Buffer> message) {
        lastRequest = System.nanoTime();
        if (!gate.isOpen()) {
            answer(message, StoreAnswer.busy(RETRY_CLOSED_MS));
            return;
        }
        ChunkEnvelope envelope = null;
        byte[] chunk = new byte[0];
        QueuedChunk queued;
        try {
            Envelope.Split parts = Envelope.split(message.body());
            chunk = parts.body().getBytes();
            Head head = envelopes.get(parts.head(), StoreLane::parse);
            envelope = head.envelope();
            if (head.problem() != null) {
                throw head.problem();
            }
            Consumer<StoreAnswer> answer = stored -> answer(message, stored);
            queued = inspection.inspectOf(envelope, chunk, answer);
        } catch (ChunkFormatException | IllegalArgumentException | NullPointerException | DecodeException e) {
            refuse(message, envelope, chunk, e);
            return;
        }
        if (!queued.markers().isEmpty()) {
            queued = markerEvents.announceWhenStored(queued);
        }
        int lane = Math.floorMod(queued.streamId().hashCode(), lanes.size());
        if (!lanes.get(lane).offer(queued)) {
            answer(message, StoreAnswer.busy(RETRY_FULL_QUEUE_MS));
        }
    }

    /** @param problem why no chunk is taken under it; null when it is fine */
    private record Head(ChunkEnvelope envelope, @Nullable RuntimeException problem) {}

    /** Checked once: looking through the names of many channels takes longer than all else that is done with a chunk here. */
    private static Head parse(Buffer bytes) {
        ChunkEnvelope envelope = Wire.read(new JsonObject(bytes), ChunkEnvelope.class);
        try {
            Inspection.checkEnvelope(envelope);
            return new Head(envelope, null);
        } catch (IllegalArgumentException | NullPointerException e) {
            return new Head(envelope, e);
        }
    }

    /** Answered only when the bytes are safe for people to look at. */
    private void refuse(
            Message<Buffer> message, @Nullable ChunkEnvelope envelope, byte[] chunk, RuntimeException problem) {
        String reason = problem.getMessage() == null ? problem.toString() : problem.getMessage();
        LOG.warn("chunk refused reason={}", reason);
        byte[] kept = chunk.length == 0 ? message.body().getBytes() : chunk;
        quarantine
                .add(trusted(envelope), kept, reason.replace("\0", "\\0"))
                .onSuccess(done -> answer(message, StoreAnswer.rejected(reason)))
                .onFailure(failure -> answer(message, StoreAnswer.busy(RETRY_CLOSED_MS)));
    }

    /** An envelope whose names can be written down. */
    private static @Nullable ChunkEnvelope trusted(@Nullable ChunkEnvelope envelope) {
        boolean complete = envelope != null
                && envelope.stream() != null
                && envelope.toString().indexOf('\0') < 0;
        return complete ? envelope : null;
    }

    private void answer(Message<Buffer> message, StoreAnswer answer) {
        metrics.answered(answer);
        message.reply(Wire.write(answer));
    }
}
