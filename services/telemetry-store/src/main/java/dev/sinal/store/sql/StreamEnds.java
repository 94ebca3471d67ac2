package dev.sinal.store.sql;

import dev.sinal.store.domain.ExternalGroup.Known;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where streams of external agents end, asked for inside a transaction that holds their locks. */
final class StreamEnds {
    /** In order of the keys, so that two transactions never wait for each other. */
    private static final String LOCK = """
            SELECT count(pg_advisory_xact_lock(k.key))
              FROM (SELECT hashtextextended(id, 0) AS key FROM unnest($1::text[]) AS s (id) ORDER BY 1) k
            """;

    private static final String KNOWN = """
            SELECT s.stream_id, e.epoch, e.committed_seq, e.descriptor::text AS descriptor, m.last_ts
              FROM telemetry.streams s
             CROSS JOIN LATERAL (SELECT epoch, committed_seq, descriptor FROM telemetry.stream_epochs
                                  WHERE stream_id = s.stream_id ORDER BY epoch DESC LIMIT 1) e
             CROSS JOIN LATERAL (SELECT max(last_ts) AS last_ts FROM telemetry.stream_epochs
                                  WHERE stream_id = s.stream_id) m
             WHERE s.stream_id = ANY ($1)
            """;

    private static final String NEWEST = """
            SELECT count(*)
              FROM unnest($1::text[], $2::bigint[]) AS r (stream_id, epoch)
              JOIN telemetry.streams s ON s.stream_id = r.stream_id AND s.last_epoch = r.epoch
            """;

    private StreamEnds() {}

    static Future<Void> lock(SqlConnection connection, Collection<String> ids) {
        return connection
                .preparedQuery(LOCK)
                .execute(Tuple.tuple().addArrayOfString(ids.toArray(String[]::new)))
                .mapEmpty();
    }

    /** New streams are missing in the answer. */
    static Future<Map<String, Known>> known(SqlConnection connection, List<String> ids) {
        if (ids.isEmpty()) {
            return Future.succeededFuture(Map.of());
        }
        return connection
                .preparedQuery(KNOWN)
                .execute(Tuple.tuple().addArrayOfString(ids.toArray(String[]::new)))
                .map(rows -> {
                    Map<String, Known> known = new HashMap<>();
                    for (Row row : rows) {
                        known.put(
                                row.getString("stream_id"),
                                new Known(
                                        row.getLong("epoch"),
                                        row.getLong("committed_seq"),
                                        Rows.descriptor(row, "descriptor"),
                                        row.getLong("last_ts")));
                    }
                    return known;
                });
    }

    /** Whether these are still the newest epochs; that their watermarks stand where they stood is checked by moving them. */
    static Future<Boolean> newest(SqlConnection connection, Map<String, Known> trusted) {
        if (trusted.isEmpty()) {
            return Future.succeededFuture(true);
        }
        List<Map.Entry<String, Known>> all = List.copyOf(trusted.entrySet());
        return connection
                .preparedQuery(NEWEST)
                .execute(Tuple.tuple()
                        .addArrayOfString(all.stream().map(Map.Entry::getKey).toArray(String[]::new))
                        .addArrayOfLong(all.stream()
                                .map(entry -> entry.getValue().epoch())
                                .toArray(Long[]::new)))
                .map(rows -> rows.iterator().next().getLong(0) == all.size());
    }
}
