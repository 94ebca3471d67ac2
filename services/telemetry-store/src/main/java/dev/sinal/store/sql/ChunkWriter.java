package dev.sinal.store.sql;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sinal.chunk.TimeBasis;
import dev.sinal.contracts.ChunkEnvelope;
import dev.sinal.contracts.MarkerEntry;
import dev.sinal.store.domain.ChunkRow;
import dev.sinal.store.domain.EpochKey;
import dev.sinal.store.domain.EpochState;
import dev.sinal.store.domain.MarkerRow;
import dev.sinal.store.domain.QueuedChunk;
import dev.sinal.store.domain.Run;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Stores runs of chunks: the watermark of each epoch moves and its rows come in by one statement and one commit, so that a chunk that
 * comes twice, late, out of order or from a former owner changes nothing.
 */
public final class ChunkWriter {
    private static final int KNOWN_EPOCHS = 100_000;
    private static final int FIRST_CHUNK = 10;
    private static final int FIRST_MARKER = FIRST_CHUNK + ChunkTuple.PARAMETERS;

    private static final String APPEND =
            """
            WITH w AS (
                UPDATE telemetry.stream_epochs e
                   SET committed_seq = r.last_seq,
                       first_ts = LEAST(e.first_ts, r.ts),
                       last_ts = GREATEST(e.last_ts, r.te),
                       max_span = GREATEST(e.max_span, r.span),
                       time_basis = COALESCE(e.time_basis, r.basis)
                  FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::text[], $9::bigint[])
                    AS r (stream_id, epoch, fence, first_seq, last_seq, ts, te, basis, span)
                 WHERE e.stream_id = r.stream_id AND e.epoch = r.epoch
                   AND e.fence = r.fence AND e.committed_seq = r.first_seq - 1
                RETURNING e.stream_id, e.epoch
            ), i AS (
                INSERT INTO telemetry.telemetry
                       (stream_id, epoch, first_seq, n, ts, te, chunk, mins, maxs, means, valid)
                SELECT c.stream_id, c.epoch, c.first_seq, c.n, c.ts, c.te,""" + " " + ChunkTuple.contents(FIRST_CHUNK) + "\n      FROM " + ChunkTuple.unnest(FIRST_CHUNK) + """
                    AS c (stream_id, epoch, first_seq, n, ts, te, at, channels, start, size)
                  JOIN w USING (stream_id, epoch)
                 ORDER BY c.stream_id, c.epoch, c.first_seq
            """;

    private static final String MARKERS = "), m AS (INSERT INTO telemetry.markers (" + MarkerTuple.COLUMNS + ") SELECT "
            + MarkerTuple.COLUMNS + " FROM ROWS FROM (" + MarkerTuple.unnest(FIRST_MARKER)
            + ", unnest($" + (FIRST_MARKER + 11) + "::text[]), unnest($" + (FIRST_MARKER + 12) + "::bigint[])) AS q ("
            + MarkerTuple.COLUMNS + ", in_stream, in_epoch) JOIN w ON w.stream_id = in_stream AND w.epoch = in_epoch"
            + " ON CONFLICT (id) DO NOTHING\n";

    private static final String DONE = ") SELECT stream_id, epoch FROM w";

    private final Pool pool;
    private final Partitions partitions;
    private final Cache<EpochKey, Boolean> known =
            Caffeine.newBuilder().maximumSize(KNOWN_EPOCHS).build();

    public ChunkWriter(Pool pool, Partitions partitions) {
        this.pool = pool;
        this.partitions = partitions;
    }

    /**
     * What one statement did.
     *
     * @param stored epochs whose watermark moved
     * @param states of the other epochs of the statement; one without a row is missing here
     */
    public record Outcome(Set<EpochKey> stored, Map<EpochKey, EpochState> states) {}

    /** @param runs at most one per epoch; all that can be stored are, in one commit */
    public Future<Outcome> append(List<Run> runs) {
        List<Run> ordered = runs.stream().sorted(Comparator.comparing(Run::key)).toList();
        Set<Long> days = ordered.stream()
                .flatMap(run -> run.rows().stream())
                .map(ChunkRow::day)
                .collect(Collectors.toSet());
        return partitions
                .ensure(days)
                .compose(ready -> store(ordered))
                .onFailure(failure -> {
                    if (SqlFailure.of(failure) == SqlFailure.COLLISION) {
                        partitions.forget(days);
                    }
                })
                .compose(stored -> explain(ordered, stored));
    }

    private Future<Set<EpochKey>> store(List<Run> runs) {
        List<ChunkEnvelope> unknown = runs.stream()
                .filter(run -> known.getIfPresent(run.key()) == null)
                .map(Run::envelope)
                .toList();
        boolean plain =
                unknown.isEmpty() && runs.stream().allMatch(run -> run.refused().isEmpty());
        if (plain) {
            return execute(pool, runs);
        }
        return pool.withTransaction(connection -> (unknown.isEmpty()
                                ? Future.<Void>succeededFuture()
                                : EpochTable.register(connection, unknown))
                        .compose(done -> execute(connection, runs))
                        .compose(stored -> setAside(connection, runs, stored).map(stored)))
                .onSuccess(stored -> runs.forEach(run -> known.put(run.key(), true)));
    }

    /** Inside somebody's transaction, which has to be rolled back when the answer is false: not all watermarks stood where they should. Partitions must be there. */
    static Future<Boolean> storeAll(SqlConnection connection, List<Run> runs) {
        return execute(connection, runs).map(stored -> stored.size() == runs.size());
    }

    private static Future<Set<EpochKey>> execute(SqlClient client, List<Run> runs) {
        List<MarkerRow> markers =
                runs.stream().flatMap(run -> run.markers().stream()).toList();
        String sql = APPEND + (markers.isEmpty() ? "" : MARKERS) + DONE;
        Tuple tuple = runTuple(runs);
        ChunkTuple.addTo(
                tuple, runs.stream().flatMap(run -> run.rows().stream()).toList());
        if (!markers.isEmpty()) {
            addMarkers(tuple, runs);
        }
        return client.preparedQuery(sql).execute(tuple).map(ChunkWriter::keys);
    }

    private static Set<EpochKey> keys(RowSet<Row> rows) {
        Set<EpochKey> keys = new HashSet<>();
        for (Row row : rows) {
            keys.add(new EpochKey(row.getString(0), row.getLong(1)));
        }
        return keys;
    }

    private static Tuple runTuple(List<Run> runs) {
        int size = runs.size();
        Long[] from = new Long[size];
        Long[] to = new Long[size];
        String[] basis = new String[size];
        Long[] span = new Long[size];
        for (int i = 0; i < size; i++) {
            List<ChunkRow> rows = runs.get(i).rows();
            if (!rows.isEmpty()) {
                from[i] = rows.stream().mapToLong(ChunkRow::ts).min().orElseThrow();
                to[i] = rows.stream().mapToLong(ChunkRow::te).max().orElseThrow();
                span[i] = rows.stream()
                        .mapToLong(row -> row.te() - row.ts())
                        .max()
                        .orElseThrow();
                TimeBasis first = rows.get(0).basis();
                basis[i] = first.wireName();
            }
        }
        return Tuple.tuple()
                .addArrayOfString(runs.stream().map(run -> run.key().streamId()).toArray(String[]::new))
                .addArrayOfLong(runs.stream().map(run -> run.key().epoch()).toArray(Long[]::new))
                .addArrayOfLong(runs.stream().map(Run::fence).toArray(Long[]::new))
                .addArrayOfLong(runs.stream().map(Run::first).toArray(Long[]::new))
                .addArrayOfLong(runs.stream().map(Run::last).toArray(Long[]::new))
                .addArrayOfLong(from)
                .addArrayOfLong(to)
                .addArrayOfString(basis)
                .addArrayOfLong(span);
    }

    private static void addMarkers(Tuple tuple, List<Run> runs) {
        List<MarkerEntry> entries = new ArrayList<>();
        List<String> streams = new ArrayList<>();
        List<Long> epochs = new ArrayList<>();
        for (Run run : runs) {
            for (MarkerRow marker : run.markers()) {
                entries.add(marker.marker());
                streams.add(run.key().streamId());
                epochs.add(run.key().epoch());
            }
        }
        MarkerTuple.addTo(tuple, entries);
        tuple.addArrayOfString(streams.toArray(String[]::new)).addArrayOfLong(epochs.toArray(Long[]::new));
    }

    /** Refused chunks whose numbers were passed: kept for people, and noted as gaps. */
    private static Future<Void> setAside(SqlConnection connection, List<Run> runs, Set<EpochKey> stored) {
        List<QueuedChunk> refused = runs.stream()
                .filter(run -> stored.contains(run.key()))
                .flatMap(run -> run.refused().stream())
                .toList();
        return refused.isEmpty() ? Future.succeededFuture() : QuarantineTable.add(connection, refused);
    }

    private Future<Outcome> explain(List<Run> runs, Set<EpochKey> stored) {
        List<EpochKey> others =
                runs.stream().map(Run::key).filter(key -> !stored.contains(key)).toList();
        if (others.isEmpty()) {
            return Future.succeededFuture(new Outcome(stored, Map.of()));
        }
        return EpochTable.states(pool, others).map(states -> {
            others.stream().filter(key -> !states.containsKey(key)).forEach(known::invalidate);
            return new Outcome(stored, new HashMap<>(states));
        });
    }
}
