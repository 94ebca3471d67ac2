package dev.sinal.agents.bus;

import dev.sinal.agents.domain.Refusal;
import dev.sinal.agents.sql.DatabaseFaults;
import dev.sinal.contracts.RpcError;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.serviceproxy.ServiceException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From a failure inside to the failure a caller sees. */
final class Faults {
    private static final Logger LOG = LoggerFactory.getLogger(Faults.class);

    private Faults() {}

    static ServiceException toCaller(Throwable failure) {
        if (failure instanceof ServiceException known) {
            return known;
        }
        if (failure instanceof Refusal refusal) {
            return refused(refusal);
        }
        if (DatabaseFaults.passes(failure)) {
            LOG.debug("agents.database.away cause={}", String.valueOf(failure.getMessage()));
            return databaseAway();
        }
        LOG.error("agents.call.failed", failure);
        return RpcError.INTERNAL.exception("agent-manager failed; its log says why");
    }

    static ServiceException databaseAway() {
        return RpcError.UNAVAILABLE.exception(
                "agents cannot be read or changed while the database is away",
                new JsonObject().put("retry_after_s", 2));
    }

    private static ServiceException refused(Refusal refusal) {
        return switch (refusal.kind()) {
            case INVALID -> RpcError.invalid(refusal.pointer(), refusal.detail());
            case NOT_FOUND -> RpcError.NOT_FOUND.exception(refusal.detail());
            case CONFLICT -> RpcError.CONFLICT.exception(refusal.detail());
            case UNSUPPORTED -> unsupported(refusal);
        };
    }

    private static ServiceException unsupported(Refusal refusal) {
        JsonObject error = new JsonObject().put("pointer", refusal.pointer()).put("detail", refusal.detail());
        return RpcError.IMPOSSIBLE.exception(
                refusal.detail(),
                new JsonObject().put("code", "unsupported").put("errors", new JsonArray().add(error)));
    }
}
