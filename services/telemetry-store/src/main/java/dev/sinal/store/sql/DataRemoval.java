package dev.sinal.store.sql;

import dev.sinal.contracts.read.EpochClips;
import dev.sinal.store.domain.ChunkRow;
import dev.sinal.store.domain.DataCut;
import dev.sinal.store.domain.DeletedTally;
import dev.sinal.store.domain.DeletionBatch;
import dev.sinal.store.domain.DeletionBatch.Meta;
import dev.sinal.store.domain.EpochKey;
import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Takes samples out of the rows of an epoch, a batch at a time, in the caller's transaction; or only tells what it would take out. */
final class DataRemoval {
    /** Hot rows first: packing may make packed rows of them meanwhile, and never the other way. */
    static final int HOT = 0;

    static final int PACKED = 1;
    static final int DONE = 2;

    /** What lies in the range although it begins before: a row is not longer than max_span. */
    private static final String ROWS = """
            SELECT t.id, t.first_seq, t.n, t.ts, t.te, octet_length(t.chunk) AS bytes, t.level = 0 AND t.first_seq <= COALESCE(c.seq, 0) AS hidden
              FROM telemetry.%s t
              LEFT JOIN telemetry.compacted c ON c.stream_id = t.stream_id AND c.epoch = t.epoch
             WHERE t.stream_id = $1 AND t.epoch = $2 AND t.first_seq > $3 AND t.first_seq <= $4
               AND t.te >= $5 AND t.ts < $6
               AND t.ts >= $5 - (SELECT max_span FROM telemetry.stream_epochs WHERE stream_id = $1 AND epoch = $2)
             ORDER BY t.first_seq LIMIT $7
            """;

    /** Bounds beside the ids: they find the rows, and leave other days alone. */
    private static final String THESE =
            " WHERE stream_id = $1 AND epoch = $2 AND first_seq BETWEEN $3 AND $4 AND ts BETWEEN $5 AND $6 AND id = ANY ($7)";

    private static final String CHUNKS =
            "SELECT id, ts, stream_id, slot, tx::text AS tx, commits, chunk FROM telemetry.%s" + THESE;

    private static final String DELETE = "DELETE FROM telemetry.%s" + THESE;

    private static final String INSERT = """
            INSERT INTO telemetry.telemetry
                   (level, slot, stream_id, epoch, first_seq, n, ts, te, tx, tx_last, commits, offs, mins, maxs, means, valid, chunk)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::text::xid8, $10::text::xid8, $11, $12, $13, $14, $15, $16, $17)
            """;

    private static final String ROLLED = """
            SELECT EXISTS (SELECT FROM telemetry.rollup_levels WHERE stream_id = $1 AND epoch = $2 AND seq >= $3)
            """;

    private final WorkerExecutor worker;

    /** @param worker decodes and encodes */
    DataRemoval(WorkerExecutor worker) {
        this.worker = worker;
    }

    /** What a batch did, or would do. @param upTo the next batch begins behind this seq @param last of the layer */
    record Done(DeletedTally tally, long upTo, boolean last) {}

    private record Cut(Meta row, int slot, DataCut cut) {}

    /**
     * One batch.
     *
     * @param layer {@link #HOT} or {@link #PACKED}
     * @param behind seq that the batch before ended with
     * @param remove false: only looked at
     */
    Future<Done> batch(
            SqlConnection tx,
            EpochKey key,
            int layer,
            long behind,
            DataCut.Range range,
            EpochClips clips,
            boolean remove) {
        return tx.preparedQuery(in(layer, ROWS))
                .execute(Tuple.of(
                        key.streamId(),
                        key.epoch(),
                        behind,
                        range.upToSeq(),
                        range.from(),
                        range.to(),
                        DeletionBatch.ROWS))
                .compose(found -> {
                    List<Meta> rows = Reads.all(found, DataRemoval::meta);
                    DeletionBatch batch = DeletionBatch.of(rows, range, clips.touches(key.streamId(), key.epoch()));
                    return cuts(tx, key, layer, batch, range, clips)
                            .compose(cuts -> (remove ? write(tx, key, layer, rows, batch, cuts) : nothing())
                                    .map(written -> new Done(
                                            cuts.stream()
                                                    .map(cut -> DeletedTally.cut(
                                                            cut.cut(), cut.row().bytes()))
                                                    .reduce(batch.tally(), DeletedTally::plus),
                                            batch.upTo(),
                                            batch.last())));
                });
    }

    private static Future<Void> nothing() {
        return Future.succeededFuture();
    }

    private static String in(int layer, String sql) {
        return sql.formatted(layer == HOT ? "telemetry_hot" : "telemetry_packed");
    }

    private static Meta meta(Row row) {
        return new Meta(
                row.getLong("id"),
                row.getLong("first_seq"),
                row.getInteger("n"),
                row.getLong("ts"),
                row.getLong("te"),
                row.getInteger("bytes"),
                row.getBoolean("hidden"));
    }

    private static Tuple these(EpochKey key, List<Meta> rows) {
        return Tuple.of(
                        key.streamId(),
                        key.epoch(),
                        rows.get(0).firstSeq(),
                        rows.get(rows.size() - 1).firstSeq(),
                        rows.stream().mapToLong(Meta::ts).min().orElseThrow(),
                        rows.stream().mapToLong(Meta::ts).max().orElseThrow())
                .addArrayOfLong(rows.stream().map(Meta::id).toArray(Long[]::new));
    }

    private Future<List<Cut>> cuts(
            SqlConnection tx, EpochKey key, int layer, DeletionBatch batch, DataCut.Range range, EpochClips clips) {
        if (batch.look().isEmpty()) {
            return Future.succeededFuture(List.of());
        }
        Map<Long, Meta> looked = new HashMap<>();
        batch.look().forEach(row -> looked.put(row.id(), row));
        return tx.preparedQuery(in(layer, CHUNKS))
                .execute(these(key, batch.look()))
                .compose(rows -> worker.executeBlocking(
                        () -> Reads.all(
                                rows,
                                row -> cut(
                                        key,
                                        layer,
                                        Objects.requireNonNull(looked.get(row.getLong("id"))),
                                        row,
                                        range,
                                        clips)),
                        true));
    }

    private static Cut cut(EpochKey key, int layer, Meta meta, Row row, DataCut.Range range, EpochClips clips) {
        Buffer commits = row.getBuffer("commits");
        DataCut.Stored stored = new DataCut.Stored(
                key.streamId(),
                key.epoch(),
                meta.firstSeq(),
                meta.n(),
                layer == PACKED,
                Long.parseUnsignedLong(row.getString("tx")),
                commits == null ? null : commits.getBytes(),
                row.getBuffer("chunk").getBytes());
        try {
            return new Cut(meta, row.getInteger("slot"), DataCut.of(stored, range, clips));
        } catch (DataCut.DamagedException e) {
            throw DamagedChunks.of(
                    new DamagedChunks.Damage(key.streamId(), meta.ts(), meta.id(), String.valueOf(e.getMessage())));
        }
    }

    private static Future<Void> write(
            SqlConnection tx, EpochKey key, int layer, List<Meta> rows, DeletionBatch batch, List<Cut> cuts) {
        List<Cut> changed = cuts.stream().filter(cut -> cut.cut().removed() > 0).toList();
        Set<Long> ids = new HashSet<>(batch.gone());
        changed.forEach(cut -> ids.add(cut.row().id()));
        if (ids.isEmpty()) {
            return Future.succeededFuture();
        }
        List<Meta> going = rows.stream().filter(row -> ids.contains(row.id())).toList();
        return tx.preparedQuery(in(layer, DELETE))
                .execute(these(key, going))
                .compose(deleted -> deleted.rowCount() == going.size()
                        ? insert(tx, layer, changed)
                        : Future.failedFuture(new PackTable.MovedException()))
                .compose(inserted ->
                        layer == PACKED ? forget(tx, key, going.get(0).firstSeq()) : Future.succeededFuture());
    }

    private static Future<Void> insert(SqlConnection tx, int layer, List<Cut> changed) {
        List<Tuple> tuples = new ArrayList<>();
        for (Cut cut : changed) {
            for (DataCut.Piece piece : cut.cut().pieces()) {
                tuples.add(tuple(layer, cut.slot(), piece));
            }
        }
        return tuples.isEmpty()
                ? Future.succeededFuture()
                : tx.preparedQuery(INSERT).executeBatch(tuples).mapEmpty();
    }

    private static Tuple tuple(int layer, int slot, DataCut.Piece piece) {
        ChunkRow row = piece.row();
        Long txLast = piece.txLast();
        byte[] commits = piece.commits();
        int[] offs = piece.offs();
        return Tuple.tuple()
                .addShort((short) layer)
                .addInteger(slot)
                .addString(row.streamId())
                .addLong(row.epoch())
                .addLong(row.firstSeq())
                .addInteger(row.count())
                .addLong(row.ts())
                .addLong(row.te())
                .addString(Long.toUnsignedString(piece.tx()))
                .addString(txLast == null ? null : Long.toUnsignedString(txLast))
                .addBuffer(commits == null ? null : Buffer.buffer(commits))
                .addArrayOfInteger(offs == null ? null : boxed(offs))
                .addArrayOfDouble(boxed(row.mins()))
                .addArrayOfDouble(boxed(row.maxs()))
                .addArrayOfDouble(boxed(row.means()))
                .addArrayOfInteger(boxed(row.valid()))
                .addBuffer(Buffer.buffer(row.chunk()));
    }

    private static Integer[] boxed(int[] values) {
        return Arrays.stream(values).boxed().toArray(Integer[]::new);
    }

    private static Double[] boxed(double[] values) {
        return Arrays.stream(values).boxed().toArray(Double[]::new);
    }

    /** Rollups of the removed samples go; what is left is rolled up anew. Nothing to do for what was not rolled up yet. */
    private static Future<Void> forget(SqlConnection tx, EpochKey key, long fromSeq) {
        return Rollups.turn(tx, key.streamId(), key.epoch())
                .compose(mine -> tx.preparedQuery(ROLLED).execute(Tuple.of(key.streamId(), key.epoch(), fromSeq)))
                .compose(rolled -> rolled.iterator().next().getBoolean(0)
                        ? RollupTable.forget(tx, key.streamId(), key.epoch(), fromSeq)
                        : Future.succeededFuture());
    }
}
