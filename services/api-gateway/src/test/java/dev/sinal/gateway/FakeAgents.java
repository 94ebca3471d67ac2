package dev.sinal.gateway;

import dev.sinal.contracts.Admission;
import dev.sinal.contracts.AgentManager;
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
import dev.sinal.contracts.StreamStatus;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Agents in memory: started ones run, stopped ones are drained. */
final class FakeAgents implements AgentManager {
    final Map<String, AgentSpec> specs = new ConcurrentSkipListMap<>();
    final Map<String, String> states = new ConcurrentSkipListMap<>();
    final Map<String, List<StreamStatus>> bound = new ConcurrentSkipListMap<>();
    final AtomicInteger starts = new AtomicInteger();
    private volatile boolean draining;

    FakeAgents with(String agentId, String kind) {
        specs.put(agentId, new AgentSpec(kind, List.of()));
        states.put(agentId, AgentStatus.RUNNING);
        return this;
    }

    @Override
    public Future<StartReport> start(StartRequest request) {
        starts.incrementAndGet();
        if (request.spec() != null) {
            specs.put(request.agentId(), request.spec());
        } else if (!specs.containsKey(request.agentId())) {
            return unknown(request.agentId());
        }
        states.put(request.agentId(), AgentStatus.RUNNING);
        return Future.succeededFuture(
                new StartReport(request.agentId(), "started", AgentStatus.RUNNING, true, List.of()));
    }

    @Override
    public Future<StopReport> stop(StopRequest request) {
        if (!specs.containsKey(request.agentId())) {
            return unknown(request.agentId());
        }
        states.put(request.agentId(), AgentStatus.STOPPED);
        return Future.succeededFuture(
                new StopReport(request.agentId(), "stopped", AgentStatus.STOPPED, true, Map.of(), 0));
    }

    @Override
    public Future<AgentStatus> status(String agentId) {
        return specs.containsKey(agentId) ? Future.succeededFuture(statusOf(agentId)) : unknown(agentId);
    }

    private AgentStatus statusOf(String agentId) {
        return new AgentStatus(
                agentId,
                specs.get(agentId).kind(),
                states.get(agentId),
                1_000_000_000L,
                null,
                "test",
                1,
                0,
                List.of(),
                bound.getOrDefault(agentId, List.of()));
    }

    @Override
    public Future<List<AgentStatus>> list() {
        return Future.succeededFuture(
                specs.keySet().stream().map(this::statusOf).toList());
    }

    @Override
    public Future<AgentSpec> spec(String agentId) {
        AgentSpec spec = specs.get(agentId);
        return spec == null ? unknown(agentId) : Future.succeededFuture(spec);
    }

    @Override
    public Future<Void> remove(String agentId, String author) {
        states.remove(agentId);
        return specs.remove(agentId) == null ? unknown(agentId) : Future.succeededFuture();
    }

    @Override
    public Future<Admission> admit(String agentId, boolean mayCreate) {
        if (!specs.containsKey(agentId)) {
            if (!mayCreate) {
                return unknown(agentId);
            }
            with(agentId, AgentSpec.EXTERNAL);
            return Future.succeededFuture(new Admission(agentId, true, 1));
        }
        boolean open = specs.get(agentId).external() && AgentStatus.RUNNING.equals(states.get(agentId));
        return open
                ? Future.succeededFuture(new Admission(agentId, false, 1))
                : RpcError.CONFLICT.fail("agent " + agentId + " takes no samples now");
    }

    @Override
    public Future<List<DesiredAgent>> desired(String nodeId) {
        return Future.succeededFuture(List.of());
    }

    @Override
    public Future<Void> report(NodeReport report) {
        return Future.succeededFuture();
    }

    /** One node, with every running agent. */
    @Override
    public Future<List<NodeStatus>> nodes() {
        return Future.succeededFuture(List.of(node(draining)));
    }

    private NodeStatus node(boolean nowDraining) {
        List<String> running = states.entrySet().stream()
                .filter(agent -> AgentStatus.RUNNING.equals(agent.getValue()))
                .map(Map.Entry::getKey)
                .toList();
        String state = nowDraining ? NodeStatus.DRAINED : NodeStatus.ACTIVE;
        return new NodeStatus("test", "test-id", state, nowDraining ? List.of() : running, 250, 1_000_000_000L);
    }

    @Override
    public Future<AgentStatus> move(MoveRequest request) {
        if (!specs.containsKey(request.agentId())) {
            return unknown(request.agentId());
        }
        return "test".equals(request.node())
                ? Future.succeededFuture(statusOf(request.agentId()))
                : RpcError.NOT_FOUND.fail("no node '" + request.node() + "'");
    }

    @Override
    public Future<NodeStatus> drain(DrainRequest request) {
        if (!"test".equals(request.node())) {
            return RpcError.NOT_FOUND.fail("no node '" + request.node() + "'");
        }
        draining = request.drain();
        return Future.succeededFuture(node(draining));
    }

    private static <T> Future<T> unknown(String agentId) {
        return RpcError.NOT_FOUND.fail("no agent '" + agentId + "'");
    }
}
