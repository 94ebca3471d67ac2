package dev.sinal.gateway.routes;

import dev.sinal.contracts.AgentStatus;
import dev.sinal.contracts.DrainRequest;
import dev.sinal.contracts.MoveRequest;
import dev.sinal.contracts.NodeStatus;
import dev.sinal.contracts.RpcError;
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
import java.util.List;
import java.util.function.BiFunction;

/** Where agents are collected: the collecting nodes, and which agent is at which. The same operations serve JSON-RPC. */
public final class NodeRoutes {
    private static final int MOVE_WAIT_S = 10;
    private static final int DRAIN_WAIT_S = 15;
    private static final int MAX_WAIT_S = 60;
    private static final int MAX_NAME = 256;

    private final Services services;
    private final Idempotency idempotency;

    public NodeRoutes(Services services, Idempotency idempotency) {
        this.services = services;
        this.idempotency = idempotency;
    }

    /** Before the routes that take anything under {@code /agents/} for an id. */
    public void mount(Routes routes) {
        routes.get(
                "/agents/nodes",
                Access.scope(Scopes.AGENT_READ),
                call -> list(call.principal(), call.query()).map(Answer::json));
        routes.post("/agents/move", Access.scope(Scopes.AGENT_CONTROL), call -> once(call, this::moved));
        routes.post("/agents/drain", Access.scope(Scopes.AGENT_CONTROL), call -> once(call, this::drained));
    }

    /** @param finished false when the wait was over before that */
    private record Done(JsonObject body, boolean finished) {}

    private Future<Answer> once(Call call, BiFunction<Principal, Fields, Future<Done>> operation) {
        return call.json()
                .compose(body -> idempotency.once(
                        call,
                        body.toBuffer(),
                        () -> operation
                                .apply(call.principal(), Fields.json(body))
                                .map(done -> Answer.json(done.finished() ? 200 : 202, done.body()))));
    }

    /** A token that is restricted to agents sees every node, but no other agents at it. */
    public Future<JsonObject> list(Principal principal, Fields in) {
        Times times = Times.of(in);
        in.refuseUnknown();
        return services.agents()
                .nodes()
                .map(nodes -> new JsonObject()
                        .put("nodes", PublicJson.array(nodes, node -> PublicJson.node(seen(node, principal), times))));
    }

    public Future<JsonObject> move(Principal principal, Fields in) {
        return moved(principal, in).map(Done::body);
    }

    public Future<JsonObject> drain(Principal principal, Fields in) {
        return drained(principal, in).map(Done::body);
    }

    private Future<Done> moved(Principal principal, Fields in) {
        String agentId = AgentIds.required(in);
        String node = name(in);
        int wait = in.integer("wait_s", MOVE_WAIT_S, 0, MAX_WAIT_S);
        in.refuseUnknown();
        principal.requireAgent(agentId);
        Future<AgentStatus> moved =
                services.slowAgents().move(new MoveRequest(agentId, node, wait, principal.subject()));
        return moved.map(status -> new Done(PublicJson.status(status, Times.RFC3339), node.equals(status.node())));
    }

    private Future<Done> drained(Principal principal, Fields in) {
        String node = name(in);
        boolean drain = in.flag("drain", true);
        int wait = in.integer("wait_s", DRAIN_WAIT_S, 0, MAX_WAIT_S);
        in.refuseUnknown();
        if (principal.restricted()) {
            throw RpcError.FORBIDDEN.exception("this token is restricted to some agents, and a node collects any");
        }
        Future<NodeStatus> drained =
                services.slowAgents().drain(new DrainRequest(node, drain, wait, principal.subject()));
        return drained.map(status ->
                new Done(PublicJson.node(status, Times.RFC3339), !NodeStatus.DRAINING.equals(status.state())));
    }

    private static String name(Fields in) {
        String node = in.text("node");
        if (node.length() > MAX_NAME) {
            throw in.invalid("node", "has more than " + MAX_NAME + " characters");
        }
        return node;
    }

    private static NodeStatus seen(NodeStatus node, Principal principal) {
        List<String> agents = node.agents().stream().filter(principal::sees).toList();
        return new NodeStatus(node.node(), node.nodeId(), node.state(), agents, node.load(), node.seenAt());
    }
}
