package dev.sinal.store.sql;

import dev.sinal.contracts.DeletionRequest;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.util.List;

/** The one place that says whether something keeps samples from being deleted on request. Nothing pins samples yet, so nothing does (ADR 0026). */
final class DeletionPins {
    private DeletionPins() {}

    /** Fails with CONFLICT naming what is pinned in the range, unless the caller insists. @param streams ids */
    static Future<Void> check(SqlClient client, DeletionRequest request, List<String> streams) {
        return Future.succeededFuture();
    }
}
