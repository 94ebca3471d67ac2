package dev.sinal.store.sql;

import dev.sinal.contracts.GapRecord;
import dev.sinal.store.domain.Coverage;
import dev.sinal.store.domain.EpochSpan;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Leaves out of told gaps what epochs that came later cover. The told rows stay in their table, as evidence. */
final class GapCoverage {
    private static final String SPANS = """
            SELECT stream_id, epoch, fence, first_ts, last_ts FROM telemetry.stream_epochs
             WHERE stream_id = ANY ($1) AND first_ts IS NOT NULL AND last_ts >= $2 AND first_ts <= $3
            """;

    private static final Comparator<GapRecord> ORDER = Comparator.comparingLong(GapRecord::from)
            .thenComparing(GapRecord::stream)
            .thenComparingLong(GapRecord::epoch)
            .thenComparing(GapRecord::cause);

    private GapCoverage() {}

    /** What is left of the gaps inside the range. @param to UTC ns, exclusive */
    static Future<List<GapRecord>> rest(SqlClient client, List<GapRecord> told, long from, long to) {
        if (told.isEmpty()) {
            return Future.succeededFuture(told);
        }
        String[] streams = told.stream().map(GapRecord::stream).distinct().toArray(String[]::new);
        long first = told.stream().mapToLong(GapRecord::from).min().orElseThrow();
        long last = told.stream().mapToLong(GapCoverage::end).max().orElseThrow();
        return client.preparedQuery(SPANS)
                .execute(Tuple.of(streams, first, last))
                .map(rows -> {
                    Map<String, List<EpochSpan>> spans = new HashMap<>();
                    for (Row row : rows) {
                        spans.computeIfAbsent(row.getString("stream_id"), id -> new ArrayList<>())
                                .add(span(row));
                    }
                    Map<String, Coverage> byStream = new HashMap<>();
                    spans.forEach((stream, epochs) -> byStream.put(stream, new Coverage(epochs)));
                    return rest(told, byStream, from, to);
                });
    }

    private static List<GapRecord> rest(List<GapRecord> told, Map<String, Coverage> byStream, long from, long to) {
        List<GapRecord> rest = new ArrayList<>();
        for (GapRecord gap : told) {
            Coverage coverage = byStream.get(gap.stream());
            if (coverage == null) {
                rest.add(gap);
                continue;
            }
            coverage.rest(gap).stream()
                    .filter(left -> left.from() < to && end(left) > from)
                    .forEach(rest::add);
        }
        rest.sort(ORDER);
        return rest;
    }

    private static long end(GapRecord gap) {
        Long to = gap.to();
        return to == null ? Long.MAX_VALUE : to;
    }

    private static EpochSpan span(Row row) {
        return new EpochSpan(
                row.getString("stream_id"),
                row.getLong("epoch"),
                row.getLong("fence"),
                row.getLong("first_ts"),
                row.getLong("last_ts"),
                "",
                0);
    }
}
