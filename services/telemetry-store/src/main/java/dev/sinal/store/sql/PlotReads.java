package dev.sinal.store.sql;

import dev.sinal.contracts.GapRecord;
import dev.sinal.contracts.PlotAnswer;
import dev.sinal.contracts.PlotAnswer.Series;
import dev.sinal.contracts.PlotPoints;
import dev.sinal.contracts.PlotQuery;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.read.EpochClip;
import dev.sinal.contracts.read.EpochClips;
import dev.sinal.contracts.read.ReadOpened.EpochDescriptor;
import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.store.domain.PlotCover;
import dev.sinal.store.domain.PlotGrid;
import dev.sinal.store.domain.PlotPlan;
import dev.sinal.store.domain.RolledEpoch;
import dev.sinal.store.domain.Span;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Plots: the whole buckets of a long range come from rollups, its edges and what is not rolled up from chunks. Extremes are true, counts exact, and work grows
 * with the number of points, not with the range ({@link PlotCover}).
 */
public final class PlotReads {
    private static final int MOST_POINTS = 10_000;
    /** One answer of some 40 MB as JSON. */
    private static final int MOST_VALUES = 300_000;

    private static final int MOST_GAPS = 1_000;
    private static final double NANOS = 1e9;

    private static final String BOUNDS = """
            SELECT min(e.first_ts) AS first_ts, max(e.last_ts) AS last_ts FROM telemetry.stream_epochs e
             WHERE e.stream_id = ANY ($1)
            """;

    /** One snapshot: what is packed and rolled up meanwhile is in one place or in the other. */
    private static final String BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

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
            return bounds(query, epochs)
                    .compose(range -> range == null
                            ? Future.succeededFuture(new PlotAnswer(List.of(), List.of()))
                            : damaged.around(() -> inSnapshot(client -> plot(client, query, epochs, range))));
        });
    }

    private Future<@Nullable Span> bounds(PlotQuery query, List<EpochDescriptor> epochs) {
        return reads.list(BOUNDS, Tuple.of((Object) ids(epochs)), row -> row).map(rows -> {
            Row row = rows.get(0);
            Long first = row.getLong("first_ts");
            Long last = row.getLong("last_ts");
            if (first == null || last == null) {
                return null;
            }
            long from = query.from() == null ? first : query.from();
            long to = query.to() == null ? last + 1 : query.to();
            boolean sane = to > from && to - from > 0 && from > Long.MIN_VALUE / 2;
            return sane ? new Span(from, to) : null;
        });
    }

    private static String[] ids(List<EpochDescriptor> epochs) {
        return epochs.stream().map(epoch -> epoch.stream().id()).distinct().toArray(String[]::new);
    }

    private Future<PlotAnswer> inSnapshot(Function<SqlConnection, Future<PlotAnswer>> work) {
        AtomicBoolean abandoned = new AtomicBoolean();
        return reads.run(() -> reads.pool().getConnection().compose(client -> begin(client, abandoned)))
                .onFailure(failure -> abandoned.set(true))
                .compose(client -> work.apply(client).eventually(() -> ReadSession.end(client)))
                .recover(failure ->
                        Future.failedFuture(failure instanceof DamagedChunks ? failure : Reads.typed(failure)));
    }

    /** A connection that comes when nobody waits any more goes back. */
    private static Future<SqlConnection> begin(SqlConnection client, AtomicBoolean abandoned) {
        return client.query(BEGIN)
                .execute()
                .transform(begun -> begun.succeeded() && !abandoned.get()
                        ? Future.succeededFuture(client)
                        : ReadSession.end(client)
                                .transform(ended -> Future.failedFuture(
                                        begun.succeeded()
                                                ? RpcError.UNAVAILABLE.exception("the database does not answer")
                                                : begun.cause())));
    }

    private Future<PlotAnswer> plot(SqlConnection client, PlotQuery query, List<EpochDescriptor> epochs, Span range) {
        String[] ids = ids(epochs);
        return PlotRollups.epochs(client, ids, range.from(), range.to()).compose(rolled -> {
            PlotGrid grid = PlotGrid.of(
                    range.from(),
                    range.to(),
                    query.maxPoints(),
                    rolled.values().stream()
                            .flatMap(List::stream)
                            .map(RolledEpoch::finest)
                            .toList());
            List<PlotPlan> plans = plans(query, epochs, grid);
            return clips(client, query, List.of(ids), grid)
                    .compose(clips -> draw(client, plans, grid, clips, rolled))
                    .compose(drawn -> GapTable.find(client, List.of(ids), grid.from(), grid.to(), MOST_GAPS))
                    .map(gaps -> answer(plans, grid, gaps, query.wantsPacked()));
        });
    }

    private static List<PlotPlan> plans(PlotQuery query, List<EpochDescriptor> epochs, PlotGrid grid) {
        Map<String, List<EpochDescriptor>> streams = new LinkedHashMap<>();
        epochs.forEach(epoch -> streams.computeIfAbsent(epoch.stream().id(), id -> new ArrayList<>())
                .add(epoch));
        return streams.values().stream()
                .map(ofStream -> new PlotPlan(ofStream, query.metrics(), grid.start(), grid.width(), grid.buckets()))
                .filter(plan -> !plan.isEmpty())
                .toList();
    }

    private Future<List<EpochClip>> clips(SqlConnection client, PlotQuery query, List<String> ids, PlotGrid grid) {
        return ReadQuery.ALL.equals(query.overlaps())
                ? Future.succeededFuture(List.of())
                : overlaps.clips(client, ids, grid.from(), grid.to());
    }

    private Future<Void> draw(
            SqlConnection client,
            List<PlotPlan> plans,
            PlotGrid grid,
            List<EpochClip> clips,
            Map<String, List<RolledEpoch>> rolled) {
        EpochClips hidden = new EpochClips(clips);
        Future<Void> done = Future.succeededFuture();
        for (PlotPlan plan : plans) {
            ClipArrays own = ClipArrays.of(plan.stream().id(), clips);
            PlotChunks chunks = new PlotChunks(vertx, client, plan, grid, own, hidden);
            List<RolledEpoch> epochs = rolled.getOrDefault(plan.stream().id(), List.of());
            done = done.compose(before -> draw(client, plan, grid, own, chunks, epochs));
        }
        return done;
    }

    private Future<Void> draw(
            SqlConnection client,
            PlotPlan plan,
            PlotGrid grid,
            ClipArrays clips,
            PlotChunks chunks,
            List<RolledEpoch> epochs) {
        Span range = new Span(grid.from(), grid.to());
        List<PlotRollups.Piece> pieces = new ArrayList<>();
        List<PlotChunks.Part> hot = new ArrayList<>();
        List<PlotChunks.Part> packed = new ArrayList<>();
        Future<Void> done = Future.succeededFuture();
        for (RolledEpoch epoch : epochs) {
            PlotCover cover = PlotCover.of(
                    epoch, range, grid.level(), clips.doubtful(epoch.epoch()), clips.hidden(epoch.epoch()));
            cover.buckets().forEach(buckets -> pieces.add(new PlotRollups.Piece(epoch.epoch(), buckets)));
            PlotChunks.Part rest = new PlotChunks.Part(epoch.epoch(), cover.after(), Long.MAX_VALUE);
            hot.add(rest);
            if (cover.after() == 0 || !epoch.complete()) {
                packed.add(rest);
            }
            for (PlotCover.Samples samples : cover.samples()) {
                done = done.compose(
                        before -> chunks.decode(samples.span(), new PlotChunks.Part(epoch.epoch(), 0, samples.upTo())));
            }
        }
        return done.compose(before -> PlotRollups.draw(vertx, client, plan, pieces))
                .compose(before -> chunks.draw(PlotChunks.Layer.PACKED, packed))
                .compose(before -> chunks.draw(PlotChunks.Layer.HOT, hot));
    }

    private static PlotAnswer answer(List<PlotPlan> plans, PlotGrid grid, List<GapRecord> gaps, boolean packed) {
        List<Series> series = new ArrayList<>();
        for (PlotPlan plan : plans) {
            plan.metrics().forEach((metric, buckets) -> {
                PlotPoints points = buckets.points();
                if (points.size() > 0) {
                    series.add(new Series(
                            metric,
                            plan.stream().name(),
                            plan.stream().id(),
                            plan.unit(metric),
                            grid.width() / NANOS,
                            packed ? List.of() : points.list(),
                            packed ? Base64.getUrlEncoder().withoutPadding().encodeToString(points.pack()) : null));
                }
            });
        }
        return new PlotAnswer(series, gaps);
    }
}
