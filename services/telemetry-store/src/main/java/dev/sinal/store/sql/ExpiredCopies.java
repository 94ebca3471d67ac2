package dev.sinal.store.sql;

import dev.sinal.chunk.ChunkDecoder;
import dev.sinal.chunk.ChunkFormatException;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.contracts.read.EpochClip;
import dev.sinal.contracts.read.EpochClips;
import dev.sinal.store.domain.EpochKey;
import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts how many samples of a day's partition another owner had stored too: they are in no other number of the ledger. */
final class ExpiredCopies {
    private static final int STREAMS_PER_LOOK = 100;
    private static final int CHUNKS_PER_STEP = 64;

    private static final String STREAMS = "SELECT DISTINCT stream_id FROM telemetry.%s ORDER BY stream_id";

    private static final String WHOLE =
            "SELECT epoch, sum(n)::bigint AS n FROM telemetry.%s t WHERE stream_id = $1 AND " + ClipArrays.whole(2)
                    + " GROUP BY epoch";

    private static final String EDGES = "SELECT ts, id, epoch, chunk FROM telemetry.%s t WHERE stream_id = $1"
            + " AND (ts, id) > ($7, $8) AND " + ClipArrays.touched(2) + " AND NOT " + ClipArrays.whole(2)
            + " ORDER BY ts, id LIMIT " + CHUNKS_PER_STEP;

    private final OverlapTable overlaps;
    private final WorkerExecutor worker;

    ExpiredCopies(OverlapTable overlaps, WorkerExecutor worker) {
        this.overlaps = overlaps;
        this.worker = worker;
    }

    /** What is left out for readers of the streams of a partition. To be asked while their chunks can still be read. */
    Future<List<EpochClip>> clips(SqlClient client, String partition) {
        return client.query(STREAMS.formatted(partition)).execute().compose(rows -> {
            List<String> streams = Reads.all(rows, row -> row.getString(0));
            Future<List<EpochClip>> found = Future.succeededFuture(new ArrayList<>());
            for (int i = 0; i < streams.size(); i += STREAMS_PER_LOOK) {
                List<String> some = streams.subList(i, Math.min(streams.size(), i + STREAMS_PER_LOOK));
                found = found.compose(before -> overlaps.clips(client, some, Long.MIN_VALUE, Long.MAX_VALUE)
                        .map(clips -> {
                            before.addAll(clips);
                            return before;
                        }));
            }
            return found;
        });
    }

    /** @return samples by epoch; epochs without are left out */
    Future<Map<EpochKey, Long>> count(SqlClient client, String partition, List<EpochClip> clips) {
        Map<EpochKey, Long> counted = new HashMap<>();
        Future<Void> done = Future.succeededFuture();
        for (String stream : clips.stream().map(EpochClip::stream).distinct().toList()) {
            Count count = new Count(client, partition, stream, ClipArrays.of(stream, clips), new EpochClips(clips));
            done = done.compose(before -> whole(count, counted))
                    .compose(whole -> edges(count, Long.MIN_VALUE, 0, counted));
        }
        return done.map(counted);
    }

    private record Count(SqlClient client, String partition, String stream, ClipArrays arrays, EpochClips clips) {
        Tuple values() {
            return arrays.addTo(Tuple.of(stream));
        }
    }

    private static Future<Void> whole(Count count, Map<EpochKey, Long> counted) {
        return count.client()
                .preparedQuery(WHOLE.formatted(count.partition()))
                .execute(count.values())
                .map(rows -> {
                    for (Row row : rows) {
                        counted.merge(new EpochKey(count.stream(), row.getLong("epoch")), row.getLong("n"), Long::sum);
                    }
                    return null;
                });
    }

    private Future<Void> edges(Count count, long afterTs, long afterId, Map<EpochKey, Long> counted) {
        return count.client()
                .preparedQuery(EDGES.formatted(count.partition()))
                .execute(count.values().addLong(afterTs).addLong(afterId))
                .compose(found -> {
                    List<Row> rows = Reads.all(found, row -> row);
                    return worker.executeBlocking(
                                    () -> {
                                        for (Row row : rows) {
                                            counted.merge(
                                                    new EpochKey(count.stream(), row.getLong("epoch")),
                                                    hidden(row, count.clips()),
                                                    Long::sum);
                                        }
                                        return null;
                                    },
                                    true)
                            .compose(done -> rows.size() < CHUNKS_PER_STEP
                                    ? Future.succeededFuture()
                                    : edges(
                                            count,
                                            rows.get(rows.size() - 1).getLong("ts"),
                                            rows.get(rows.size() - 1).getLong("id"),
                                            counted));
                });
    }

    private static long hidden(Row row, EpochClips clips) {
        try {
            SampleBlock block = ChunkDecoder.decode(row.getBuffer("chunk").getBytes(), new int[0]);
            BitSet bits = clips.hidden(block.streamId(), block.epoch(), block.timestamps(), block.rawStamps());
            return bits == null ? 0 : bits.cardinality();
        } catch (ChunkFormatException e) {
            // Nobody can tell any more, and it goes.
            return 0;
        }
    }
}
