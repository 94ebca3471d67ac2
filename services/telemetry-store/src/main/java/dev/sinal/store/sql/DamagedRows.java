package dev.sinal.store.sql;

import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.read.ReadClient;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes chunks that were damaged in the database out of what is read (ADR 0025): in one transaction the row goes, its bytes go into quarantine, and a gap of
 * cause {@code quarantined} takes its place. Whoever reads next sees the gap.
 */
public final class DamagedRows {
    private static final Logger LOG = LoggerFactory.getLogger(DamagedRows.class);
    /** Of one read; each sets aside every damaged row of a frame. */
    private static final int MOST_ROUNDS = 16;

    private static final String SET_ASIDE = """
            WITH damaged AS (
                SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[]) AS d (stream_id, ts, id, reason)),
            gone AS (
                DELETE FROM telemetry.telemetry t USING damaged d
                 WHERE t.stream_id = d.stream_id AND t.ts = d.ts AND t.id = d.id
                RETURNING t.stream_id, t.epoch, t.first_seq, t.n, t.ts, t.te, t.chunk, d.reason),
            named AS (
                SELECT g.*, g.first_seq + g.n - 1 AS last_seq, 'damaged in the database: ' || g.reason AS why,
                       encode(sha256(g.chunk), 'hex') AS hash
                  FROM gone g),
            kept AS (
                INSERT INTO telemetry.quarantine (id, stream_id, epoch, first_seq, last_seq, reason, chunk)
                SELECT hash, stream_id, epoch, first_seq, last_seq, why, chunk FROM named
                ON CONFLICT (id) DO NOTHING),
            told AS (
                INSERT INTO telemetry.gaps (stream_id, epoch, from_ts, to_ts, cause, estimated_samples, evidence, note_id)
                SELECT stream_id, epoch, ts, te + 1, 'quarantined', n,
                       'samples ' || first_seq || ' to ' || last_seq || ': ' || why, hash
                  FROM named
                ON CONFLICT DO NOTHING)
            SELECT count(*) FROM named
            """;

    private final Pool writes;
    private final AtomicLong setAside = new AtomicLong();

    public DamagedRows(Pool writes) {
        this.writes = writes;
    }

    /** Rows that were taken out since the start. */
    public long count() {
        return setAside.get();
    }

    /** For a read that nobody has seen a part of: what it meets is set aside, and it is read again. */
    <T> Future<T> around(Supplier<Future<T>> read) {
        return around(read, 1);
    }

    private <T> Future<T> around(Supplier<Future<T>> read, int round) {
        return read.get().recover(failure -> {
            if (!(failure instanceof DamagedChunks damaged)) {
                return Future.failedFuture(failure);
            }
            return setAside(damaged)
                    .compose(done -> round < MOST_ROUNDS ? around(read, round + 1) : Future.failedFuture(broken()));
        });
    }

    /** For a read that is under way: it fails, and the next one has the gap in its answer from the beginning. */
    <T> Future<T> before(Future<T> read) {
        return read.recover(failure -> failure instanceof DamagedChunks damaged
                ? setAside(damaged).compose(done -> Future.failedFuture(broken()))
                : Future.failedFuture(failure));
    }

    private static RuntimeException broken() {
        return RpcError.UNAVAILABLE.exception(
                "a stored chunk was damaged and has been set aside; what was read so far is not whole, read again",
                new JsonObject().put("code", ReadClient.READ_AGAIN));
    }

    private Future<Void> setAside(DamagedChunks damaged) {
        Tuple rows = Tuple.tuple()
                .addArrayOfString(damaged.rows().stream()
                        .map(DamagedChunks.Damage::streamId)
                        .toArray(String[]::new))
                .addArrayOfLong(damaged.rows().stream()
                        .map(DamagedChunks.Damage::timestamp)
                        .toArray(Long[]::new))
                .addArrayOfLong(
                        damaged.rows().stream().map(DamagedChunks.Damage::id).toArray(Long[]::new))
                .addArrayOfString(damaged.rows().stream()
                        .map(DamagedChunks.Damage::reason)
                        .toArray(String[]::new));
        return writes.preparedQuery(SET_ASIDE).execute(rows).map(found -> {
            long gone = found.iterator().next().getLong(0);
            setAside.addAndGet(gone);
            LOG.error(
                    "stored chunks were damaged and are set aside rows={} first={}",
                    gone,
                    damaged.rows().get(0));
            return null;
        });
    }
}
