package dev.sinal.ingest.log;

import dev.sinal.ingest.domain.PreviousEnd;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What this node has accepted and the store has not committed. An {@link #append} that has completed survives kill -9 and loss of power; it is
 * never dropped to make room. Safe from any thread; futures complete on the executor given.
 */
public final class DurableLog {
    private final LogThread thread;
    private final Path folder;
    private final LogLimits limits;
    private final AtomicLong queuedBytes;
    private final Map<LogRefused.Reason, LongAdder> refusals = new EnumMap<>(LogRefused.Reason.class);
    private final AtomicLong droppedNotes = new AtomicLong();
    private final String id;
    private final @Nullable Damage damage;

    /** A log that could not be read. @param aside where it was moved @param saved chunks that were still whole and are in the new one */
    public record Damage(Path aside, long saved) {}

    private DurableLog(LogThread thread, Path folder, LogLimits limits, String id, @Nullable Damage damage) {
        this.thread = thread;
        this.folder = folder;
        this.limits = limits;
        this.queuedBytes = thread.queuedBytes();
        this.id = id;
        this.damage = damage;
        for (LogRefused.Reason reason : LogRefused.Reason.values()) {
            refusals.put(reason, new LongAdder());
        }
    }

    /**
     * Opens the log, makes an empty one, or, when it is damaged, sets it aside and goes on with what could be saved. Blocks.
     *
     * @param replies where futures complete
     * @param utcNow UTC ns
     * @throws IOException when another process uses it, or the folder cannot be written
     */
    public static DurableLog open(Path folder, LogLimits limits, Executor replies, LongSupplier utcNow)
            throws IOException {
        SqliteFiles.prepare(folder);
        Path path = folder.resolve("ingest.db");
        try {
            LogOpening opened = LogOpening.open(path, limits, utcNow.getAsLong());
            String id = opened.file().fact("log_id", UUID.randomUUID().toString());
            LogThread thread = new LogThread(opened.file(), path, limits, replies, utcNow);
            thread.start();
            return new DurableLog(thread, folder, limits, id, opened.damage());
        } catch (SQLException e) {
            throw new IOException("cannot open the log " + path + ": " + e.getMessage(), e);
        }
    }

    /** Stays the same as long as the log does; whoever has it open is alone with it. */
    public String id() {
        return id;
    }

    public @Nullable Damage damage() {
        return damage;
    }

    public Path folder() {
        return folder;
    }

    public LogLimits limits() {
        return limits;
    }

    public LogUse use() {
        return thread.use();
    }

    /** Bytes that wait to be written. */
    public long queuedBytes() {
        return queuedBytes.get();
    }

    /** @return completes when the chunk is accepted; fails with {@link LogRefused} */
    public Future<Void> append(LogEntryToWrite entry) {
        Promise<Void> done = Promise.promise();
        if (queuedBytes.get() > limits.maxQueuedBytes()) {
            done.fail(new LogRefused(LogRefused.Reason.BEHIND, "the disk is too slow"));
        } else {
            thread.submit(new LogCommand.Append(entry, done));
        }
        return done.future().onFailure(this::countRefusal);
    }

    private void countRefusal(Throwable why) {
        LogRefused.Reason reason = why instanceof LogRefused refused ? refused.reason() : LogRefused.Reason.FAILED;
        adder(reason).increment();
    }

    /** Chunks refused so far for this reason. */
    public long refused(LogRefused.Reason reason) {
        return adder(reason).sum();
    }

    private LongAdder adder(LogRefused.Reason reason) {
        return Objects.requireNonNull(refusals.get(reason));
    }

    /** Notes so far that could be spared and found no room. */
    public long droppedNotes() {
        return droppedNotes.get();
    }

    /** Keeps a note. @param head {@code ChunkEnvelope} of its epoch @param droppable refused when very many notes wait */
    public Future<Void> note(
            String agentId, String stream, long epoch, String head, String kind, String payload, boolean droppable) {
        if (droppable && (use().notes() >= limits.maxNotes() || use().fraction() >= 0.95)) {
            droppedNotes.incrementAndGet();
            return Future.failedFuture(new LogRefused(LogRefused.Reason.FULL, "too many notes wait"));
        }
        String uuid = UUID.randomUUID().toString();
        return change(payload.length() + 128L, file -> file.note(stream, epoch, agentId, head, uuid, kind, payload));
    }

    /** The collection of a stream was ended by somebody: what it misses from now on is no loss. */
    public Future<Void> endedOnPurpose(String stream) {
        return change(0, file -> file.endedOnPurpose(stream));
    }

    /** @return empty when this node never collected the stream */
    public Future<Optional<PreviousEnd>> previousEnd(String stream) {
        return read(file -> Optional.ofNullable(file.previousEnd(stream)));
    }

    public Future<Map<String, String>> names(String agentId) {
        return read(file -> file.names(agentId));
    }

    /** Chunks of a stream behind a row, oldest first. @param bytes most, unless the first one has more */
    public Future<List<LoggedChunk>> read(String stream, long afterId, int most, long bytes) {
        return read(file -> file.read(stream, afterId, most, bytes));
    }

    public Future<List<LoggedNote>> notes(long afterId, int most) {
        return read(file -> file.notes(afterId, most));
    }

    public Future<List<Backlog>> backlog() {
        return read(LogFile::backlog);
    }

    /** First number that is still here of an epoch, as it was logged; 0 when there is none. */
    public Future<Long> firstSeq(String stream, long loggedEpoch) {
        return read(file -> file.firstSeq(stream, loggedEpoch));
    }

    /** The store has committed these rows. */
    public Future<Void> delete(List<Long> ids) {
        List<Long> copy = List.copyOf(ids);
        return change(-1, file -> file.delete(copy));
    }

    public Future<Void> deleteNotes(List<Long> ids) {
        List<Long> copy = List.copyOf(ids);
        return change(-1, file -> file.deleteNotes(copy));
    }

    /** Puts a chunk aside that the store will never take. */
    public Future<Void> quarantine(long id, String reason, long nowNs) {
        return change(0, file -> file.quarantine(id, reason, nowNs));
    }

    /** Puts a note aside that the store will never take. */
    public Future<Void> quarantineNote(long id, String reason, long nowNs) {
        return change(0, file -> file.quarantineNote(id, reason, nowNs));
    }

    public Future<Long> quarantinedNotes() {
        return read(file -> file.count("note_quarantine"));
    }

    /** What of a logged epoch has this number or a later one is sent as another epoch, from 1. */
    public Future<Void> move(String stream, long loggedEpoch, long fromSeq, long newEpoch) {
        return change(0, file -> file.move(stream, loggedEpoch, fromSeq, newEpoch));
    }

    public Future<Long> quarantined() {
        return read(file -> file.count("quarantine"));
    }

    /** A small fact of this node, such as what it was last told to collect. */
    public Future<Void> keepFact(String name, String value) {
        return change(0, file -> file.setFact(name, value));
    }

    public Future<String> fact(String name, String byDefault) {
        return change(0, file -> file.fact(name, byDefault)).compose(done -> read(file -> file.fact(name, byDefault)));
    }

    /** Everything that was handed in is written; then the file is closed. */
    public Future<Void> close() {
        return thread.close();
    }

    private interface Step {
        void on(LogFile file) throws SQLException;
    }

    private Future<Void> change(long weight, Step step) {
        Promise<Void> done = Promise.promise();
        thread.submit(new LogCommand.Change(
                file -> {
                    step.on(file);
                    return null;
                },
                weight,
                done));
        return done.future();
    }

    private <T> Future<T> read(LogCommand.Work<T> work) {
        Promise<T> done = Promise.promise();
        thread.submit(new LogCommand.Read<>(work, done));
        return done.future();
    }
}
