package dev.sinal.ingest.net;

import dev.sinal.chunk.ChunkEncoder;
import dev.sinal.chunk.Codecs;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.ChunkEnvelope;
import dev.sinal.contracts.ClockRecord;
import dev.sinal.contracts.GapRecord;
import dev.sinal.contracts.LiveMeta;
import dev.sinal.contracts.Position;
import dev.sinal.contracts.StoreNote;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.Wire;
import dev.sinal.contracts.read.Envelope;
import dev.sinal.ingest.domain.GapFinding;
import dev.sinal.ingest.domain.Moment;
import dev.sinal.ingest.log.LogEntryToWrite;
import dev.sinal.lsl.ClockProbe;
import dev.sinal.lsl.StreamInfo;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is written down of one stream, epoch by epoch: its blocks and notes go to the log in their order, and what others should know at once is told
 * on the bus. Used on one event loop.
 */
final class EpochDiary {
    private static final Logger LOG = LoggerFactory.getLogger(EpochDiary.class);
    private static final double CLOCK_NOTE_S = 5;

    /** Told what became of a block. */
    interface Listener {
        /** It is in the log. */
        void accepted(SampleBlock block);

        /** It is not, and never will be. */
        void refused(SampleBlock block, Throwable why);

        /** What the stream says of itself; null before it was connected. */
        @Nullable
        StreamInfo description();
    }

    /** @param stored JSON of its ChunkEnvelope @param live LiveMeta, encoded once */
    private record Head(long epoch, StreamDescriptor stream, String stored, Buffer live) {}

    private final Tools tools;
    private final String agentId;
    private final String id;
    private final String name;
    private final Listener listener;

    private @Nullable Head head;
    private @Nullable Position accepted;
    private Codecs codecs = Codecs.COMPRESS.learning();
    private Future<?> encoded = Future.succeededFuture();
    private Future<?> written = Future.succeededFuture();
    private long describedFor;
    private boolean clockNotedOk;
    private double clockNotedAt = Double.NEGATIVE_INFINITY;

    EpochDiary(Tools tools, String agentId, String id, String name, Listener listener) {
        this.tools = tools;
        this.agentId = agentId;
        this.id = id;
        this.name = name;
        this.listener = listener;
    }

    /** The last sample in the log. */
    @Nullable
    Position accepted() {
        return accepted;
    }

    /** Done when everything that was handed over is in the log or refused. */
    Future<?> written() {
        return written;
    }

    /** @param steps of the converter, one a channel; 0 or NaN where it is not known */
    void steps(double[] steps) {
        codecs = Codecs.compressWithSteps(steps).learning(); // blocks of a stream are encoded one at a time
    }

    void open(long epoch, StreamDescriptor stream, long fence) {
        ChunkEnvelope envelope = new ChunkEnvelope(tools.node(), fence, epoch, stream);
        Buffer live = Wire.write(new LiveMeta(tools.node(), epoch, stream)).toBuffer();
        head = new Head(epoch, stream, Wire.write(envelope).encode(), live);
    }

    void appeared() {
        Head current = head;
        if (current != null) {
            tools.events().appeared(current.stream(), current.epoch());
        }
    }

    void lost(String reason) {
        Head current = head;
        if (current != null) {
            tools.events().lost(current.stream(), reason);
        }
    }

    void store(SampleBlock block) {
        Head current = head;
        if (current == null) {
            return;
        }
        if (tools.encoder().behind()) {
            // Later: the intake is in the middle of a sample, and a refusal ends its epoch.
            tools.vertx()
                    .runOnContext(
                            ignored -> listener.refused(block, new IllegalStateException("the encoder is behind")));
            return;
        }
        Future<byte[]> bytes = tools.encoder().encode(block, codecs, encoded);
        encoded = bytes;
        Future<?> earlier = written;
        Future<?> mine = bytes.compose(body -> tools.log().append(entry(current, block, body)))
                .onSuccess(done -> accepted(current, block))
                .onFailure(e -> listener.refused(block, e));
        written = earlier.transform(ignored -> mine);
    }

    private void accepted(Head of, SampleBlock block) {
        tools.stats().accepted.increment(block.size());
        accepted = new Position(block.epoch(), block.lastSeq());
        listener.accepted(block);
        StreamInfo info = listener.description();
        if (describedFor != block.epoch() && info != null) {
            describedFor = block.epoch();
            note(of, StoreNote.INFO, new JsonObject().put("xml", info.toXml()), false);
        }
    }

    private LogEntryToWrite entry(Head of, SampleBlock block, byte[] body) {
        return new LogEntryToWrite(
                agentId,
                id,
                name,
                block.epoch(),
                block.firstSeq(),
                block.lastSeq(),
                block.timestamps()[block.size() - 1],
                of.stored(),
                body);
    }

    void live(SampleBlock block) {
        Head current = head;
        if (current == null) {
            return;
        }
        Buffer frame = Envelope.wrap(current.live(), Buffer.buffer(ChunkEncoder.encode(block, Codecs.RAW)));
        tools.vertx().eventBus().publish(Addresses.live(agentId), frame);
        tools.stats().liveFrames.increment();
        tools.watched().samples(current.stream(), block);
    }

    /** Notes a probe now and then, and whenever probes begin to fail or to succeed. */
    void probe(ClockProbe probe, Moment now) {
        Head current = head;
        if (current == null || (probe.ok() == clockNotedOk && now.lsl() - clockNotedAt < CLOCK_NOTE_S)) {
            return;
        }
        clockNotedOk = probe.ok();
        clockNotedAt = now.lsl();
        long measuredAt = now.utc() - Math.round((now.lsl() - probe.measuredAt()) * 1e9);
        ClockRecord record = new ClockRecord(
                current.epoch(),
                measuredAt,
                probe.ok() ? probe.correction() : null,
                probe.ok() ? probe.rtt() : null,
                probe.ok(),
                probe.ok() ? null : probe.reason());
        note(current, StoreNote.CLOCK, Wire.write(record), true);
    }

    /** @return whether it was noted: before the first epoch nothing is missing */
    boolean gap(GapFinding found) {
        Head current = head;
        if (current == null) {
            return false;
        }
        tools.stats().gaps.increment();
        GapRecord gap = new GapRecord(
                id,
                name,
                agentId,
                found.epoch(),
                found.from(),
                found.to(),
                found.estimated(),
                found.cause(),
                found.evidence());
        note(current, StoreNote.GAP, Wire.write(gap), false);
        tools.events().gap(current.stream(), gap);
        LOG.warn("a gap agent={} stream={} cause={} estimated={}", agentId, name, found.cause(), found.estimated());
        return true;
    }

    void close(long epoch, long lastSeq, String reason) {
        Head closing = head;
        if (closing == null || lastSeq == 0) {
            return;
        }
        JsonObject payload = new JsonObject().put("last_seq", lastSeq).put("reason", reason);
        // Only what was logged is closed: where the log is full the epoch never existed.
        written = written.transform(ignored -> {
            Position last = accepted;
            return last != null && last.epoch() == epoch
                    ? note(closing, StoreNote.EPOCH_CLOSED, payload.put("last_seq", last.seq()), false)
                    : Future.succeededFuture();
        });
    }

    private Future<Void> note(Head of, String kind, JsonObject payload, boolean droppable) {
        return tools.log()
                .note(agentId, id, of.epoch(), of.stored(), kind, payload.encode(), droppable)
                .onSuccess(done -> tools.lane().noted())
                .onFailure(e -> LOG.warn("a note was not kept stream={} kind={} error={}", name, kind, e.getMessage()));
    }
}
