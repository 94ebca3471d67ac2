package dev.sinal.store.sql;

import dev.sinal.contracts.ChunkEnvelope;
import dev.sinal.store.domain.QueuedChunk;
import dev.sinal.store.domain.Refusal;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Bytes that could not be stored as samples, with the reason. */
public final class QuarantineTable {
    private static final String ADD = """
            INSERT INTO telemetry.quarantine (id, node, stream_id, epoch, first_seq, last_seq, reason, chunk)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (id) DO NOTHING
            """;

    private static final String ADD_GAP = """
            INSERT INTO telemetry.gaps (stream_id, epoch, from_ts, to_ts, cause, estimated_samples, evidence, note_id)
            VALUES ($1, $2, $3, $4, 'quarantined', $5, $6, $7)
            ON CONFLICT DO NOTHING
            """;

    private final Pool pool;

    public QuarantineTable(Pool pool) {
        this.pool = pool;
    }

    /** Bytes whose numbers cannot be trusted. */
    public Future<Void> add(@Nullable ChunkEnvelope envelope, byte[] chunk, String reason) {
        Tuple row = Tuple.tuple()
                .addString(hash(chunk))
                .addString(envelope == null ? null : envelope.node())
                .addString(envelope == null ? null : envelope.stream().id())
                .addLong(envelope == null ? null : envelope.epoch())
                .addLong(null)
                .addLong(null)
                .addString(reason)
                .addBuffer(Buffer.buffer(chunk));
        return pool.preparedQuery(ADD).execute(row).mapEmpty();
    }

    static Future<Void> add(SqlClient client, List<QueuedChunk> refused) {
        Future<Void> done = Future.succeededFuture();
        for (QueuedChunk chunk : refused) {
            Refusal refusal = chunk.refusal();
            if (refusal != null) {
                done = done.compose(before -> add(client, chunk, refusal));
            }
        }
        return done;
    }

    private static Future<Void> add(SqlClient client, QueuedChunk chunk, Refusal refusal) {
        String id = hash(refusal.chunk());
        Tuple row = Tuple.tuple()
                .addString(id)
                .addString(chunk.envelope().node())
                .addString(chunk.streamId())
                .addLong(chunk.envelope().epoch())
                .addLong(chunk.first())
                .addLong(chunk.last())
                .addString(refusal.reason())
                .addBuffer(Buffer.buffer(refusal.chunk()));
        Tuple gap = Tuple.tuple()
                .addString(chunk.streamId())
                .addLong(chunk.envelope().epoch())
                .addLong(refusal.from())
                .addLong(refusal.to())
                .addLong(chunk.last() - chunk.first() + 1)
                .addString("samples " + chunk.first() + " to " + chunk.last() + ": " + refusal.reason())
                .addString(id);
        return client.preparedQuery(ADD)
                .execute(row)
                .compose(done -> client.preparedQuery(ADD_GAP).execute(gap))
                .mapEmpty();
    }

    private static String hash(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
