package dev.sinal.store.sql;

import dev.sinal.chunk.ChunkDecoder;
import dev.sinal.chunk.ChunkFormatException;
import dev.sinal.chunk.ChunkHeader;
import dev.sinal.chunk.Column;
import dev.sinal.contracts.GapRecord;
import dev.sinal.contracts.PlotAnswer;
import dev.sinal.contracts.PlotAnswer.Series;
import dev.sinal.contracts.PlotQuery;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.read.EpochClip;
import dev.sinal.contracts.read.EpochClips;
import dev.sinal.contracts.read.ReadOpened.EpochDescriptor;
import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.store.domain.PlotPlan;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Plots: a chunk inside one bucket gives its stored extremes, without being read; a chunk over a border is decoded. So extremes are true,
 * and work grows with the number of buckets.
 */
public final class PlotReads {
    private static final int MOST_POINTS = 10_000;
    private static final int MOST_VALUES = 2_000_000;
    private static final int MOST_GAPS = 1_000;
    private static final int CHANNELS_PER_STATEMENT = 64;
    private static final int CHUNKS_PER_STEP = 64;
    private static final double NANOS = 1e9;

    private static final String BOUNDS = """
            SELECT min(e.first_ts) AS first_ts, max(e.last_ts) AS last_ts FROM telemetry.stream_epochs e
             WHERE e.stream_id = ANY ($1)
            """;

    private static final String STRADDLING = """
            SELECT id, ts, stream_id, epoch, chunk FROM telemetry.chunks t
             WHERE stream_id = $1
               AND ts >= $2 - (SELECT max(max_span) FROM telemetry.stream_epochs WHERE stream_id = $1)
               AND ts < $3 AND te >= $2
               AND (ts, id) > ($5, $6)
            """;

    private static final String NOT_INSIDE = "NOT (ts >= $2 AND te < $3 AND (ts - $2) / $4 = (te - $2) / $4)";
    private static final String IN_ORDER = " ORDER BY ts, id LIMIT $7";

    private final Vertx vertx;
    private final Reads reads;
    private final OverlapTable overlaps;
    private final DamagedRows damaged;

    public PlotReads(Vertx vertx, Reads reads, OverlapTable overlaps, DamagedRows damaged) {
        this.vertx = vertx;
        this.reads = reads;
        this.overlaps = overlaps;
        this.damaged = damaged;
    }

    /** The grid of a plot. @param width of a bucket, ns */
    private record Grid(long from, long to, long width, int buckets) {
        static Grid of(long from, long to, int maxPoints) {
            long width = Math.max(1, (to - from + maxPoints - 1) / maxPoints);
            return new Grid(from, to, width, (int) ((to - from + width - 1) / width));
        }
    }

    public Future<PlotAnswer> plot(PlotQuery query) {
        int points = query.maxPoints();
        if (points < 1 || points > MOST_POINTS) {
            return Future.failedFuture(
                    RpcError.invalid("max_points", "must be 1 to " + MOST_POINTS + ", was " + points));
        }
        return SampleReads.descriptors(reads, query.agentId(), query.streams()).compose(epochs -> {
            if (epochs.isEmpty()) {
                return Future.succeededFuture(new PlotAnswer(List.of(), List.of()));
            }
            int metrics = PlotPlan.wantedMetrics(epochs, query.metrics());
            if (metrics == 0) {
                return Future.failedFuture(
                        RpcError.invalid("metrics", "no stream of the agent has " + query.metrics()));
            }
            if ((long) metrics * points > MOST_VALUES) {
                return Future.failedFuture(RpcError.TOO_LARGE.exception(metrics + " metrics of " + points
                        + " points are more than " + MOST_VALUES + " values; name fewer metrics or points"));
            }
            return bounds(query, epochs).compose(grid -> damaged.around(() -> plot(query, epochs, grid)));
        });
    }

    private Future<@Nullable Grid> bounds(PlotQuery query, List<EpochDescriptor> epochs) {
        String[] ids =
                epochs.stream().map(epoch -> epoch.stream().id()).distinct().toArray(String[]::new);
        return reads.list(BOUNDS, Tuple.of((Object) ids), row -> row).map(rows -> {
            Row row = rows.get(0);
            Long first = row.getLong("first_ts");
            Long last = row.getLong("last_ts");
            if (first == null || last == null) {
                return null;
            }
            long from = query.from() == null ? first : query.from();
            long to = query.to() == null ? last + 1 : query.to();
            boolean sane = to > from && to - from > 0 && from > Long.MIN_VALUE / 2;
            return sane ? Grid.of(from, to, query.maxPoints()) : null;
        });
    }

    private Future<PlotAnswer> plot(PlotQuery query, List<EpochDescriptor> epochs, @Nullable Grid grid) {
        if (grid == null) {
            return Future.succeededFuture(new PlotAnswer(List.of(), List.of()));
        }
        Map<String, List<EpochDescriptor>> streams = new LinkedHashMap<>();
        epochs.forEach(epoch -> streams.computeIfAbsent(epoch.stream().id(), id -> new ArrayList<>())
                .add(epoch));
        List<PlotPlan> plans = streams.values().stream()
                .map(ofStream -> new PlotPlan(ofStream, query.metrics(), grid.from(), grid.width(), grid.buckets()))
                .filter(plan -> !plan.isEmpty())
                .toList();
        List<String> ids = List.copyOf(streams.keySet());
        return clips(query, ids, grid)
                .compose(clips -> draw(plans, grid, clips))
                .compose(folded -> reads.run(() -> GapTable.find(reads.pool(), ids, grid.from(), grid.to(), MOST_GAPS)))
                .map(gaps -> answer(plans, grid, gaps))
                .recover(failure ->
                        Future.failedFuture(failure instanceof DamagedChunks ? failure : Reads.typed(failure)));
    }

    private Future<List<EpochClip>> clips(PlotQuery query, List<String> ids, Grid grid) {
        return ReadQuery.ALL.equals(query.overlaps())
                ? Future.succeededFuture(List.of())
                : reads.run(() -> overlaps.clips(reads.pool(), ids, grid.from(), grid.to()));
    }

    private Future<Void> draw(List<PlotPlan> plans, Grid grid, List<EpochClip> clips) {
        EpochClips hidden = new EpochClips(clips);
        Future<Void> done = Future.succeededFuture();
        for (PlotPlan plan : plans) {
            ClipArrays arrays = ClipArrays.of(plan.stream().id(), clips);
            done = done.compose(before -> inside(plan, grid, arrays))
                    .compose(folded -> straddling(plan, grid, arrays, hidden, Long.MIN_VALUE, 0));
        }
        return done;
    }

    private static PlotAnswer answer(List<PlotPlan> plans, Grid grid, List<GapRecord> gaps) {
        List<Series> series = new ArrayList<>();
        for (PlotPlan plan : plans) {
            plan.metrics().forEach((metric, buckets) -> {
                var points = buckets.points();
                if (!points.isEmpty()) {
                    series.add(new Series(
                            metric,
                            plan.stream().name(),
                            plan.stream().id(),
                            plan.unit(metric),
                            grid.width() / NANOS,
                            points));
                }
            });
        }
        return new PlotAnswer(series, gaps);
    }

    private Future<Void> inside(PlotPlan plan, Grid grid, ClipArrays clips) {
        List<Integer> channels = plan.channels();
        Future<Void> done = Future.succeededFuture();
        for (int at = 0; at < channels.size(); at += CHANNELS_PER_STATEMENT) {
            List<Integer> some = channels.subList(at, Math.min(channels.size(), at + CHANNELS_PER_STATEMENT));
            done = done.compose(before -> reads.pool()
                            .preparedQuery(insideStatement(some, clips))
                            .execute(
                                    clips.addIfAny(Tuple.of(plan.stream().id(), grid.from(), grid.to(), grid.width()))))
                    .map(rows -> {
                        for (Row row : rows) {
                            fold(plan, some, row);
                        }
                        return null;
                    });
        }
        return done;
    }

    /** Channel numbers are ours, not the caller's: they may stand in the text. Text channels have NaN and count nothing. */
    private static String insideStatement(List<Integer> channels, ClipArrays clips) {
        StringBuilder sql = new StringBuilder("SELECT epoch, (ts - $2) / $4 AS bucket");
        for (int c : channels) {
            String place = "[" + (c + 1) + "]";
            String some = " FILTER (WHERE valid" + place + " > 0 AND mins" + place + " <> 'NaN')";
            sql.append(", min(mins").append(place).append(")").append(some);
            sql.append(", max(maxs").append(place).append(")").append(some);
            sql.append(", sum(means")
                    .append(place)
                    .append(" * valid")
                    .append(place)
                    .append(")")
                    .append(some);
            sql.append(", sum(valid").append(place).append(")").append(some);
        }
        return sql.append(" FROM telemetry.chunks t WHERE stream_id = $1 AND ts >= $2 AND ts < $3 AND te < $3")
                .append(" AND (ts - $2) / $4 = (te - $2) / $4")
                .append(clips.isEmpty() ? "" : " AND NOT " + ClipArrays.touched(5))
                .append(" GROUP BY 1, 2")
                .toString();
    }

    private static void fold(PlotPlan plan, List<Integer> channels, Row row) {
        Map<Integer, PlotPlan.Target> targets = plan.targets(row.getLong(0));
        int bucket = row.getLong(1).intValue();
        for (int i = 0; i < channels.size(); i++) {
            PlotPlan.Target target = targets.get(channels.get(i));
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

    private static String straddlingStatement(ClipArrays clips) {
        return STRADDLING
                + (clips.isEmpty()
                        ? " AND " + NOT_INSIDE
                        : " AND (" + NOT_INSIDE + " OR " + ClipArrays.touched(8) + ") AND NOT " + ClipArrays.whole(8))
                + IN_ORDER;
    }

    private Future<Void> straddling(
            PlotPlan plan, Grid grid, ClipArrays clips, EpochClips hidden, long afterTs, long afterId) {
        return reads.pool()
                .preparedQuery(straddlingStatement(clips))
                .execute(clips.addIfAny(Tuple.tuple(new ArrayList<>(List.of(
                        plan.stream().id(), grid.from(), grid.to(), grid.width(), afterTs, afterId, CHUNKS_PER_STEP)))))
                .compose(rows -> {
                    List<Row> found = Reads.all(rows, row -> row);
                    if (found.isEmpty()) {
                        return Future.succeededFuture();
                    }
                    Row last = found.get(found.size() - 1);
                    return vertx.<Void>executeBlocking(
                                    () -> {
                                        found.forEach(row -> undamaged(plan, row, hidden));
                                        return null;
                                    },
                                    false)
                            .compose(done -> found.size() < CHUNKS_PER_STEP
                                    ? Future.succeededFuture()
                                    : straddling(plan, grid, clips, hidden, last.getLong("ts"), last.getLong("id")));
                });
    }

    private static void undamaged(PlotPlan plan, Row row, EpochClips clips) {
        try {
            decode(plan, row, clips);
        } catch (ChunkFormatException e) {
            throw DamagedChunks.of(row, e);
        }
    }

    private static void decode(PlotPlan plan, Row row, EpochClips clips) {
        byte[] chunk = row.getBuffer("chunk").getBytes();
        ChunkHeader header = ChunkHeader.read(chunk);
        Map<Integer, PlotPlan.Target> targets = new TreeMap<>(plan.targets(row.getLong("epoch")));
        targets.keySet()
                .removeIf(c -> c >= header.channels() || header.format(c).isText());
        if (targets.isEmpty()) {
            return;
        }
        long[] stamps = ChunkDecoder.timestamps(header, chunk, header.headerLength());
        BitSet hidden = clips.touches(plan.stream().id(), header.epoch())
                ? clips.hidden(
                        plan.stream().id(),
                        header.epoch(),
                        stamps,
                        ChunkDecoder.decode(chunk, new int[0]).rawStamps())
                : null;
        targets.forEach((c, target) -> {
            Column column = ChunkDecoder.channel(header, c, chunk, header.channelOffset(c));
            for (int i = 0; i < stamps.length; i++) {
                if (column.isPresent(i) && (hidden == null || !hidden.get(i))) {
                    target.buckets().add(stamps[i], column.doubleAt(i), target.channel());
                }
            }
        });
    }
}
