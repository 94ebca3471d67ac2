package dev.sinal.gateway;

import dev.sinal.contracts.AnalysisRequest;
import dev.sinal.contracts.Analytics;
import dev.sinal.contracts.RecommendRequest;
import dev.sinal.contracts.RpcError;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Echoes what it was asked, keeps results by id. */
final class FakeAnalytics implements Analytics {
    private final Map<String, JsonObject> results = new ConcurrentHashMap<>();

    @Override
    public Future<JsonObject> run(AnalysisRequest request) {
        if (!request.template().containsKey("analysis_type")) {
            return Future.failedFuture(RpcError.invalid("/analysis_type", "analysis_type is missing"));
        }
        if ("constant".equals(request.template().getString("analysis_type"))) {
            return Future.failedFuture(RpcError.impossible("constant_series", "the series is constant"));
        }
        JsonObject result = new JsonObject()
                .put("id", "r" + (results.size() + 1))
                .put("agent_id", request.agentId())
                .put("analysis_type", request.template().getString("analysis_type"))
                .put("result", new JsonObject());
        results.put(result.getString("id"), result);
        return Future.succeededFuture(result);
    }

    @Override
    public Future<JsonObject> result(String id) {
        return results.containsKey(id)
                ? Future.succeededFuture(results.get(id))
                : RpcError.NOT_FOUND.fail("no result '" + id + "'");
    }

    @Override
    public Future<JsonObject> data(String id, int part) {
        return Future.succeededFuture(
                new JsonObject().put("text", "part" + part + "\r\n").put("end", part == 2));
    }

    @Override
    public Future<JsonObject> recommend(RecommendRequest request) {
        return Future.succeededFuture(
                new JsonObject().put("recommended_models", new JsonArray()).put("agent_id", request.agentId()));
    }
}
