package dev.sinal.store.sql;

import dev.sinal.contracts.MarkerEntry;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.function.Function;

/** Marker rows as array parameters. */
final class MarkerTuple {
    /** Columns of {@code telemetry.markers} in the order of {@link #addTo}. */
    static final String COLUMNS =
            "id, agent_id, stream, label, value, ts, duration_s, time_basis, uncertainty_s, source, author";

    private MarkerTuple() {}

    static String unnest(int first) {
        return ("unnest($%d::text[], $%d::text[], $%d::text[], $%d::text[], $%d::text[], $%d::bigint[], $%d::float8[], "
                        + "$%d::text[], $%d::float8[], $%d::text[], $%d::text[])")
                .formatted(
                        first,
                        first + 1,
                        first + 2,
                        first + 3,
                        first + 4,
                        first + 5,
                        first + 6,
                        first + 7,
                        first + 8,
                        first + 9,
                        first + 10);
    }

    static void addTo(Tuple tuple, List<MarkerEntry> markers) {
        tuple.addArrayOfString(texts(markers, MarkerEntry::id))
                .addArrayOfString(texts(markers, MarkerEntry::agentId))
                .addArrayOfString(texts(markers, MarkerEntry::stream))
                .addArrayOfString(texts(markers, MarkerEntry::label))
                .addArrayOfString(texts(markers, MarkerEntry::value))
                .addArrayOfLong(markers.stream().map(MarkerEntry::timestamp).toArray(Long[]::new))
                .addArrayOfDouble(markers.stream().map(MarkerEntry::durationS).toArray(Double[]::new))
                .addArrayOfString(texts(markers, MarkerEntry::timeBasis))
                .addArrayOfDouble(
                        markers.stream().map(MarkerEntry::uncertaintyS).toArray(Double[]::new))
                .addArrayOfString(texts(markers, MarkerEntry::source))
                .addArrayOfString(texts(markers, MarkerEntry::author));
    }

    private static String[] texts(List<MarkerEntry> markers, Function<MarkerEntry, String> field) {
        return markers.stream().map(field).toArray(String[]::new);
    }
}
