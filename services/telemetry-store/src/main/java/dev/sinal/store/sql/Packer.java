package dev.sinal.store.sql;

import dev.sinal.chunk.Codecs;
import dev.sinal.store.domain.ChunkRow;
import dev.sinal.store.domain.EpochKey;
import dev.sinal.store.domain.HotRow;
import dev.sinal.store.domain.PackPlan;
import dev.sinal.store.domain.PackedChunk;
import dev.sinal.store.sql.PackTable.MovedException;
import dev.sinal.store.sql.PackTable.State;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes long chunks of hot rows, epoch by epoch in order of seq (ADR 0021). Each packed chunk is stored, and the rows it was made of are hidden, by one short
 * transaction that begins when everything is computed; whatever ends a packer in between leaves nothing to repair. One packer an epoch: an advisory lock keeps
 * others from doing the same work, and the transaction does nothing if somebody did it all the same. Used from one event loop.
 */
public final class Packer {
    /** Looked at together; more than make a chunk even if each has one sample. */
    private static final int MOST_ROWS = 2 * PackPlan.SAMPLES;
    /** Chunks made before other epochs have their turn. */
    private static final int MOST_GROUPS = 32;

    private static final long LONGEST_JOIN_S = 60;

    private final Pool pool;
    private final Partitions partitions;
    private final DamagedRows damaged;
    private final List<PackCompanion> companions;
    private final WorkerExecutor worker;
    private final long afterNs;
    private final long holdNs;

    /**
     * @param pool for packing alone: it holds a connection while it rests
     * @param after age of the youngest sample of a long chunk, ns
     * @param hold age at which rows are packed although they are few, ns
     */
    public Packer(
            Vertx vertx,
            Pool pool,
            Partitions partitions,
            DamagedRows damaged,
            List<PackCompanion> companions,
            long after,
            long hold) {
        this.pool = pool;
        this.partitions = partitions;
        this.damaged = damaged;
        this.companions = List.copyOf(companions);
        this.worker = vertx.createSharedWorkerExecutor("sinal-pack", 1, LONGEST_JOIN_S, TimeUnit.SECONDS);
        this.afterNs = after;
        this.holdNs = hold;
    }

    /** Lets others work between two chunks. */
    public interface Pace {
        /** @param spentNs time that the last chunk took @param packed it */
        Future<Void> rest(long spentNs, List<PackedChunk> packed);
    }

    /** An epoch with samples that are not packed. @param ended nothing comes to it any more */
    public record Waiting(EpochKey key, long samples, boolean ended) {}

    /**
     * Some epochs that wait, by key.
     *
     * @param after the last one seen
     * @param agentId null: of all agents
     */
    public Future<List<Waiting>> waiting(EpochKey after, int limit, @Nullable String agentId) {
        return PackTable.waiting(pool, after, limit, agentId)
                .map(epochs -> epochs.stream()
                        .map(epoch -> new Waiting(epoch.key(), epoch.samples(), epoch.ended()))
                        .toList());
    }

    /**
     * Packs what may be packed of an epoch, some chunks at most. Rows that cannot be read are set aside on the way, as when a reader meets them.
     *
     * @param atOnce whatever the age, and waiting for another packer of the epoch
     * @return ns until there may be more; 0: there may be more now
     */
    public Future<Long> pack(EpochKey key, boolean atOnce, Pace pace) {
        return pool.getConnection()
                .compose(connection -> PackTable.lock(connection, key, atOnce)
                        .compose(locked -> locked
                                ? damaged.around(() -> new Job(connection, key, atOnce, pace).run())
                                        .recover(failure -> failure instanceof MovedException
                                                ? Future.succeededFuture(0L)
                                                : Future.failedFuture(failure))
                                        .eventually(() -> PackTable.unlock(connection, key))
                                : Future.succeededFuture(TimeUnit.MINUTES.toNanos(1)))
                        .eventually(connection::close));
    }

    public Future<Void> close() {
        return worker.close();
    }

    /** A chunk and what companions write with it. */
    private record Prepared(PackedChunk chunk, List<PackCompanion.Statements> with) {}

    /** One visit to an epoch, whose lock is held. */
    private final class Job {
        private final SqlConnection connection;
        private final EpochKey key;
        private final boolean atOnce;
        private final Pace pace;
        private final Codecs codecs = Codecs.COMPACT.learning();
        private int groups;

        Job(SqlConnection connection, EpochKey key, boolean atOnce, Pace pace) {
            this.connection = connection;
            this.key = key;
            this.atOnce = atOnce;
            this.pace = pace;
        }

        Future<Long> run() {
            return PackTable.state(connection, key)
                    .compose(state -> state == null || state.committed() <= state.seq()
                            ? Future.succeededFuture(TimeUnit.HOURS.toNanos(1))
                            : PackTable.rows(connection, key, state.seq(), MOST_ROWS)
                                    .compose(rows -> pack(state, rows)));
        }

        private Future<Long> pack(State state, List<HotRow> rows) {
            if (rows.isEmpty()) {
                // The end of what is committed is in quarantine.
                return PackTable.advance(connection, key, state.seq(), state.committed())
                        .map(0L);
            }
            PackPlan.Rules rules = atOnce
                    ? PackPlan.Rules.atOnce(state.now())
                    : new PackPlan.Rules(state.now(), afterNs, holdNs, state.ended());
            PackPlan plan = PackPlan.of(rows, rows.size() == MOST_ROWS, rules);
            Future<Long> packed = Future.succeededFuture(state.seq());
            for (List<HotRow> group : plan.groups()) {
                if (groups++ < MOST_GROUPS) {
                    packed = packed.compose(seq -> pack(seq, group));
                }
            }
            return packed.compose(seq -> {
                if (groups >= MOST_GROUPS) {
                    return Future.succeededFuture(0L);
                }
                boolean allOfThem = seq == rows.get(rows.size() - 1).lastSeq();
                return plan.later() == 0 || allOfThem && seq < state.committed()
                        ? run()
                        : Future.succeededFuture(plan.later());
            });
        }

        /** @param seq up to where the epoch is packed @return the same afterwards */
        private Future<Long> pack(long seq, List<HotRow> group) {
            long began = System.nanoTime();
            return PackTable.chunks(connection, key, group)
                    .compose(hot -> worker.executeBlocking(() -> prepare(hot), true))
                    .compose(prepared -> ensure(prepared)
                            .compose(ready -> store(seq, prepared))
                            .compose(last -> pace.rest(
                                            System.nanoTime() - began,
                                            prepared.stream()
                                                    .map(Prepared::chunk)
                                                    .toList())
                                    .map(last)));
        }

        private List<Prepared> prepare(List<PackedChunk.Hot> hot) {
            List<PackedChunk> chunks;
            try {
                chunks = PackedChunk.of(key.streamId(), key.epoch(), hot, codecs);
            } catch (PackedChunk.DamagedException e) {
                throw DamagedChunks.of(new DamagedChunks.Damage(
                        key.streamId(), e.row().ts(), e.row().id(), String.valueOf(e.getMessage())));
            }
            List<Prepared> prepared = new ArrayList<>(chunks.size());
            for (PackedChunk chunk : chunks) {
                prepared.add(new Prepared(
                        chunk,
                        companions.stream()
                                .map(companion -> companion.prepare(chunk))
                                .toList()));
            }
            return prepared;
        }

        private Future<Void> ensure(List<Prepared> prepared) {
            Set<Long> days = prepared.stream()
                    .map(Prepared::chunk)
                    .map(PackedChunk::row)
                    .map(ChunkRow::day)
                    .collect(Collectors.toSet());
            return partitions.ensure(days);
        }

        private Future<Long> store(long seq, List<Prepared> prepared) {
            Future<Long> stored = Future.succeededFuture(seq);
            for (Prepared one : prepared) {
                stored = stored.compose(from -> store(from, one));
            }
            return stored;
        }

        private Future<Long> store(long from, Prepared prepared) {
            ChunkRow row = prepared.chunk().row();
            return connection
                    .begin()
                    .compose(transaction -> PackTable.advance(connection, key, from, row.lastSeq())
                            .compose(hidden -> PackTable.widen(connection, key, row.te() - row.ts()))
                            .compose(wide -> PackTable.insert(connection, prepared.chunk()))
                            .compose(inserted -> companions(prepared))
                            .compose(written -> transaction.commit(), failure -> {
                                if (SqlFailure.of(failure) == SqlFailure.COLLISION) {
                                    partitions.forget(Set.of(row.day()));
                                }
                                return transaction.rollback().transform(undone -> Future.failedFuture(failure));
                            })
                            .map(row.lastSeq()));
        }

        private Future<Void> companions(Prepared prepared) {
            Future<Void> written = Future.succeededFuture();
            for (PackCompanion.Statements statements : prepared.with()) {
                written = written.compose(before -> statements.write(connection));
            }
            return written;
        }
    }
}
