package dev.sinal.store.sql;

import dev.sinal.chunk.ChunkDecoder;
import dev.sinal.chunk.ChunkFormatException;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.store.domain.PackedChunk;
import dev.sinal.store.domain.RollupLevels;
import dev.sinal.store.domain.RollupRow;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the rollups of packed samples. Whoever packs has each chunk added in the transaction that stores it, and calls {@link #step} now and then.
 *
 * <p>Plots rely on it: once an epoch is complete, they look for its packed samples nowhere but in the rollups, except at the edges of their range.
 */
public final class Rollups implements PackCompanion {
    private static final int MOST_CHUNKS_PER_STEP = 4;

    /** The epoch's row is its lock: adding, catching up, merging and forgetting take turns. */
    private static final String LOCK = """
            SELECT finest, complete, closed FROM telemetry.rollup_epochs WHERE stream_id = $1 AND epoch = $2 FOR UPDATE
            """;

    /** After the lock, in a statement of its own: a statement that waited for a lock still sees other tables as they were before. */
    private static final String SEQ = """
            SELECT COALESCE(max(seq), 0) AS seq FROM telemetry.rollup_levels WHERE stream_id = $1 AND epoch = $2 AND level = $3
            """;

    /** Complete from the beginning, unless something was packed before. */
    private static final String BEGIN = """
            INSERT INTO telemetry.rollup_epochs (stream_id, epoch, complete)
            SELECT $1::text, $2::bigint, NOT EXISTS (SELECT FROM telemetry.telemetry_packed
                                        WHERE stream_id = $1 AND epoch = $2 AND first_seq < $3)
            ON CONFLICT DO NOTHING
            """;

    private static final String RATE = """
            SELECT COALESCE((descriptor ->> 'nominal_rate')::float8, 0) AS rate, committed_seq, first_ts, last_ts
              FROM telemetry.stream_epochs WHERE stream_id = $1 AND epoch = $2
            """;

    private static final String SET_FINEST =
            "UPDATE telemetry.rollup_epochs SET finest = $3 WHERE stream_id = $1 AND epoch = $2";

    private static final String REOPEN =
            "UPDATE telemetry.rollup_epochs SET closed = false WHERE stream_id = $1 AND epoch = $2";

    private static final String COMPLETE =
            "UPDATE telemetry.rollup_epochs SET complete = true WHERE stream_id = $1 AND epoch = $2";

    private static final String CLOSE =
            "UPDATE telemetry.rollup_epochs SET closed = true WHERE stream_id = $1 AND epoch = $2";

    private static final String NEXT_PACKED = """
            SELECT id, ts, stream_id, chunk FROM telemetry.telemetry_packed
             WHERE stream_id = $1 AND epoch = $2 AND first_seq > $3
             ORDER BY first_seq LIMIT $4
            """;

    private static final String READY =
            "SELECT stream_id, epoch, level FROM telemetry.rollup_levels WHERE ready LIMIT 1";

    private static final String INCOMPLETE =
            "SELECT stream_id, epoch FROM telemetry.rollup_epochs WHERE NOT complete LIMIT 1";

    /** All of it is packed, and so in the finest level; its last samples may be in quarantine or deleted. */
    private static final String ENDED = """
            SELECT r.stream_id, r.epoch
              FROM telemetry.rollup_epochs r
              JOIN telemetry.stream_epochs e ON e.stream_id = r.stream_id AND e.epoch = r.epoch
              LEFT JOIN telemetry.rollup_levels l ON l.stream_id = r.stream_id AND l.epoch = r.epoch AND l.level = r.finest
              LEFT JOIN telemetry.compacted c ON c.stream_id = r.stream_id AND c.epoch = r.epoch
             WHERE NOT r.closed AND r.complete AND e.closed_at IS NOT NULL
               AND (l.seq >= e.committed_seq OR c.seq >= e.committed_seq)
             LIMIT 1
            """;

    private static final int RATE_SAMPLES = 512;

    private final Vertx vertx;
    private final Pool pool;
    private final DamagedRows damaged;
    private final RollupPartitions partitions;

    /** @param pool may write @param damaged takes what cannot be read */
    public Rollups(Vertx vertx, Pool pool, DamagedRows damaged) {
        this.vertx = vertx;
        this.pool = pool;
        this.damaged = damaged;
        this.partitions = new RollupPartitions(pool);
    }

    /** @param seq last sample of the finest level */
    private record State(@Nullable Integer finest, boolean complete, boolean closed, long seq) {}

    private static Future<@Nullable State> lock(SqlConnection tx, String streamId, long epoch) {
        return tx.preparedQuery(LOCK).execute(Tuple.of(streamId, epoch)).compose(rows -> {
            if (rows.size() == 0) {
                return Future.succeededFuture();
            }
            Row row = rows.iterator().next();
            Short finest = row.getShort("finest");
            return tx.preparedQuery(SEQ)
                    .execute(Tuple.of(streamId, epoch, finest == null ? Short.MIN_VALUE : finest))
                    .map(levels -> new State(
                            finest == null ? null : (int) finest,
                            row.getBoolean("complete"),
                            row.getBoolean("closed"),
                            levels.iterator().next().getLong("seq")));
        });
    }

    /** Waits for whoever else changes the rollups of the epoch. */
    static Future<Void> turn(SqlConnection tx, String streamId, long epoch) {
        return lock(tx, streamId, epoch).mapEmpty();
    }

    /** Summed up inside the transaction, because only there it is known at which level the epoch begins. */
    @Override
    public Statements prepare(PackedChunk chunk) {
        return transaction -> add(transaction, chunk.block());
    }

    /**
     * Adds what a packed chunk holds. Chunks of an epoch come in order of seq; after a hole in seq is fine. The caller's transaction stores the packed row
     * and hides the hot ones; if it is rolled back nothing has happened. Decodes nothing; sums up on a worker, about 10 ns a value.
     *
     * <p>Does nothing for text, nor where older chunks of the epoch are not rolled up yet: {@link #step} comes to this one after them. A chunk that is there
     * already is not added again.
     *
     * @param tx READ COMMITTED, and with more connections in the pool than there are such transactions at a time: a new month makes its partition beside it
     * @param packed the samples of the chunk, of one UTC day
     */
    public Future<Void> add(SqlConnection tx, SampleBlock packed) {
        if (packed.size() == 0
                || packed.columns().stream().allMatch(column -> column.format().isText())) {
            return Future.succeededFuture();
        }
        return tx.preparedQuery(BEGIN)
                .execute(Tuple.of(packed.streamId(), packed.epoch(), packed.firstSeq()))
                .compose(begun -> lock(tx, packed.streamId(), packed.epoch()))
                .compose(state -> {
                    boolean next = state != null && state.complete() && packed.firstSeq() > state.seq();
                    return next ? append(tx, state, packed) : Future.succeededFuture();
                });
    }

    private Future<Void> append(SqlConnection tx, State state, SampleBlock block) {
        long ts = Arrays.stream(block.timestamps()).min().orElseThrow();
        long te = Arrays.stream(block.timestamps()).max().orElseThrow();
        return partitions
                .ensure(ts)
                .compose(ready -> state.closed() ? reopen(tx, block) : Future.succeededFuture())
                .compose(ready -> finest(tx, state, block, te - ts))
                .compose(level -> vertx.executeBlocking(() -> RollupRow.finest(block, level), false)
                        .compose(rows -> RollupTable.append(
                                tx,
                                new RollupTable.Stretch(
                                        block.streamId(), block.epoch(), level, block.lastSeq(), ts, te),
                                rows)))
                .onFailure(failure -> partitions.forget());
    }

    /** Its collector sent more after it had said the end. */
    private static Future<Void> reopen(SqlConnection tx, SampleBlock block) {
        return tx.preparedQuery(REOPEN)
                .execute(Tuple.of(block.streamId(), block.epoch()))
                .mapEmpty();
    }

    /** Decided with the first chunk of an epoch. */
    private static Future<Integer> finest(SqlConnection tx, State state, SampleBlock block, long spanNs) {
        if (state.finest() != null) {
            return Future.succeededFuture(state.finest());
        }
        return tx.preparedQuery(RATE)
                .execute(Tuple.of(block.streamId(), block.epoch()))
                .map(rows -> RollupLevels.finest(
                        rate(rows.size() == 0 ? null : rows.iterator().next(), block, spanNs)))
                .compose(level -> tx.preparedQuery(SET_FINEST)
                        .execute(Tuple.of(block.streamId(), block.epoch(), level.shortValue()))
                        .map(level));
    }

    private static double rate(@Nullable Row epoch, SampleBlock block, long spanNs) {
        double nominal = epoch == null ? 0 : epoch.getDouble("rate");
        Long first = epoch == null ? null : epoch.getLong("first_ts");
        Long last = epoch == null ? null : epoch.getLong("last_ts");
        // A short chunk says little of an irregular stream; the epoch so far says more.
        return block.size() >= RATE_SAMPLES || epoch == null || first == null || last == null
                ? RollupLevels.rate(nominal, block.size(), spanNs)
                : RollupLevels.rate(nominal, epoch.getLong("committed_seq"), last - first);
    }

    /**
     * Does one bounded piece of what is to be done anywhere: merges rows into the next level, or makes rows of some packed chunks that have none. In a short
     * transaction of its own; others may do the same at once. Safe to repeat at any time; what a stop interrupts is done later.
     *
     * @return whether there may be more
     */
    public Future<Boolean> step() {
        return first(READY)
                .compose(ready -> ready != null
                        ? inTransaction(
                                ready, tx -> Coarser.step(tx, id(ready), epoch(ready), ready.getShort("level"), false))
                        : first(INCOMPLETE)
                                .compose(behind -> behind != null
                                        ? inTransaction(behind, tx -> catchUp(tx, id(behind), epoch(behind)))
                                        : first(ENDED)
                                                .compose(ended -> ended != null
                                                        ? inTransaction(ended, tx -> end(tx, id(ended), epoch(ended)))
                                                        : Future.succeededFuture(false))));
    }

    private Future<@Nullable Row> first(String sql) {
        return pool.query(sql)
                .execute()
                .map(rows -> rows.size() == 0 ? null : rows.iterator().next());
    }

    private static String id(Row row) {
        return row.getString("stream_id");
    }

    private static long epoch(Row row) {
        return row.getLong("epoch");
    }

    private interface Work {
        Future<?> in(SqlConnection tx);
    }

    private Future<Boolean> inTransaction(Row which, Work work) {
        return damaged.around(() -> pool.withTransaction(
                                tx -> turn(tx, id(which), epoch(which)).compose(locked -> work.in(tx)))
                        .mapEmpty())
                .map(true);
    }

    private Future<Void> catchUp(SqlConnection tx, String streamId, long epoch) {
        return lock(tx, streamId, epoch).compose(state -> {
            if (state == null || state.complete()) {
                return Future.succeededFuture();
            }
            return tx.preparedQuery(NEXT_PACKED)
                    .execute(Tuple.of(streamId, epoch, state.seq(), MOST_CHUNKS_PER_STEP))
                    .compose(rows -> {
                        if (rows.size() == 0) {
                            return tx.preparedQuery(COMPLETE)
                                    .execute(Tuple.of(streamId, epoch))
                                    .mapEmpty();
                        }
                        // All of them first: a transaction that has inserted does not see a partition that another one
                        // made since.
                        Future<Void> done = Future.succeededFuture();
                        for (Row next : rows) {
                            done = done.compose(before -> partitions.ensure(next.getLong("ts")));
                        }
                        for (Row next : rows) {
                            done = done.compose(before -> add(tx, streamId, epoch, next));
                        }
                        return done;
                    });
        });
    }

    private Future<Void> add(SqlConnection tx, String streamId, long epoch, Row packed) {
        return vertx.executeBlocking(() -> decode(packed), false)
                .compose(block -> lock(tx, streamId, epoch)
                        .compose(state -> state == null ? Future.<Void>succeededFuture() : append(tx, state, block)));
    }

    private static SampleBlock decode(Row packed) {
        try {
            return ChunkDecoder.decode(packed.getBuffer("chunk").getBytes());
        } catch (ChunkFormatException e) {
            throw DamagedChunks.of(packed, e);
        }
    }

    /** What is left open at each level becomes a last row of the next; then the epoch is done with. */
    private Future<Void> end(SqlConnection tx, String streamId, long epoch) {
        Future<Void> done = Future.succeededFuture();
        for (int level = RollupLevels.FINEST; level < RollupLevels.COARSEST; level++) {
            int from = level;
            done = done.compose(before -> endLevel(tx, streamId, epoch, from));
        }
        return done.compose(before -> tx.preparedQuery(CLOSE).execute(Tuple.of(streamId, epoch)))
                .mapEmpty();
    }

    private static Future<Void> endLevel(SqlConnection tx, String streamId, long epoch, int level) {
        return Coarser.step(tx, streamId, epoch, level, true)
                .compose(made -> made ? endLevel(tx, streamId, epoch, level) : Future.succeededFuture());
    }
}
