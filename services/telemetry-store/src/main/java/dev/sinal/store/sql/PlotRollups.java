package dev.sinal.store.sql;

import dev.sinal.store.domain.PlotCover.Buckets;
import dev.sinal.store.domain.PlotPlan;
import dev.sinal.store.domain.RolledEpoch;
import dev.sinal.store.domain.RollupRow;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** What plots take from the rollups. */
final class PlotRollups {
    private static final int CHANNELS_PER_STATEMENT = 8;
    private static final int PIECES_PER_STATEMENT = 64;

    private static final String EPOCHS = """
            SELECT e.stream_id, e.epoch, e.first_ts, e.last_ts, r.finest, COALESCE(r.complete, false) AS complete,
                   l.level, l.seq, l.max_span, l.open_ts
              FROM telemetry.stream_epochs e
              LEFT JOIN telemetry.rollup_epochs r ON r.stream_id = e.stream_id AND r.epoch = e.epoch
              LEFT JOIN telemetry.rollup_levels l ON l.stream_id = e.stream_id AND l.epoch = e.epoch
             WHERE e.stream_id = ANY ($1) AND e.last_ts >= $2 AND e.first_ts < $3
             ORDER BY e.stream_id, e.epoch
            """;

    /** Piece by piece through the index, whatever the planner thinks of their number. */
    private static final String ROWS =
            "SELECT p.piece, r.* FROM unnest($2::int[], $3::bigint[], $4::int[], $5::bigint[],"
                    + " $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[])"
                    + " AS p (piece, epoch, level, not_before, from_ts, to_ts, after_seq, up_to_seq)"
                    + " CROSS JOIN LATERAL (SELECT " + RollupTable.COLUMNS + " FROM telemetry.rollups r"
                    + " WHERE r.stream_id = $1 AND r.level = p.level::smallint AND r.channel = ANY ($10::smallint[])"
                    + " AND r.ts >= p.not_before AND r.ts < p.to_ts AND r.te >= p.from_ts"
                    + " AND r.epoch = p.epoch AND r.first_seq > p.after_seq AND r.last_seq <= p.up_to_seq OFFSET 0) r";

    private PlotRollups() {}

    /** A piece of an epoch. */
    record Piece(long epoch, Buckets buckets) {}

    /** How far the epochs of some streams are, by stream, ascending: those that have samples in the range. */
    static Future<Map<String, List<RolledEpoch>>> epochs(SqlConnection client, String[] streams, long from, long to) {
        return client.preparedQuery(EPOCHS).execute(Tuple.of(streams, from, to)).map(rows -> {
            Map<String, List<RolledEpoch>> byStream = new LinkedHashMap<>();
            for (Row row : rows) {
                List<RolledEpoch> known = byStream.computeIfAbsent(row.getString("stream_id"), id -> new ArrayList<>());
                if (known.isEmpty() || known.get(known.size() - 1).epoch() != row.getLong("epoch")) {
                    known.add(epoch(row));
                }
                Short level = row.getShort("level");
                if (level != null) {
                    Long open = row.getLong("open_ts");
                    known.get(known.size() - 1)
                            .levels()
                            .put(
                                    (int) level,
                                    new RolledEpoch.Level(
                                            row.getLong("seq"),
                                            row.getLong("max_span"),
                                            open == null ? Long.MAX_VALUE : open));
                }
            }
            return byStream;
        });
    }

    private static RolledEpoch epoch(Row row) {
        Short finest = row.getShort("finest");
        return new RolledEpoch(
                row.getLong("epoch"),
                row.getLong("first_ts"),
                row.getLong("last_ts"),
                finest == null ? Short.MAX_VALUE : finest,
                row.getBoolean("complete"),
                new TreeMap<>());
    }

    static Future<Void> draw(Vertx vertx, SqlConnection client, PlotPlan plan, List<Piece> pieces) {
        List<Integer> channels = plan.channels();
        Future<Void> done = Future.succeededFuture();
        for (int p = 0; p < pieces.size(); p += PIECES_PER_STATEMENT) {
            List<Piece> some = pieces.subList(p, Math.min(pieces.size(), p + PIECES_PER_STATEMENT));
            for (int c = 0; c < channels.size(); c += CHANNELS_PER_STATEMENT) {
                List<Integer> of = channels.subList(c, Math.min(channels.size(), c + CHANNELS_PER_STATEMENT));
                done = done.compose(before -> client.preparedQuery(ROWS)
                        .execute(values(plan, some, of))
                        .compose(rows -> {
                            List<Row> found = Reads.all(rows, row -> row);
                            return vertx.executeBlocking(() -> fold(plan, some, found), false);
                        }));
            }
        }
        return done;
    }

    private static Tuple values(PlotPlan plan, List<Piece> pieces, List<Integer> channels) {
        Integer[] numbers = new Integer[pieces.size()];
        Integer[] levels = new Integer[pieces.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = i;
            levels[i] = pieces.get(i).buckets().level();
        }
        return Tuple.tuple()
                .addString(plan.stream().id())
                .addArrayOfInteger(numbers)
                .addArrayOfLong(longs(pieces, Piece::epoch))
                .addArrayOfInteger(levels)
                .addArrayOfLong(longs(pieces, piece -> piece.buckets().notBefore()))
                .addArrayOfLong(longs(pieces, piece -> piece.buckets().span().from()))
                .addArrayOfLong(longs(pieces, piece -> piece.buckets().span().to()))
                .addArrayOfLong(longs(pieces, piece -> piece.buckets().after()))
                .addArrayOfLong(longs(pieces, piece -> piece.buckets().upTo()))
                .addArrayOfShort(channels.stream().map(Integer::shortValue).toArray(Short[]::new));
    }

    private static Long[] longs(List<Piece> pieces, ToLongFunction<Piece> field) {
        return pieces.stream().mapToLong(field).boxed().toArray(Long[]::new);
    }

    private static @Nullable Void fold(PlotPlan plan, List<Piece> pieces, List<Row> rows) {
        for (Row row : rows) {
            Piece piece = pieces.get(row.getInteger("piece"));
            RollupRow rollup = RollupTable.row(row);
            PlotPlan.Target target = plan.targets(piece.epoch()).get(rollup.channel());
            if (target != null) {
                target.fold(rollup, piece.buckets().span());
            }
        }
        return null;
    }
}
