package dev.sinal.analytics.bus;

import dev.sinal.analytics.domain.Refusal;
import dev.sinal.contracts.AgentManager;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.StreamRecord;
import dev.sinal.contracts.TelemetryStore;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whose data a question is about. */
final class Agents {
    private final TelemetryStore store;
    private final AgentManager manager;

    Agents(TelemetryStore store, AgentManager manager) {
        this.store = store;
        this.manager = manager;
    }

    /** Fails with INVALID_PARAMS that lists who has these metrics, when nobody is named. */
    Future<String> named(@Nullable String agentId, List<String> metrics) {
        if (agentId != null) {
            return Future.succeededFuture(agentId);
        }
        return store.streams(null).compose(all -> {
            List<String> candidates = Catalog.agentsWith(all, metrics);
            String detail = "name the agent in filters.agent_id or ?agent_id="
                    + (candidates.isEmpty()
                            ? "; no agent has these metrics"
                            : "; those with these metrics: " + String.join(", ", candidates));
            return RpcError.INVALID_PARAMS.fail(
                    detail,
                    new JsonObject()
                            .put("candidates", new JsonArray(candidates))
                            .put("errors", Catalog.errors("/filters/agent_id", detail)));
        });
    }

    /** Its streams, at least one. Fails with NOT_FOUND for an unknown agent, IMPOSSIBLE for one without data. */
    Future<List<StreamRecord>> streams(String agentId) {
        return store.streams(agentId)
                .compose(streams -> streams.isEmpty() ? none(agentId) : Future.succeededFuture(streams));
    }

    private Future<List<StreamRecord>> none(String agentId) {
        return manager.status(agentId)
                .recover(failure -> RpcError.NOT_FOUND.fail("there is no agent '" + agentId + "' with stored data"))
                .compose(status -> Future.failedFuture(
                        RpcError.impossible(Refusal.TOO_FEW_POINTS, "agent " + agentId + " has no data yet")));
    }
}
