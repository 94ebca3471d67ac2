package dev.sinal.ingest;

import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.Admission;
import dev.sinal.contracts.AgentManager;
import dev.sinal.contracts.AgentReport;
import dev.sinal.contracts.AgentSpec;
import dev.sinal.contracts.AgentStatus;
import dev.sinal.contracts.DesiredAgent;
import dev.sinal.contracts.DrainRequest;
import dev.sinal.contracts.MoveRequest;
import dev.sinal.contracts.NodeReport;
import dev.sinal.contracts.NodeStatus;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.StartReport;
import dev.sinal.contracts.StartRequest;
import dev.sinal.contracts.StopReport;
import dev.sinal.contracts.StopRequest;
import dev.sinal.runtime.Proxies;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The collectors' half of agent-manager: says what is wanted, hears reports. */
public final class ScriptedManager implements AgentManager {
    private final Map<String, DesiredAgent> wanted = new ConcurrentHashMap<>();
    private final Map<String, AgentReport> heard = new ConcurrentHashMap<>();
    private final Map<String, NodeStatus> nodes = new ConcurrentHashMap<>();
    private final Map<String, NodeReport> reports = new ConcurrentHashMap<>();
    private final Vertx vertx;
    private final MessageConsumer<JsonObject> served;

    public ScriptedManager(Vertx vertx) {
        this.vertx = vertx;
        served = Proxies.serve(vertx, AgentManager.class, Addresses.AGENTS, this);
    }

    public void want(DesiredAgent agent) {
        wanted.put(agent.agentId(), agent);
        vertx.eventBus().publish(Addresses.AGENTS_CHANGED, new JsonObject());
    }

    public void forget(String agentId) {
        wanted.remove(agentId);
        vertx.eventBus().publish(Addresses.AGENTS_CHANGED, new JsonObject());
    }

    /** Last report of an agent; null before the first. */
    public AgentReport heard(String agentId) {
        return heard.get(agentId);
    }

    /** Last report of a node; null before the first. */
    public NodeReport reportOf(String node) {
        return reports.get(node);
    }

    /** Says of a node that it is draining, or not. */
    public void drain(String node, boolean drain) {
        String state = drain ? NodeStatus.DRAINING : NodeStatus.ACTIVE;
        nodes.put(node, new NodeStatus(node, node, state, List.of(), 0, 0));
        vertx.eventBus().publish(Addresses.AGENTS_CHANGED, new JsonObject());
    }

    public Future<Void> goAway() {
        return served.unregister();
    }

    @Override
    public Future<List<DesiredAgent>> desired(String nodeId) {
        return Future.succeededFuture(List.copyOf(wanted.values()));
    }

    @Override
    public Future<Void> report(NodeReport report) {
        reports.put(report.node(), report);
        report.agents().forEach(agent -> heard.put(agent.agentId(), agent));
        return Future.succeededFuture();
    }

    @Override
    public Future<StartReport> start(StartRequest request) {
        return RpcError.UNAVAILABLE.fail("not part of this test");
    }

    @Override
    public Future<StopReport> stop(StopRequest request) {
        return RpcError.UNAVAILABLE.fail("not part of this test");
    }

    @Override
    public Future<AgentStatus> status(String agentId) {
        return RpcError.UNAVAILABLE.fail("not part of this test");
    }

    @Override
    public Future<List<AgentStatus>> list() {
        return RpcError.UNAVAILABLE.fail("not part of this test");
    }

    @Override
    public Future<AgentSpec> spec(String agentId) {
        return RpcError.UNAVAILABLE.fail("not part of this test");
    }

    @Override
    public Future<Void> remove(String agentId, String author) {
        return RpcError.UNAVAILABLE.fail("not part of this test");
    }

    @Override
    public Future<Admission> admit(String agentId, boolean mayCreate) {
        return RpcError.UNAVAILABLE.fail("not part of this test");
    }

    @Override
    public Future<List<NodeStatus>> nodes() {
        return Future.succeededFuture(List.copyOf(nodes.values()));
    }

    @Override
    public Future<AgentStatus> move(MoveRequest request) {
        return RpcError.UNAVAILABLE.fail("not part of this test");
    }

    @Override
    public Future<NodeStatus> drain(DrainRequest request) {
        return RpcError.UNAVAILABLE.fail("not part of this test");
    }
}
