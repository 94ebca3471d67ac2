package dev.sinal.store.sql;

import dev.sinal.chunk.ChunkDecoder;
import dev.sinal.chunk.ChunkFormatException;
import dev.sinal.chunk.ChunkHeader;
import dev.sinal.chunk.Column;
import dev.sinal.contracts.read.EpochClips;
import dev.sinal.store.domain.PlotGrid;
import dev.sinal.store.domain.PlotPlan;
import dev.sinal.store.domain.Span;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What plots take from chunks: of one inside a bucket its stored extremes, without reading it; others are decoded, and of those with known places only the
 * bytes of the wanted channels are read.
 */
final class PlotChunks {
    private static final int CHANNELS_PER_STATEMENT = 64;
    /** Chunks are read in slices up to so many channels, beyond whole. */
    private static final int MOST_SLICES = 16;

    private static final int HOT_PER_STEP = 64;
    private static final int SLICED_PER_STEP = 64;
    private static final int WHOLE_PER_STEP = 8;

    private static final String INSIDE = " ts >= $2 AND te < $3 AND (ts - $4) / $5 = (te - $4) / $5 ";

    private static final String FROM = """
             FROM telemetry.chunks t
             JOIN unnest($6::bigint[], $7::bigint[], $8::bigint[]) AS p (own_epoch, after_seq, up_to_seq)
               ON p.own_epoch = t.epoch AND t.first_seq > p.after_seq AND t.first_seq <= p.up_to_seq
            """;

    private static final String STRADDLING = """
             WHERE stream_id = $1
               AND ts >= $2 - (SELECT max(max_span) FROM telemetry.stream_epochs WHERE stream_id = $1)
               AND ts < $3 AND te >= $2
               AND (ts, id) > ($9, $10)
            """;

    /** First parameter of the clips: in a statement about what is inside a bucket, and in one about the others. */
    private static final int CLIPS_INSIDE = 9;

    private static final int CLIPS_STRADDLING = 11;

    private final Vertx vertx;
    private final SqlConnection client;
    private final PlotPlan plan;
    private final PlotGrid grid;
    private final ClipArrays clips;
    private final EpochClips hidden;
    private final List<Integer> channels;
    private final boolean sliced;

    PlotChunks(Vertx vertx, SqlConnection client, PlotPlan plan, PlotGrid grid, ClipArrays clips, EpochClips hidden) {
        this.vertx = vertx;
        this.client = client;
        this.plan = plan;
        this.grid = grid;
        this.clips = clips;
        this.hidden = hidden;
        this.channels = plan.channels();
        this.sliced = channels.size() <= MOST_SLICES;
    }

    /** The layers of the store. */
    enum Layer {
        HOT,
        PACKED
    }

    /** Chunks of an epoch. @param after of those with a first_seq above @param upTo and not above */
    record Part(long epoch, long after, long upTo) {}

    /** All samples of some chunks that are in the range of the plot. */
    Future<Void> draw(Layer layer, List<Part> parts) {
        if (parts.isEmpty()) {
            return Future.succeededFuture();
        }
        return inside(layer, parts)
                .compose(done -> straddling(layer, parts, grid.from(), grid.to(), false, Long.MIN_VALUE, 0));
    }

    /** The samples in a span, one by one. */
    Future<Void> decode(Span span, Part part) {
        return straddling(Layer.PACKED, List.of(part), span.from(), span.to(), true, Long.MIN_VALUE, 0);
    }

    private Tuple values(List<Part> parts, long from, long to) {
        return Tuple.tuple(new ArrayList<>(List.of(plan.stream().id(), from, to, grid.start(), grid.width())))
                .addArrayOfLong(parts.stream().map(Part::epoch).toArray(Long[]::new))
                .addArrayOfLong(parts.stream().map(Part::after).toArray(Long[]::new))
                .addArrayOfLong(parts.stream().map(Part::upTo).toArray(Long[]::new));
    }

    private static String in(Layer layer) {
        return " AND t.level = " + layer.ordinal() + " ";
    }

    private Future<Void> inside(Layer layer, List<Part> parts) {
        Future<Void> done = Future.succeededFuture();
        for (int at = 0; at < channels.size(); at += CHANNELS_PER_STATEMENT) {
            List<Integer> some = channels.subList(at, Math.min(channels.size(), at + CHANNELS_PER_STATEMENT));
            done = done.compose(before -> client.preparedQuery(insideStatement(layer, some))
                            .execute(clips.addIfAny(values(parts, grid.from(), grid.to()))))
                    .map(rows -> {
                        for (Row row : rows) {
                            fold(some, row);
                        }
                        return null;
                    });
        }
        return done;
    }

    /** Channel numbers are ours, not the caller's: they may stand in the text. Text channels have NaN and count nothing. */
    private String insideStatement(Layer layer, List<Integer> some) {
        StringBuilder sql = new StringBuilder("SELECT epoch, (ts - $4) / $5 AS bucket");
        for (int c : some) {
            String place = "[" + (c + 1) + "]";
            String known = " FILTER (WHERE valid" + place + " > 0 AND mins" + place + " <> 'NaN')";
            sql.append(", min(mins").append(place).append(")").append(known);
            sql.append(", max(maxs").append(place).append(")").append(known);
            sql.append(", sum(means").append(place).append(" * valid").append(place);
            sql.append(")").append(known);
            sql.append(", sum(valid").append(place).append(")").append(known);
        }
        return sql.append(FROM)
                .append(" WHERE stream_id = $1 AND ts < $3 AND")
                .append(INSIDE)
                .append(in(layer))
                .append(clips.isEmpty() ? "" : " AND NOT " + ClipArrays.touched(CLIPS_INSIDE))
                .append(" GROUP BY 1, 2")
                .toString();
    }

    private void fold(List<Integer> some, Row row) {
        Map<Integer, PlotPlan.Target> targets = plan.targets(row.getLong(0));
        int bucket = row.getLong(1).intValue();
        for (int i = 0; i < some.size(); i++) {
            PlotPlan.Target target = targets.get(some.get(i));
            Long n = row.getLong(5 + 4 * i);
            if (target != null && n != null && n > 0) {
                target.buckets()
                        .fold(
                                bucket,
                                row.getDouble(2 + 4 * i),
                                row.getDouble(3 + 4 * i),
                                row.getDouble(4 + 4 * i),
                                n,
                                target.channel());
            }
        }
    }

    private String straddlingStatement(Layer layer, boolean all, int most) {
        StringBuilder sql = new StringBuilder("SELECT id, ts, stream_id, epoch, ");
        sql.append(
                sliced
                        ? "CASE WHEN offs IS NULL THEN chunk END AS chunk, substring(chunk FROM 1 FOR offs[1]) AS head"
                        : "chunk");
        for (int c = 0; sliced && c < channels.size(); c++) {
            int at = channels.get(c) + 1;
            sql.append(", substring(chunk FROM offs[" + at + "] + 1 FOR offs[" + (at + 1) + "] - offs[" + at + "]) AS c"
                    + channels.get(c));
        }
        sql.append(FROM).append(STRADDLING).append(in(layer));
        if (!clips.isEmpty()) {
            sql.append(" AND NOT ").append(ClipArrays.whole(CLIPS_STRADDLING));
        }
        if (!all) {
            sql.append(" AND (NOT (").append(INSIDE).append(")");
            sql.append(clips.isEmpty() ? "" : " OR " + ClipArrays.touched(CLIPS_STRADDLING))
                    .append(")");
        }
        // The grid is a parameter of every statement, also of one that needs none.
        sql.append(all ? " AND $4::bigint IS NOT NULL AND $5::bigint IS NOT NULL" : "");
        return sql.append(" ORDER BY ts, id LIMIT ").append(most).toString();
    }

    private Future<Void> straddling(
            Layer layer, List<Part> parts, long from, long to, boolean all, long afterTs, long afterId) {
        int most = layer == Layer.HOT ? HOT_PER_STEP : sliced ? SLICED_PER_STEP : WHOLE_PER_STEP;
        Tuple values = values(parts, from, to).addLong(afterTs).addLong(afterId);
        return client.preparedQuery(straddlingStatement(layer, all, most))
                .execute(clips.addIfAny(values))
                .compose(rows -> {
                    List<Row> found = Reads.all(rows, row -> row);
                    if (found.isEmpty()) {
                        return Future.succeededFuture();
                    }
                    Row last = found.get(found.size() - 1);
                    return vertx.executeBlocking(() -> undamaged(found, from, to), false)
                            .compose(done -> found.size() < most
                                    ? Future.succeededFuture()
                                    : straddling(layer, parts, from, to, all, last.getLong("ts"), last.getLong("id")));
                });
    }

    private @Nullable Void undamaged(List<Row> rows, long from, long to) {
        for (Row row : rows) {
            try {
                decode(row, from, to);
            } catch (ChunkFormatException e) {
                throw DamagedChunks.of(row, e);
            }
        }
        return null;
    }

    private void decode(Row row, long from, long to) {
        Buffer whole = row.getBuffer("chunk");
        byte[] head = (whole == null ? row.getBuffer("head") : whole).getBytes();
        ChunkHeader header = ChunkHeader.read(head);
        Map<Integer, PlotPlan.Target> targets = new TreeMap<>(plan.targets(row.getLong("epoch")));
        targets.keySet()
                .removeIf(c -> c >= header.channels() || header.format(c).isText());
        if (targets.isEmpty()) {
            return;
        }
        long[] stamps = ChunkDecoder.timestamps(header, head, header.headerLength());
        BitSet out = hidden.touches(header.streamId(), header.epoch())
                ? hidden.hidden(header.streamId(), header.epoch(), stamps, rawStamps(header, head))
                : null;
        targets.forEach((c, target) -> {
            Column column = whole == null
                    ? slice(header, c, row.getBuffer("c" + c))
                    : ChunkDecoder.channel(header, c, head, header.channelOffset(c));
            for (int i = 0; i < stamps.length; i++) {
                if (stamps[i] >= from && stamps[i] < to && column.isPresent(i) && (out == null || !out.get(i))) {
                    target.buckets().add(stamps[i], column.doubleAt(i), target.channel());
                }
            }
        });
    }

    private static double @Nullable [] rawStamps(ChunkHeader header, byte[] head) {
        return header.hasRawStamps() ? ChunkDecoder.rawStamps(header, head, header.rawStampsOffset()) : null;
    }

    /** Bytes that are not the section's are told by its length or its checksum. */
    private static Column slice(ChunkHeader header, int c, @Nullable Buffer section) {
        return ChunkDecoder.channel(header, c, section == null ? new byte[0] : section.getBytes(), 0);
    }
}
