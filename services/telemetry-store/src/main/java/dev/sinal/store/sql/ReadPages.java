package dev.sinal.store.sql;

import dev.sinal.contracts.read.ReadFrame;
import dev.sinal.contracts.read.ReadQuery.CommitKey;
import dev.sinal.store.domain.ReadRange;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Walks over the chunks of some streams, a frame at a time, by a key instead of an offset. Each stream is read from its own index; the
 * streams are merged in the order asked for.
 */
final class ReadPages {
    /** Chunks looked at for the first frame: most readers want one page. */
    private static final int FIRST = 64;

    private static final int NEXT = 1024;
    private static final int ENTRY_OVERHEAD = 20;

    private static final String BY_TIME = """
            SELECT tx, id, ts, stream_id, epoch, first_seq, chunk, found
              FROM (SELECT c.*, row_number() OVER place AS nr, sum(c.bytes) OVER place AS running, count(*) OVER () AS found
                      FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS s (stream_id, scan_from, from_ts)
                     CROSS JOIN LATERAL (
                           SELECT t.tx::text AS tx, t.id, t.ts, t.stream_id, t.epoch, t.first_seq, t.chunk,
                                  octet_length(t.chunk) + $10 AS bytes
                             FROM telemetry.chunks t
                            WHERE t.stream_id = s.stream_id
                              AND t.ts >= s.scan_from AND t.ts >= $5 AND t.ts < $4 AND t.te >= s.from_ts
                              AND (t.ts, t.stream_id, t.epoch, t.first_seq) > ($5, $6::text, $7, $8)
                            ORDER BY t.ts, t.epoch, t.first_seq
                            LIMIT $9) c
                    WINDOW place AS (ORDER BY c.ts, c.stream_id, c.epoch, c.first_seq)) p
             WHERE nr = 1 OR (nr <= $9 AND running <= $11)
             ORDER BY nr
            """;

    private static final String BY_COMMIT = """
            SELECT tx, id, ts, stream_id, epoch, first_seq, chunk, found
              FROM (SELECT c.*, row_number() OVER place AS nr, sum(c.bytes) OVER place AS running, count(*) OVER () AS found
                      FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS s (stream_id, scan_from, from_ts)
                     CROSS JOIN LATERAL (
                           SELECT t.tx::text AS tx, t.tx AS place_tx, t.id, t.ts, t.stream_id, t.epoch, t.first_seq, t.chunk,
                                  octet_length(t.chunk) + $9 AS bytes
                             FROM telemetry.chunks t
                            WHERE t.stream_id = s.stream_id
                              AND t.ts >= s.scan_from AND t.ts < $4 AND t.te >= s.from_ts
                              AND (t.tx, t.id) >= ($5::text::xid8, $6)
                              AND NOT (t.tx = $5::text::xid8 AND t.id = $6 AND t.first_seq + t.n - 1 <= $7)
                              AND t.tx < pg_snapshot_xmin(pg_current_snapshot())
                            ORDER BY t.tx, t.id
                            LIMIT $8) c
                    WINDOW place AS (ORDER BY c.place_tx, c.id)) p
             WHERE nr = 1 OR (nr <= $8 AND running <= $10)
             ORDER BY nr
            """;

    private final String[] streams;
    private final Long[] scanFrom;
    private final Long[] from;
    private final long to;
    private final boolean byCommit;
    private final int maxBytes;
    private int chunks = FIRST;
    private long lastTs = Long.MIN_VALUE;
    private String lastStream = "";
    private long lastEpoch = Long.MIN_VALUE;
    private long lastSeq = Long.MIN_VALUE;
    private CommitKey lastCommit;

    /** @param ranges per stream @param after commit order only */
    ReadPages(Map<String, ReadRange> ranges, long to, boolean byCommit, @Nullable CommitKey after, int maxBytes) {
        streams = ranges.keySet().toArray(String[]::new);
        scanFrom = ranges.values().stream().map(ReadRange::scanFrom).toArray(Long[]::new);
        from = ranges.values().stream().map(ReadRange::from).toArray(Long[]::new);
        this.to = to;
        this.byCommit = byCommit;
        this.maxBytes = maxBytes;
        lastCommit = after == null ? new CommitKey(0, 0, 0) : after;
    }

    Future<ReadFrame> next(SqlConnection connection) {
        int limit = chunks;
        chunks = NEXT;
        return connection
                .preparedQuery(byCommit ? BY_COMMIT : BY_TIME)
                .execute(byCommit ? commitKey(limit) : timeKey(limit))
                .map(rows -> frame(rows, limit));
    }

    private Tuple timeKey(int limit) {
        return Tuple.tuple()
                .addArrayOfString(streams)
                .addArrayOfLong(scanFrom)
                .addArrayOfLong(from)
                .addLong(to)
                .addLong(lastTs)
                .addString(lastStream)
                .addLong(lastEpoch)
                .addLong(lastSeq)
                .addInteger(limit)
                .addInteger(ENTRY_OVERHEAD)
                .addInteger(maxBytes);
    }

    private Tuple commitKey(int limit) {
        return Tuple.tuple()
                .addArrayOfString(streams)
                .addArrayOfLong(scanFrom)
                .addArrayOfLong(from)
                .addLong(to)
                .addString(Long.toUnsignedString(lastCommit.tx()))
                .addLong(lastCommit.chunk())
                .addLong(lastCommit.seq())
                .addInteger(limit)
                .addInteger(ENTRY_OVERHEAD)
                .addInteger(maxBytes);
    }

    private ReadFrame frame(RowSet<Row> rows, int limit) {
        List<ReadFrame.Entry> entries = new ArrayList<>(rows.size());
        long found = 0;
        DamagedChunks.Check check = new DamagedChunks.Check();
        for (Row row : rows) {
            long tx = Long.parseUnsignedLong(row.getString("tx"));
            long id = row.getLong("id");
            byte[] chunk = row.getBuffer("chunk").getBytes();
            check.look(row, chunk);
            entries.add(new ReadFrame.Entry(tx, id, chunk));
            found = row.getLong("found");
            lastTs = row.getLong("ts");
            lastStream = row.getString("stream_id");
            lastEpoch = row.getLong("epoch");
            lastSeq = row.getLong("first_seq");
            lastCommit = new CommitKey(tx, id, Long.MAX_VALUE);
        }
        check.done();
        boolean end = found == entries.size() && found < limit;
        return new ReadFrame(end, entries);
    }
}
