package dev.sinal.store.sql;

import dev.sinal.chunk.ChunkDecoder;
import dev.sinal.chunk.ChunkFormatException;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.contracts.read.EpochClip;
import dev.sinal.contracts.read.EpochClips;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.BitSet;
import java.util.List;

/** Counts samples that are stored twice because two owners collected them. */
final class Superseded {
    private static final int CHUNKS_PER_STEP = 64;

    private static final String WHOLE = "SELECT COALESCE(sum(n), 0)::bigint FROM telemetry.chunks t"
            + " WHERE stream_id = $1 AND ts >= $2 AND ts <= $3 AND " + ClipArrays.whole(4);

    private static final String EDGES = "SELECT ts, id, stream_id, chunk FROM telemetry.chunks t"
            + " WHERE stream_id = $1 AND ts <= $3 AND ts >= $2"
            + " - (SELECT max(max_span) FROM telemetry.stream_epochs WHERE stream_id = $1) AND (ts, id) > ($9, $10)"
            + " AND " + ClipArrays.touched(4) + " AND NOT " + ClipArrays.whole(4) + " ORDER BY ts, id LIMIT "
            + CHUNKS_PER_STEP;

    private final Vertx vertx;
    private final Reads reads;
    private final DamagedRows damaged;

    Superseded(Vertx vertx, Reads reads, DamagedRows damaged) {
        this.vertx = vertx;
        this.reads = reads;
        this.damaged = damaged;
    }

    /** Samples of a stream that readers leave out. @param clips of the stream */
    Future<Long> count(String stream, List<EpochClip> clips) {
        if (clips.isEmpty()) {
            return Future.succeededFuture(0L);
        }
        long slack = 2 * OverlapTable.CLOCKS_NS;
        long from = clips.stream().mapToLong(EpochClip::from).min().orElseThrow() - slack;
        long to = clips.stream().mapToLong(EpochClip::to).max().orElseThrow() + slack;
        Count count = new Count(stream, from, to, new ClipArrays(clips), new EpochClips(clips));
        return reads.list(WHOLE, count.values(), row -> row.getLong(0))
                .compose(whole ->
                        damaged.around(() -> edges(count, Long.MIN_VALUE, 0)).map(edges -> whole.get(0) + edges));
    }

    private record Count(String stream, long from, long to, ClipArrays arrays, EpochClips clips) {
        Tuple values() {
            return arrays.addTo(Tuple.of(stream, from, to));
        }
    }

    private Future<Long> edges(Count count, long afterTs, long afterId) {
        Tuple values = count.values().addLong(afterTs).addLong(afterId);
        return reads.list(EDGES, values, row -> row).compose(rows -> {
            if (rows.isEmpty()) {
                return Future.succeededFuture(0L);
            }
            Row last = rows.get(rows.size() - 1);
            Future<Long> hidden = vertx.executeBlocking(() -> hidden(rows, count.clips()), false);
            return rows.size() < CHUNKS_PER_STEP
                    ? hidden
                    : hidden.compose(here ->
                            edges(count, last.getLong("ts"), last.getLong("id")).map(later -> here + later));
        });
    }

    private static long hidden(List<Row> rows, EpochClips clips) {
        long hidden = 0;
        for (Row row : rows) {
            SampleBlock block = stamps(row);
            BitSet bits = clips.hidden(block.streamId(), block.epoch(), block.timestamps(), block.rawStamps());
            hidden += bits == null ? 0 : bits.cardinality();
        }
        return hidden;
    }

    private static SampleBlock stamps(Row row) {
        try {
            return ChunkDecoder.decode(row.getBuffer("chunk").getBytes(), new int[0]);
        } catch (ChunkFormatException e) {
            throw DamagedChunks.of(row, e);
        }
    }
}
