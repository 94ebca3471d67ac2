package dev.sinal.store.sql;

import dev.sinal.store.domain.ChunkRow;
import dev.sinal.store.domain.EpochKey;
import dev.sinal.store.domain.HotRow;
import dev.sinal.store.domain.PackedChunk;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Hot rows that wait to be packed, and the rows they become. */
final class PackTable {
    /**
     * Advisory locks on an epoch have the key {@code hashtextextended(stream_id || '/' || epoch, LOCK_SEED)}. Whoever packs an epoch holds it for the session; whoever
     * removes samples of an epoch takes it for the transaction, so that nobody packs what he removes.
     */
    static final long LOCK_SEED = 0x7061636bL;

    private static final String LOCK_KEY = "hashtextextended($1::text || '/' || $2::bigint, " + LOCK_SEED + ")";

    private static final String TRY_LOCK = "SELECT pg_try_advisory_lock(" + LOCK_KEY + ")";
    private static final String LOCK = "SELECT pg_advisory_lock(" + LOCK_KEY + ")";
    private static final String TRY_FOR_TRANSACTION = "SELECT pg_try_advisory_xact_lock(" + LOCK_KEY + ")";
    private static final String UNLOCK = "SELECT pg_advisory_unlock(" + LOCK_KEY + ")";

    /** Two walks along primary keys of small tables; what is packed falls out at once. */
    private static final String WAITING = """
            SELECT e.stream_id, e.epoch, e.committed_seq - COALESCE(c.seq, 0) AS samples, e.closed_at IS NOT NULL AS ended
              FROM telemetry.stream_epochs e
              LEFT JOIN telemetry.compacted c ON c.stream_id = e.stream_id AND c.epoch = e.epoch
             WHERE (e.stream_id, e.epoch) > ($1, $2)
               AND e.committed_seq > COALESCE(c.seq, 0)
               AND ($4::text IS NULL OR e.stream_id IN (SELECT s.stream_id FROM telemetry.streams s WHERE s.agent_id = $4))
             ORDER BY e.stream_id, e.epoch
             LIMIT $3
            """;

    private static final String STATE = """
            SELECT e.committed_seq, e.closed_at IS NOT NULL AS ended, COALESCE(c.seq, 0) AS seq,
                   (extract(epoch FROM now()) * 1000000)::bigint * 1000 AS now
              FROM telemetry.stream_epochs e
              LEFT JOIN telemetry.compacted c ON c.stream_id = e.stream_id AND c.epoch = e.epoch
             WHERE e.stream_id = $1 AND e.epoch = $2
            """;

    private static final String ROWS = """
            SELECT id, first_seq, n, ts, te, tx::text AS tx, slot, cardinality(valid) AS channels, octet_length(chunk) AS bytes
              FROM telemetry.telemetry_hot
             WHERE stream_id = $1 AND epoch = $2 AND first_seq > $3
             ORDER BY first_seq
             LIMIT $4
            """;

    private static final String CHUNKS = """
            SELECT first_seq, chunk FROM telemetry.telemetry_hot
             WHERE stream_id = $1 AND epoch = $2 AND first_seq BETWEEN $3 AND $4
             ORDER BY first_seq
            """;

    /** Only from where the packer thought it was, and only while the epoch is there. */
    private static final String ADVANCE = """
            INSERT INTO telemetry.compacted (stream_id, epoch, seq)
            SELECT e.stream_id, e.epoch, $4 FROM telemetry.stream_epochs e
             WHERE e.stream_id = $1 AND e.epoch = $2 AND e.committed_seq >= $4
               AND ($3::bigint = 0 OR EXISTS (SELECT FROM telemetry.compacted c WHERE c.stream_id = $1 AND c.epoch = $2))
            ON CONFLICT (stream_id, epoch) DO UPDATE SET seq = excluded.seq WHERE compacted.seq = $3
            """;

    private static final String INSERT = """
            INSERT INTO telemetry.telemetry
                   (level, slot, stream_id, epoch, first_seq, n, ts, te, tx, tx_last, commits, offs, mins, maxs, means, valid, chunk)
            VALUES (1, 0, $1, $2, $3, $4, $5, $6, $7::text::xid8, $8::text::xid8, $9, $10, $11, $12, $13, $14, $15)
            """;

    /** How far back readers begin to look. A little more than needed, so that it changes seldom. */
    private static final String WIDEN = """
            UPDATE telemetry.stream_epochs SET max_span = LEAST($3 + $3 / 4, GREATEST($3, $4))
             WHERE stream_id = $1 AND epoch = $2 AND max_span < $3
            """;

    private PackTable() {}

    /** An epoch with samples that are not packed. */
    record Waiting(EpochKey key, long samples, boolean ended) {}

    /** @param seq up to which it is packed @param now of the database, UTC ns */
    record State(long committed, boolean ended, long seq, long now) {}

    /** @param agentId null: of all agents */
    static Future<List<Waiting>> waiting(SqlClient client, EpochKey after, int limit, @Nullable String agentId) {
        return client.preparedQuery(WAITING)
                .execute(Tuple.of(after.streamId(), after.epoch(), limit, agentId))
                .map(rows -> Reads.all(
                        rows,
                        row -> new Waiting(
                                new EpochKey(row.getString("stream_id"), row.getLong("epoch")),
                                row.getLong("samples"),
                                row.getBoolean("ended"))));
    }

    /** @param patient wait for others who hold it; else false at once */
    static Future<Boolean> lock(SqlConnection connection, EpochKey key, boolean patient) {
        return connection
                .preparedQuery(patient ? LOCK : TRY_LOCK)
                .execute(Tuple.of(key.streamId(), key.epoch()))
                .map(rows -> patient || rows.iterator().next().getBoolean(0));
    }

    /** Until the transaction ends; false at once when somebody packs the epoch. */
    static Future<Boolean> lockForTransaction(SqlConnection tx, EpochKey key) {
        return tx.preparedQuery(TRY_FOR_TRANSACTION)
                .execute(Tuple.of(key.streamId(), key.epoch()))
                .map(rows -> rows.iterator().next().getBoolean(0));
    }

    static Future<Void> unlock(SqlConnection connection, EpochKey key) {
        return connection
                .preparedQuery(UNLOCK)
                .execute(Tuple.of(key.streamId(), key.epoch()))
                .mapEmpty();
    }

    static Future<@Nullable State> state(SqlConnection connection, EpochKey key) {
        return connection
                .preparedQuery(STATE)
                .execute(Tuple.of(key.streamId(), key.epoch()))
                .map(rows -> {
                    for (Row row : rows) {
                        return new State(
                                row.getLong("committed_seq"),
                                row.getBoolean("ended"),
                                row.getLong("seq"),
                                row.getLong("now"));
                    }
                    return null;
                });
    }

    static Future<List<HotRow>> rows(SqlConnection connection, EpochKey key, long behind, int limit) {
        return connection
                .preparedQuery(ROWS)
                .execute(Tuple.of(key.streamId(), key.epoch(), behind, limit))
                .map(rows -> Reads.all(
                        rows,
                        row -> new HotRow(
                                row.getLong("id"),
                                row.getLong("first_seq"),
                                row.getInteger("n"),
                                row.getLong("ts"),
                                row.getLong("te"),
                                Long.parseUnsignedLong(row.getString("tx")),
                                row.getInteger("slot"),
                                row.getInteger("channels"),
                                row.getInteger("bytes"))));
    }

    /** Fails when one of the rows is gone. */
    static Future<List<PackedChunk.Hot>> chunks(SqlConnection connection, EpochKey key, List<HotRow> group) {
        long from = group.get(0).firstSeq();
        long to = group.get(group.size() - 1).firstSeq();
        return connection
                .preparedQuery(CHUNKS)
                .execute(Tuple.of(key.streamId(), key.epoch(), from, to))
                .map(rows -> {
                    List<byte[]> chunks =
                            Reads.all(rows, row -> row.getBuffer(1).getBytes());
                    if (chunks.size() != group.size()) {
                        throw new MovedException();
                    }
                    PackedChunk.Hot[] hot = new PackedChunk.Hot[chunks.size()];
                    Arrays.setAll(hot, i -> new PackedChunk.Hot(group.get(i), chunks.get(i)));
                    return List.of(hot);
                });
    }

    /** Hides hot rows up to {@code to}. @param from up to where they were hidden before */
    static Future<Void> advance(SqlClient client, EpochKey key, long from, long to) {
        return client.preparedQuery(ADVANCE)
                .execute(Tuple.of(key.streamId(), key.epoch(), from, to))
                .map(done -> {
                    if (done.rowCount() != 1) {
                        throw new MovedException();
                    }
                    return null;
                });
    }

    static Future<Void> insert(SqlClient client, PackedChunk packed) {
        ChunkRow row = packed.row();
        byte[] commits = packed.commits();
        Tuple values = Tuple.tuple()
                .addString(row.streamId())
                .addLong(row.epoch())
                .addLong(row.firstSeq())
                .addInteger(row.count())
                .addLong(row.ts())
                .addLong(row.te())
                .addString(Long.toUnsignedString(packed.tx()))
                .addString(Long.toUnsignedString(packed.txLast()))
                .addBuffer(commits == null ? null : Buffer.buffer(commits))
                .addArrayOfInteger(Arrays.stream(packed.offs()).boxed().toArray(Integer[]::new))
                .addArrayOfDouble(Arrays.stream(row.mins()).boxed().toArray(Double[]::new))
                .addArrayOfDouble(Arrays.stream(row.maxs()).boxed().toArray(Double[]::new))
                .addArrayOfDouble(Arrays.stream(row.means()).boxed().toArray(Double[]::new))
                .addArrayOfInteger(Arrays.stream(row.valid()).boxed().toArray(Integer[]::new))
                .addBuffer(Buffer.buffer(row.chunk()));
        return client.preparedQuery(INSERT).execute(values).mapEmpty();
    }

    static Future<Void> widen(SqlClient client, EpochKey key, long span) {
        return client.preparedQuery(WIDEN)
                .execute(Tuple.of(key.streamId(), key.epoch(), span, ChunkRow.MAX_SPAN_NS))
                .mapEmpty();
    }

    /** Somebody else packed the epoch or removed samples of it meanwhile: to be looked at anew. */
    static final class MovedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        MovedException() {
            super("the epoch changed while it was packed", null, false, false);
        }
    }
}
