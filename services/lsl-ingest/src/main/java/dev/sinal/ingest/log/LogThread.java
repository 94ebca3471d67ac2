package dev.sinal.ingest.log;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread that touches the log's file. Writes that come close together share one commit. */
final class LogThread {
    private static final Logger LOG = LoggerFactory.getLogger(LogThread.class);
    private static final long GROUP_BYTES = 256 << 10;
    private static final int GROUP_COMMANDS = 1000;
    private static final int MOST_LATER = 10_000;

    /** Where the next block of a stream must begin. */
    private record Tail(long epoch, long nextSeq) {}

    private final LinkedBlockingQueue<LogCommand> queue = new LinkedBlockingQueue<>();
    private final AtomicLong queuedBytes = new AtomicLong();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final Promise<Void> closed = Promise.promise();
    private final Map<String, Tail> tails = new HashMap<>();
    private final List<LogCommand.Write> later = new ArrayList<>();
    private final Path path;
    private final LogLimits limits;
    private final Executor replies;
    private final LongSupplier utcNow;
    private final Thread thread;

    private LogFile file;
    private volatile LogUse use;
    private long used;
    private boolean volumeLow;
    private long checkedAtMs;
    private long forgottenAtMs;

    LogThread(LogFile file, Path path, LogLimits limits, Executor replies, LongSupplier utcNow) throws SQLException {
        this.file = file;
        this.path = path;
        this.limits = limits;
        this.replies = replies;
        this.utcNow = utcNow;
        this.use = new LogUse(0, limits.maxBytes(), 0, 0, false);
        this.thread = new Thread(this::loop, "sinal-ingest-log");
        thread.setDaemon(true);
        measure();
    }

    void start() {
        thread.start();
    }

    AtomicLong queuedBytes() {
        return queuedBytes;
    }

    LogUse use() {
        return use;
    }

    void submit(LogCommand command) {
        if (closing.get()) {
            reply(() -> command.refuse(new LogRefused(LogRefused.Reason.CLOSED, "the log is closed")));
            return;
        }
        if (command instanceof LogCommand.Append append) {
            queuedBytes.addAndGet(append.bytes());
        }
        queue.add(command);
    }

    Future<Void> close() {
        if (closing.compareAndSet(false, true)) {
            // a read that does nothing: wakes the thread, which then sees that it is to end
            queue.add(new LogCommand.Read<>(ignored -> null, Promise.promise()));
        }
        return closed.future();
    }

    private void loop() {
        try {
            while (!closing.get() || !queue.isEmpty()) {
                LogCommand first = queue.poll(1, TimeUnit.SECONDS);
                if (first instanceof LogCommand.Write write) {
                    commit(group(write));
                } else if (first instanceof LogCommand.Read<?> read) {
                    answer(read);
                }
                housekeeping();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            LOG.error("the log's thread failed", e);
            throw e;
        } finally {
            end();
        }
    }

    private void end() {
        closing.set(true);
        try {
            file.close();
        } catch (SQLException e) {
            LOG.warn("closing the log failed", e);
        }
        LogCommand left;
        while ((left = queue.poll()) != null) {
            LogCommand refused = left;
            reply(() -> refused.refuse(new LogRefused(LogRefused.Reason.CLOSED, "the log is closed")));
        }
        reply(() -> closed.tryComplete());
    }

    /** Waits a moment for company; reads that come meanwhile are answered at once. */
    private List<LogCommand.Write> group(LogCommand.Write first) throws InterruptedException {
        List<LogCommand.Write> group = new ArrayList<>();
        group.add(first);
        long bytes = Math.max(0, first.bytes());
        long end = System.nanoTime() + limits.linger().toNanos();
        while (bytes < GROUP_BYTES && group.size() < GROUP_COMMANDS) {
            long left = end - System.nanoTime();
            LogCommand next = left > 0 && !closing.get() ? queue.poll(left, TimeUnit.NANOSECONDS) : queue.poll();
            if (next == null) {
                break;
            }
            if (next instanceof LogCommand.Write write) {
                group.add(write);
                bytes += Math.max(0, write.bytes());
            } else if (next instanceof LogCommand.Read<?> read) {
                answer(read);
            }
        }
        return group;
    }

    private <T> void answer(LogCommand.Read<T> read) {
        try {
            T result = read.work().on(file);
            reply(() -> read.done().complete(result));
        } catch (SQLException | RuntimeException e) {
            reply(() -> read.done().fail(e));
        }
    }

    private void commit(List<LogCommand.Write> group) {
        Map<String, Tail> before = new HashMap<>(tails);
        long usedBefore = used;
        List<LogCommand.Write> written = new ArrayList<>(group.size());
        Map<LogCommand.Write, LogRefused> refused = new HashMap<>();
        try {
            file.begin();
            for (LogCommand.Write write : group) {
                LogRefused why = refusal(write);
                if (why == null) {
                    write.apply(file, utcNow.getAsLong());
                    tookIn(write);
                    written.add(write);
                } else {
                    refused.put(write, why);
                }
            }
            file.commit();
        } catch (SQLException e) {
            file.rollback();
            tails.clear();
            tails.putAll(before);
            used = usedBefore;
            failed(group, e);
            return;
        }
        settle(group, written, refused);
    }

    private void settle(
            List<LogCommand.Write> group, List<LogCommand.Write> written, Map<LogCommand.Write, LogRefused> refused) {
        for (LogCommand.Write write : group) {
            if (write instanceof LogCommand.Append) {
                queuedBytes.addAndGet(-write.bytes());
            }
        }
        reply(() -> {
            written.forEach(LogCommand.Write::succeed);
            refused.forEach(LogCommand.Write::refuse);
        });
    }

    /** A commit of several did not work: each on its own, what frees space first. */
    private void failed(List<LogCommand.Write> group, SQLException why) {
        if (LogOpening.damaged(why) && !replaceDamaged()) {
            settle(group, List.of(), refuseAll(group, new LogRefused(LogRefused.Reason.FAILED, message(why))));
            return;
        }
        if (group.size() == 1) {
            one(group.get(0), why);
            return;
        }
        LOG.warn("a commit failed, its parts are tried one by one parts={} error={}", group.size(), message(why));
        group.stream().filter(write -> write.bytes() < 0).forEach(write -> commit(List.of(write)));
        group.stream().filter(write -> write.bytes() >= 0).forEach(write -> commit(List.of(write)));
    }

    private void one(LogCommand.Write write, SQLException why) {
        if (write.bytes() < 0 && later.size() < MOST_LATER) {
            // A deletion that found no room: what stays is sent again after a restart, and the store knows it already.
            later.add(write);
            settle(List.of(write), List.of(write), Map.of());
            return;
        }
        LogRefused.Reason reason = LogOpening.full(why) ? LogRefused.Reason.FULL : LogRefused.Reason.FAILED;
        settle(List.of(write), List.of(), refuseAll(List.of(write), new LogRefused(reason, message(why))));
    }

    private static Map<LogCommand.Write, LogRefused> refuseAll(List<LogCommand.Write> group, LogRefused why) {
        Map<LogCommand.Write, LogRefused> refused = new HashMap<>();
        group.forEach(write -> refused.put(write, why));
        return refused;
    }

    private boolean replaceDamaged() {
        try {
            file.close();
        } catch (SQLException e) {
            LOG.debug("closing the damaged log failed", e);
        }
        try {
            file = LogOpening.replace(path, limits, utcNow.getAsLong()).file();
            return true;
        } catch (SQLException | IOException e) {
            LOG.error("no new log could be made error={}", e.getMessage());
            return false;
        }
    }

    private @Nullable LogRefused refusal(LogCommand.Write write) {
        if (!(write instanceof LogCommand.Append append)) {
            return null;
        }
        LogEntryToWrite entry = append.entry();
        Tail tail = tails.get(entry.stream());
        boolean follows = tail != null && tail.epoch() == entry.epoch() && tail.nextSeq() == entry.firstSeq();
        boolean begins = entry.firstSeq() == 1 && (tail == null || entry.epoch() > tail.epoch());
        if (!follows && !begins) {
            return new LogRefused(LogRefused.Reason.NOT_CONTIGUOUS, "the block before it is not in the log");
        }
        if (volumeLow) {
            return new LogRefused(LogRefused.Reason.FULL, "the volume has too little free space");
        }
        if (used + write.bytes() > limits.maxBytes() - limits.reserve()) {
            return new LogRefused(
                    LogRefused.Reason.FULL, "the log is full: " + used + " of " + limits.maxBytes() + " bytes");
        }
        return null;
    }

    private void tookIn(LogCommand.Write write) {
        if (write instanceof LogCommand.Append append) {
            LogEntryToWrite entry = append.entry();
            tails.put(entry.stream(), new Tail(entry.epoch(), entry.lastSeq() + 1));
            // SQLite stores large values in whole pages.
            used += (write.bytes() / LogFile.PAGE + 1) * LogFile.PAGE;
        }
    }

    private void housekeeping() {
        long nowMs = System.nanoTime() / 1_000_000;
        if (nowMs - checkedAtMs < 250) {
            return;
        }
        checkedAtMs = nowMs;
        try {
            if (!later.isEmpty()) {
                List<LogCommand.Write> again = List.copyOf(later);
                later.clear();
                commitQuietly(again);
            }
            if (nowMs - forgottenAtMs > 30_000) {
                forgottenAtMs = nowMs;
                file.forgetEpochs();
                file.shrink();
            }
            measure();
        } catch (SQLException e) {
            LOG.warn("housekeeping of the log failed error={}", message(e));
        }
    }

    private void commitQuietly(List<LogCommand.Write> deletions) throws SQLException {
        try {
            file.begin();
            for (LogCommand.Write deletion : deletions) {
                deletion.apply(file, utcNow.getAsLong());
            }
            file.commit();
        } catch (SQLException e) {
            file.rollback();
            later.addAll(deletions);
            throw e;
        }
    }

    private void measure() throws SQLException {
        used = file.usedBytes();
        try {
            volumeLow = Files.getFileStore(path).getUsableSpace() < limits.minFreeBytes();
        } catch (IOException e) {
            LOG.warn("the free space of the log's volume is unknown error={}", e.getMessage());
        }
        use = new LogUse(
                used, limits.maxBytes() - limits.reserve(), file.count("chunks"), file.count("notes"), volumeLow);
    }

    private void reply(Runnable answer) {
        try {
            replies.execute(answer);
        } catch (RuntimeException e) {
            // The event loop is gone: nobody waits any more.
            LOG.debug("an answer of the log found nobody", e);
        }
    }

    private static String message(SQLException e) {
        return String.valueOf(e.getMessage());
    }
}
