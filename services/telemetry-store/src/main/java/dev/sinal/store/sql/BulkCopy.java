package dev.sinal.store.sql;

import dev.sinal.chunk.ChunkFormatException;
import dev.sinal.contracts.ChunkEnvelope;
import dev.sinal.contracts.EpochIds;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.Wire;
import dev.sinal.runtime.sql.Database;
import dev.sinal.store.domain.ChunkRow;
import dev.sinal.store.domain.Inspection;
import dev.sinal.store.domain.QueuedChunk;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.json.JsonObject;
import io.vertx.serviceproxy.ServiceException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/**
 * Brings a whole epoch in at once, for imports: chunks that somebody has encoded go by COPY straight into the packed layer, with the epoch's rows and its
 * watermark in the same transaction, so that either all of it is there or nothing. Live collection never passes here.
 *
 * <p>Blocks a thread of its own, one load at a time. Used from one event loop.
 */
public final class BulkCopy {
    private static final int MOST_WAITING = 8;
    private static final long LONGEST_H = 12;
    private static final long PARTITION_WAIT_S = 30;
    private static final int MOST_VALUES = 1 << 22;
    private static final long NANOS_PER_MS = 1_000_000;

    private static final String SETTINGS = "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '10s'";

    private static final String ADD_STREAM = """
            INSERT INTO telemetry.streams AS s (stream_id, agent_id, name, last_epoch, descriptor)
            VALUES (?, ?, ?, ?, ?::jsonb)
            ON CONFLICT (stream_id) DO UPDATE
               SET name = excluded.name, last_epoch = excluded.last_epoch, descriptor = excluded.descriptor
             WHERE s.last_epoch < excluded.last_epoch
            """;

    private static final String ADD_EPOCH = """
            INSERT INTO telemetry.stream_epochs (stream_id, epoch, node, fence, descriptor, opened_at)
            VALUES (?, ?, ?, ?, ?::jsonb, ?)
            ON CONFLICT DO NOTHING
            """;

    /** Locks the epoch: whoever else wants to write to it waits, and then finds its samples there. */
    private static final String LOCK_EPOCH =
            "SELECT committed_seq, fence FROM telemetry.stream_epochs WHERE stream_id = ? AND epoch = ? FOR UPDATE";

    private static final String MOVE_WATERMARK = """
            UPDATE telemetry.stream_epochs
               SET committed_seq = ?, first_ts = ?, last_ts = ?, max_span = ?, time_basis = ?
             WHERE stream_id = ? AND epoch = ?
            """;

    /** No hot rows below: whoever packs goes on behind. */
    private static final String PACKED = """
            INSERT INTO telemetry.compacted (stream_id, epoch, seq) VALUES (?, ?, ?)
            ON CONFLICT (stream_id, epoch) DO UPDATE SET seq = excluded.seq
            """;

    private static final String NOT_ROLLED_UP = """
            INSERT INTO telemetry.rollup_epochs (stream_id, epoch, complete) VALUES (?, ?, false)
            ON CONFLICT (stream_id, epoch) DO UPDATE SET complete = false
            """;

    private final Database database;
    private final Partitions partitions;
    private final Inspection inspection;
    private final Context context;
    private final WorkerExecutor worker;
    private final AtomicInteger waiting = new AtomicInteger();

    /** @param inspection what a chunk must be; see there for its size */
    public BulkCopy(Vertx vertx, Database database, Partitions partitions, Inspection inspection) {
        this.database = database;
        this.partitions = partitions;
        this.inspection = inspection;
        this.context = vertx.getOrCreateContext();
        this.worker = vertx.createSharedWorkerExecutor("sinal-bulk-copy", 1, LONGEST_H, TimeUnit.HOURS);
    }

    /** Chunks of an epoch in the order of their numbers, from 1 and without a hole. Asked on the loading thread, one by one. */
    public interface Source {
        /** @return null at the end */
        byte @Nullable [] next() throws Exception;
    }

    /** What came in. @param rows chunks as they are stored: one that crosses a day was cut */
    public record Loaded(long samples, long rows, long bytes) {}

    /**
     * @return after COMMIT. Fails with CONFLICT when the epoch has samples already or belongs to another fence, INVALID_PARAMS for a chunk that is damaged,
     *     too large, of another epoch or not the next one, UNAVAILABLE when the database is away or too many loads wait; otherwise as the source failed.
     *     Nothing is stored then
     */
    public Future<Loaded> load(ChunkEnvelope envelope, Source chunks) {
        if (envelope.stream().markers()) {
            return RpcError.INVALID_PARAMS.fail("a stream of markers is not loaded in bulk");
        }
        if (waiting.incrementAndGet() > MOST_WAITING) {
            waiting.decrementAndGet();
            return RpcError.UNAVAILABLE.fail("too many loads wait", new JsonObject().put("limit", MOST_WAITING));
        }
        return worker.executeBlocking(() -> loadNow(envelope, chunks), true)
                .onComplete(done -> waiting.decrementAndGet())
                .recover(failure ->
                        Future.failedFuture(failure instanceof SQLException ? Reads.typed(failure) : failure));
    }

    public Future<Void> close() {
        return worker.close();
    }

    private Loaded loadNow(ChunkEnvelope envelope, Source chunks) throws Exception {
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            Load load = new Load(connection, envelope);
            try {
                load.begin();
                for (byte[] chunk = chunks.next(); chunk != null; chunk = chunks.next()) {
                    load.add(chunk);
                }
                Loaded loaded = load.end();
                connection.commit();
                return loaded;
            } catch (Exception e) {
                load.cancel();
                connection.rollback();
                throw e;
            }
        }
    }

    /** A statement that copies does not see partitions that are made while it runs: each new day begins another one. */
    private void ensurePartition(long day) throws Exception {
        Promise<Void> made = Promise.promise();
        context.runOnContext(go -> {
            // Another store may have let the day expire since.
            partitions.forget(List.of(day));
            partitions.ensure(List.of(day)).onComplete(made);
        });
        try {
            made.future().toCompletionStage().toCompletableFuture().get(PARTITION_WAIT_S, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw Reads.typed(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw RpcError.UNAVAILABLE.exception("the database does not answer");
        }
    }

    /** One epoch on its way in. */
    private final class Load {
        private final Connection connection;
        private final ChunkEnvelope envelope;
        private @Nullable CopyRows copy;
        private long day;
        private @Nullable String basis;
        private long lastSeq;
        private long rows;
        private long bytes;
        private long firstTs = Long.MAX_VALUE;
        private long lastTs = Long.MIN_VALUE;
        private long maxSpan;

        Load(Connection connection, ChunkEnvelope envelope) {
            this.connection = connection;
            this.envelope = envelope;
        }

        void begin() throws SQLException {
            try (Statement settings = connection.createStatement()) {
                settings.execute(SETTINGS);
            }
            update(
                    ADD_EPOCH,
                    envelope.stream().id(),
                    envelope.epoch(),
                    envelope.node(),
                    envelope.fence(),
                    descriptor(),
                    EpochIds.openedAtMillis(envelope.epoch()) * NANOS_PER_MS);
            lockEpoch();
        }

        private String descriptor() {
            return Wire.write(envelope.stream()).encode();
        }

        private void lockEpoch() throws SQLException {
            try (PreparedStatement lock = connection.prepareStatement(LOCK_EPOCH)) {
                lock.setString(1, envelope.stream().id());
                lock.setLong(2, envelope.epoch());
                try (ResultSet row = lock.executeQuery()) {
                    if (!row.next() || row.getLong("committed_seq") > 0) {
                        throw RpcError.CONFLICT.exception("the epoch has samples already");
                    }
                    if (row.getLong("fence") != envelope.fence()) {
                        throw RpcError.CONFLICT.exception("the epoch is another's");
                    }
                }
            }
        }

        void add(byte[] chunk) throws Exception {
            for (ChunkRow row : inspected(chunk).rows()) {
                if (row.firstSeq() != lastSeq + 1) {
                    throw invalid("a chunk begins at " + row.firstSeq() + ", not at " + (lastSeq + 1));
                }
                if ((long) row.count() * row.mins().length > MOST_VALUES) {
                    throw invalid("a chunk may have " + MOST_VALUES + " values, has "
                            + (long) row.count() * row.mins().length);
                }
                rowsOf(row.day()).add(row);
                note(row);
            }
        }

        private QueuedChunk inspected(byte[] chunk) {
            QueuedChunk inspected;
            try {
                inspected = inspection.inspect(envelope, chunk, answer -> {});
            } catch (ChunkFormatException | IllegalArgumentException e) {
                throw invalid(String.valueOf(e.getMessage()));
            }
            if (inspected.refusal() != null) {
                throw invalid(inspected.refusal().reason());
            }
            return inspected;
        }

        private CopyRows rowsOf(long wanted) throws Exception {
            CopyRows open = copy;
            if (open != null && day == wanted) {
                return open;
            }
            if (open != null) {
                open.end();
            }
            ensurePartition(wanted);
            CopyManager manager = connection.unwrap(PGConnection.class).getCopyAPI();
            CopyRows next = CopyRows.begin(manager);
            copy = next;
            day = wanted;
            return next;
        }

        private void note(ChunkRow row) {
            lastSeq = row.lastSeq();
            rows++;
            bytes += row.chunk().length;
            firstTs = Math.min(firstTs, row.ts());
            lastTs = Math.max(lastTs, row.te());
            maxSpan = Math.max(maxSpan, row.te() - row.ts());
            if (basis == null) {
                basis = row.basis().wireName();
            }
        }

        Loaded end() throws SQLException {
            if (copy == null) {
                throw invalid("there is no chunk");
            }
            copy.end();
            String stream = envelope.stream().id();
            update(MOVE_WATERMARK, lastSeq, firstTs, lastTs, maxSpan, String.valueOf(basis), stream, envelope.epoch());
            update(PACKED, stream, envelope.epoch(), lastSeq);
            update(NOT_ROLLED_UP, stream, envelope.epoch());
            // Last, because other epochs of the stream need this row while they are collected.
            update(
                    ADD_STREAM,
                    stream,
                    envelope.stream().agentId(),
                    envelope.stream().name(),
                    envelope.epoch(),
                    descriptor());
            return new Loaded(lastSeq, rows, bytes);
        }

        void cancel() throws SQLException {
            if (copy != null) {
                copy.cancel();
            }
        }

        private void update(String sql, Object... values) throws SQLException {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                for (int i = 0; i < values.length; i++) {
                    statement.setObject(i + 1, values[i]);
                }
                statement.executeUpdate();
            }
        }
    }

    private static ServiceException invalid(String detail) {
        return RpcError.INVALID_PARAMS.exception(detail);
    }
}
