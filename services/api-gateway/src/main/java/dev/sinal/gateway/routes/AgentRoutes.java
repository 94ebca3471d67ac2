package dev.sinal.gateway.routes;

import dev.sinal.contracts.AgentSpec;
import dev.sinal.contracts.AgentStatus;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.StartRequest;
import dev.sinal.contracts.StopReport;
import dev.sinal.contracts.StopRequest;
import dev.sinal.contracts.StreamSpec;
import dev.sinal.gateway.auth.Principal;
import dev.sinal.gateway.auth.Scopes;
import dev.sinal.gateway.format.PublicJson;
import dev.sinal.gateway.format.Times;
import dev.sinal.gateway.http.Access;
import dev.sinal.gateway.http.Answer;
import dev.sinal.gateway.http.Call;
import dev.sinal.gateway.http.Fields;
import dev.sinal.gateway.http.Idempotency;
import dev.sinal.gateway.http.Routes;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/** Agents: start, stop, status, definition. The same operations serve JSON-RPC. */
public final class AgentRoutes {
    private static final double START_WAIT_S = 10;
    private static final double STOP_WAIT_S = 15;
    private static final double MAX_WAIT_S = 60;

    private final Services services;
    private final Idempotency idempotency;

    public AgentRoutes(Services services, Idempotency idempotency) {
        this.services = services;
        this.idempotency = idempotency;
    }

    public void mount(Routes routes) {
        routes.post("/agents/start", Access.scope(Scopes.AGENT_CONTROL), call -> once(call, this::start));
        routes.post("/agents/stop", Access.scope(Scopes.AGENT_CONTROL), call -> once(call, this::stop));
        routes.get("/agents/status", Access.scope(Scopes.AGENT_READ), this::statusOrList);
        routes.get("/agents/:id", Access.scope(Scopes.AGENT_READ), this::definition);
        routes.delete("/agents/:id", Access.scope(Scopes.AGENT_CONTROL), this::remove);
    }

    private Future<Answer> once(Call call, BiFunction<Principal, Fields, Future<JsonObject>> operation) {
        return call.json()
                .compose(body -> idempotency.once(
                        call,
                        body.toBuffer(),
                        () -> operation
                                .apply(call.principal(), Fields.json(body))
                                .map(AgentRoutes::answer)));
    }

    private static Answer answer(JsonObject report) {
        return Answer.json("stopping".equals(report.getString("status")) ? 202 : 200, report);
    }

    public Future<JsonObject> start(Principal principal, Fields in) {
        String agentId = AgentIds.required(in);
        JsonObject spec = in.objectOrNull("spec");
        double wait = in.number("wait_s", START_WAIT_S, 0, MAX_WAIT_S);
        String require = in.has("require") ? in.choice("require", "running") : null;
        in.refuseUnknown();
        principal.requireAgent(agentId);
        AgentSpec wanted = spec == null ? null : SpecReader.read(spec, "/spec");
        StartRequest request = new StartRequest(agentId, wanted, wait, require, principal.subject());
        return wellFormed(wanted == null ? List.of() : wanted.streams())
                .compose(checked -> services.slowAgents().start(request))
                .map(PublicJson::started);
    }

    /** The collectors own the query language: while one answers, a query that it cannot read is refused before anything changes. */
    private Future<Void> wellFormed(List<StreamSpec> streams) {
        List<Future<Void>> checks = new ArrayList<>();
        for (int i = 0; i < streams.size(); i++) {
            String pointer = "/spec/streams/" + i + "/query";
            checks.add(services.directory()
                    .resolve(streams.get(i).query(), 0)
                    .<Void>mapEmpty()
                    .recover(failure -> RpcError.of(failure) == RpcError.INVALID_PARAMS
                            ? Future.failedFuture(RpcError.invalid(pointer, String.valueOf(failure.getMessage())))
                            : Future.succeededFuture()));
        }
        return checks.isEmpty() ? Future.succeededFuture() : Future.all(checks).mapEmpty();
    }

    public Future<JsonObject> stop(Principal principal, Fields in) {
        String agentId = AgentIds.required(in);
        double wait = in.number("wait_s", STOP_WAIT_S, 0, MAX_WAIT_S);
        in.refuseUnknown();
        principal.requireAgent(agentId);
        Future<StopReport> stopped = services.slowAgents().stop(new StopRequest(agentId, wait, principal.subject()));
        return stopped.map(PublicJson::stopped);
    }

    public Future<JsonObject> status(Principal principal, Fields in) {
        String agentId = AgentIds.required(in);
        Times times = Times.of(in);
        in.refuseUnknown();
        principal.requireAgent(agentId);
        return services.agents().status(agentId).map(status -> PublicJson.status(status, times));
    }

    public Future<JsonObject> list(Principal principal, Fields in) {
        Times times = Times.of(in);
        in.refuseUnknown();
        return services.agents()
                .list()
                .map(all -> new JsonObject()
                        .put(
                                "agents",
                                PublicJson.array(visible(principal, all), status -> PublicJson.status(status, times))));
    }

    private static List<AgentStatus> visible(Principal principal, List<AgentStatus> all) {
        return all.stream().filter(status -> principal.sees(status.agentId())).toList();
    }

    private Future<Answer> statusOrList(Call call) {
        Fields in = call.query();
        Future<JsonObject> answer = in.has("agent_id") ? status(call.principal(), in) : list(call.principal(), in);
        return answer.map(Answer::json);
    }

    private Future<Answer> definition(Call call) {
        String agentId = AgentIds.check("id", call.path("id"));
        call.query().refuseUnknown();
        call.principal().requireAgent(agentId);
        return services.agents()
                .spec(agentId)
                .map(spec ->
                        Answer.json(new JsonObject().put("agent_id", agentId).put("spec", spec.toJson())));
    }

    private Future<Answer> remove(Call call) {
        String agentId = AgentIds.check("id", call.path("id"));
        call.query().refuseUnknown();
        call.principal().requireAgent(agentId);
        return services.slowAgents().remove(agentId, call.principal().subject()).map(removed -> Answer.noContent());
    }
}
