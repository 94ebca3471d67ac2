package dev.sinal.store.sql;

import dev.sinal.contracts.DeletionRequest;
import dev.sinal.contracts.RpcError;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.List;

/** The one place that says whether something keeps samples from being deleted on request (ADR 0026, ADR 0027). */
final class DeletionPins {
    /** Named in a refusal. */
    private static final int MOST_NAMED = 10;

    private static final String PINNED = """
            SELECT p.id, p.reason FROM telemetry.pins p
             WHERE p.agent_id = $1 AND COALESCE(p.from_ts < $4, true) AND COALESCE(p.to_ts > $3, true)
               AND (p.stream IS NULL OR EXISTS (SELECT FROM telemetry.streams s
                                                 WHERE s.stream_id = ANY ($2) AND p.stream IN (s.stream_id, s.name)))
             ORDER BY p.created_at, p.id LIMIT $5
            """;

    private DeletionPins() {}

    /** Fails with CONFLICT naming what is pinned in the range, unless the caller insists. @param streams ids */
    static Future<Void> check(SqlClient client, DeletionRequest request, List<String> streams) {
        if (request.force()) {
            return Future.succeededFuture();
        }
        return client.preparedQuery(PINNED)
                .execute(Tuple.tuple()
                        .addString(request.agentId())
                        .addArrayOfString(streams.toArray(String[]::new))
                        .addLong(DeletionTable.from(request.from()))
                        .addLong(DeletionTable.to(request.to()))
                        .addInteger(MOST_NAMED + 1))
                .compose(rows -> {
                    List<JsonObject> pins = Reads.all(
                            rows,
                            row -> new JsonObject()
                                    .put("id", row.getString("id"))
                                    .put("reason", row.getString("reason")));
                    return pins.isEmpty() ? Future.succeededFuture() : refused(pins);
                });
    }

    private static Future<Void> refused(List<JsonObject> pins) {
        List<JsonObject> named = pins.subList(0, Math.min(pins.size(), MOST_NAMED));
        List<String> ids = named.stream().map(pin -> pin.getString("id")).toList();
        return RpcError.CONFLICT.fail(
                "pinned by " + String.join(", ", ids) + (pins.size() > MOST_NAMED ? " and others" : "")
                        + "; remove the pins first, or say force=true",
                new JsonObject().put("code", "pinned").put("pins", new JsonArray(named)));
    }
}
