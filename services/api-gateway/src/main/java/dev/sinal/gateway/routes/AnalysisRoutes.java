package dev.sinal.gateway.routes;

import dev.sinal.contracts.AnalysisRequest;
import dev.sinal.contracts.RecommendRequest;
import dev.sinal.contracts.RpcError;
import dev.sinal.gateway.auth.Principal;
import dev.sinal.gateway.auth.Scopes;
import dev.sinal.gateway.http.Access;
import dev.sinal.gateway.http.Answer;
import dev.sinal.gateway.http.Call;
import dev.sinal.gateway.http.Fields;
import dev.sinal.gateway.http.Routes;
import dev.sinal.gateway.http.TimeRange;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** Analyses, their results and model recommendations. The template itself is checked by analytics. */
public final class AnalysisRoutes {
    private static final String CSV = "text/csv; charset=utf-8";
    private static final int MAX_HORIZON = 10_000;

    private final Services services;

    public AnalysisRoutes(Services services) {
        this.services = services;
    }

    public void mount(Routes routes) {
        Access access = Access.scope(Scopes.ANALYTICS_RUN);
        routes.post(
                "/analysis/run",
                access,
                call -> call.json().compose(template -> {
                    Fields in = call.query();
                    String agentId = AgentIds.optional(in);
                    in.refuseUnknown();
                    return run(call.principal(), template, agentId).map(Answer::json);
                }));
        routes.get("/analysis/results/:id", access, this::result);
        routes.get("/analysis/results/:id/data", access, this::data);
        routes.get(
                "/models/recommendation",
                access,
                call -> recommend(call.principal(), call.query()).map(Answer::json));
    }

    /** @param fallback agent of the query string, when the template names none */
    public Future<JsonObject> run(Principal principal, JsonObject template, @Nullable String fallback) {
        String agentId = agentOf(template, fallback);
        if (agentId == null) {
            return candidates(principal)
                    .compose(candidates -> RpcError.INVALID_PARAMS.fail(
                            "which agent? name it as filters.agent_id or ?agent_id=",
                            new JsonObject()
                                    .put("candidates", candidates)
                                    .put(
                                            "errors",
                                            new JsonArray()
                                                    .add(new JsonObject()
                                                            .put("pointer", "/filters/agent_id")
                                                            .put("detail", "is missing")))));
        }
        principal.requireAgent(agentId);
        return services.analytics().run(new AnalysisRequest(template, agentId));
    }

    private static @Nullable String agentOf(JsonObject template, @Nullable String fallback) {
        if (template.containsKey("filters") && !(template.getValue("filters") instanceof JsonObject)) {
            throw RpcError.invalid("/filters", "filters must be an object");
        }
        if (template.getValue("filters") instanceof JsonObject filters && filters.getValue("agent_id") != null) {
            if (filters.getValue("agent_id") instanceof String id) {
                return AgentIds.check("/filters/agent_id", id);
            }
            throw RpcError.invalid("/filters/agent_id", "agent_id must be a string");
        }
        return fallback;
    }

    private Future<JsonArray> candidates(Principal principal) {
        return services.agents()
                .list()
                .map(all -> new JsonArray(all.stream()
                        .map(status -> status.agentId())
                        .filter(principal::sees)
                        .toList()))
                .otherwise(new JsonArray());
    }

    private Future<JsonObject> find(Call call) {
        call.query().refuseUnknown();
        return services.analytics().result(call.path("id")).map(result -> {
            if (call.principal().restricted()) {
                call.principal().requireAgent(agentOfResult(result));
            }
            return result;
        });
    }

    /** A result that does not say whose it is is for tokens without restriction only. */
    private static @Nullable String agentOfResult(JsonObject result) {
        if (result.getValue("agent_id") instanceof String agentId) {
            return agentId;
        }
        return result.getValue("receipt") instanceof JsonObject receipt
                        && receipt.getValue("agent_id") instanceof String agentId
                ? agentId
                : null;
    }

    private Future<Answer> result(Call call) {
        return find(call).map(Answer::json);
    }

    private Future<Answer> data(Call call) {
        if (call.headOnly()) {
            return find(call).map(result -> Answer.of(CSV, Buffer.buffer()));
        }
        return find(call)
                .compose(result -> services.analytics().data(call.path("id"), 0))
                .compose(first -> {
                    HttpServerResponse response = call.ctx().response();
                    response.putHeader("Content-Type", CSV).setChunked(true);
                    return parts(call, first, 0).map(Answer.STREAMED);
                });
    }

    private Future<Void> parts(Call call, JsonObject part, int index) {
        HttpServerResponse response = call.ctx().response();
        String text = part.getString("text", "");
        if (part.getBoolean("end", true)) {
            return response.end(text);
        }
        return response.write(text)
                .compose(written -> services.analytics().data(call.path("id"), index + 1))
                .compose(next -> parts(call, next, index + 1));
    }

    public Future<JsonObject> recommend(Principal principal, Fields in) {
        String agentId = AgentIds.required(in);
        String metric = in.textOrNull("metric");
        TimeRange range = in.range();
        Long horizon = in.longOrNull("horizon", 1, MAX_HORIZON);
        Double step = in.numberOrNull("step_s", 1e-6, 366 * 86_400.0);
        in.refuseUnknown();
        principal.requireAgent(agentId);
        return services.analytics()
                .recommend(new RecommendRequest(
                        agentId,
                        metric,
                        range.from(),
                        range.to(),
                        horizon == null ? null : Math.toIntExact(horizon),
                        step));
    }
}
