package dev.sinal.bench.store;

import dev.sinal.contracts.UtcNanos;
import dev.sinal.ingest.log.DurableLog;
import dev.sinal.ingest.log.LogEntryToWrite;
import dev.sinal.ingest.log.LogLimits;
import dev.sinal.ingest.log.LoggedChunk;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The way of a chunk through a collecting node: appended to its durable log, which answers when it is on the disk; read back from there, sent to the store,
 * deleted when the store has committed it. One lane per stream, as in lsl-ingest.
 */
final class LoggedSender implements AutoCloseable {
    private static final int IN_FLIGHT = 8;
    private static final long IN_FLIGHT_BYTES = 1 << 20;
    private static final long LOG_BYTES = 1L << 30;
    private static final int MOST_WAITING = 2_000;

    /** Where a chunk goes from the log. */
    interface Target {
        Future<Void> take(Buffer head, byte[] chunk);
    }

    private final Path folder;
    private final Context context;
    private final DurableLog log;
    private final Target target;
    private final Turnstile inHand;
    private final Lane[] lanes;

    LoggedSender(Vertx vertx, HotChunks chunks, Target target) throws IOException {
        this.folder = Files.createTempDirectory("sinal-bench-log-");
        this.context = vertx.getOrCreateContext();
        this.log = DurableLog.open(
                folder, LogLimits.of(LOG_BYTES, 0), task -> context.runOnContext(go -> task.run()), UtcNanos::now);
        this.target = target;
        // Enough to keep log and store busy, little enough to stay in memory.
        this.inHand = new Turnstile(Math.max(64, Math.min(MOST_WAITING, 16 * chunks.streams())));
        this.lanes = new Lane[chunks.streams()];
        for (int stream = 0; stream < lanes.length; stream++) {
            lanes[stream] = new Lane(chunks, stream);
        }
    }

    /** Waits for room, then appends; what comes after goes on by itself. */
    void send(int stream, long firstSeq, long lastSeq, byte[] chunk) throws InterruptedException {
        inHand.enter();
        lanes[stream].append(firstSeq, lastSeq, chunk);
    }

    /** Everything is committed by the store and deleted here. */
    void finish() throws InterruptedException {
        inHand.drain();
    }

    @Override
    public void close() throws Exception {
        Waits.on(log.close());
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Used on the context but for {@link #append}. */
    private final class Lane {
        private final String agent;
        private final String stream;
        private final String head;
        private long cursor;
        private int inFlight;
        private long inFlightBytes;
        private long accepted;
        private boolean reading;

        Lane(HotChunks chunks, int number) {
            this.agent = chunks.workload().agentId(chunks.run(), number);
            this.stream = chunks.workload().streamId(chunks.run(), number);
            this.head = chunks.envelope(number).toString();
        }

        void append(long firstSeq, long lastSeq, byte[] chunk) {
            log.append(new LogEntryToWrite(agent, stream, stream, 1, firstSeq, lastSeq, 0, head, chunk))
                    .onSuccess(done -> {
                        accepted++;
                        pump();
                    })
                    .onFailure(inHand::failed);
        }

        private void pump() {
            long room = IN_FLIGHT_BYTES - inFlightBytes;
            if (reading || accepted == 0 || inFlight >= IN_FLIGHT || room <= 0) {
                return;
            }
            reading = true;
            log.read(stream, cursor, IN_FLIGHT - inFlight, room)
                    .onSuccess(this::sendAll)
                    .onFailure(inHand::failed);
        }

        private void sendAll(List<LoggedChunk> read) {
            reading = false;
            accepted -= read.size();
            for (LoggedChunk chunk : read) {
                cursor = chunk.id();
                inFlight++;
                inFlightBytes += chunk.body().length;
            }
            List<Future<Void>> asked = new ArrayList<>(read.size());
            for (LoggedChunk chunk : read) {
                asked.add(target.take(Buffer.buffer(chunk.head()), chunk.body()));
            }
            for (int i = 0; i < read.size(); i++) {
                LoggedChunk chunk = read.get(i);
                asked.get(i)
                        .onSuccess(done -> context.runOnContext(go -> committed(chunk)))
                        .onFailure(inHand::failed);
            }
            pump();
        }

        private void committed(LoggedChunk chunk) {
            inFlight--;
            inFlightBytes -= chunk.body().length;
            log.delete(List.of(chunk.id())).onSuccess(gone -> inHand.leave()).onFailure(inHand::failed);
            pump();
        }
    }
}
