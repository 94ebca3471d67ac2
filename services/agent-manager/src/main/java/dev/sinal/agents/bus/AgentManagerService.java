package dev.sinal.agents.bus;

import dev.sinal.agents.domain.Agent;
import dev.sinal.agents.domain.CollectingNode;
import dev.sinal.agents.domain.Lifecycle;
import dev.sinal.agents.domain.Refusal;
import dev.sinal.agents.domain.SpecRules;
import dev.sinal.agents.sql.AgentTable;
import dev.sinal.agents.sql.NodeTable;
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
import dev.sinal.contracts.StreamSpec;
import dev.sinal.contracts.Wire;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.serviceproxy.ServiceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The contract, served from rows. Lives on one event loop. */
public final class AgentManagerService implements AgentManager {
    /** Everything a call does in the database, all statements together: callers are promised an answer within 3 s. */
    private static final long DATABASE_MS = 2_500;

    private static final double MAX_WAIT_S = 60;
    /** How long a removal waits for the collector to let go; the definition is gone for users in any case. */
    private static final double REMOVE_WAIT_S = 2;

    private static final int MAX_REPORTED = 10_000;
    private static final int MAX_NODE = 255;
    private static final double MOVE_WAIT_S = 10;
    private static final double DRAIN_WAIT_S = 15;

    private final AgentTable table;
    private final Commands commands;
    private final Nodes nodes;
    private final NodeTable nodeTable;
    private final Changes changes;
    private final Awaited awaited;
    private final AgentsMetrics metrics;
    private final long silenceNs;
    private volatile boolean open;

    /** @param silence after which a collector is not counted on any more @param maxAgents most there may be */
    public AgentManagerService(
            Vertx vertx,
            AgentTable table,
            NodeTable nodeTable,
            StatusNews news,
            LogOutbox logs,
            AgentsMetrics metrics,
            Duration silence,
            int maxAgents) {
        this.table = table;
        this.nodeTable = nodeTable;
        this.nodes = new Nodes(vertx, nodeTable, logs);
        this.metrics = metrics;
        this.silenceNs = silence.toNanos();
        awaited =
                new Awaited(vertx, id -> database(() -> table.find(id)).map(found -> new Awaited.Look(found.agent())));
        commands = new Commands(vertx, table, news, awaited, maxAgents);
        changes = new Changes(table, news, awaited);
        metrics.watch("sinal.agents.waiting.calls", awaited::size);
    }

    /** The schema is there: calls are answered from now on. */
    public void open() {
        open = true;
    }

    /** Answers those who wait with what is known, and everyone else with UNAVAILABLE. */
    public void close() {
        open = false;
        awaited.close();
    }

    @Override
    public Future<StartReport> start(StartRequest request) {
        return command("start", () -> {
            String id = SpecRules.checkId(request.agentId());
            checkWait(request.waitS());
            boolean demanding = request.require() != null;
            if (demanding && !AgentStatus.RUNNING.equals(request.require())) {
                throw RpcError.invalid("/require", "must be 'running' or left out");
            }
            AgentSpec spec = request.spec() == null ? null : checked(request.spec());
            return database(() -> commands.start(id, spec, request.author()))
                    .compose(started -> awaitReady(started.agent(), request.waitS()))
                    .compose(agent -> demanding && !agent.ready()
                            ? notRunning(agent)
                            : Future.succeededFuture(
                                    new StartReport(id, "started", agent.state(), agent.ready(), agent.missing())));
        });
    }

    private Future<Agent> awaitReady(Agent started, double seconds) {
        long generation = started.generation();
        return awaited.until(
                        started,
                        agent -> agent.ready()
                                || agent.generation() != generation
                                || agent.state().equals(AgentStatus.FAILED),
                        seconds)
                .map(look -> {
                    Agent agent = look.agent();
                    if (agent == null || agent.removed()) {
                        throw Refusal.conflict("agent '" + started.id() + "' was removed meanwhile");
                    }
                    return agent;
                });
    }

    private static Future<StartReport> notRunning(Agent agent) {
        List<JsonObject> waitingFor = agent.missing().stream().map(Wire::write).toList();
        return RpcError.CONFLICT.fail(
                "agent '" + agent.id() + "' is " + agent.state() + ", not running; it goes on trying",
                new JsonObject()
                        .put("agent_id", agent.id())
                        .put("state", agent.state())
                        .put("waiting_for", new JsonArray(waitingFor)));
    }

    @Override
    public Future<StopReport> stop(StopRequest request) {
        return command("stop", () -> {
            String id = SpecRules.checkId(request.agentId());
            checkWait(request.waitS());
            return database(() -> commands.stop(id, request.author()))
                    .compose(stopping -> awaited.until(
                                    stopping,
                                    agent -> agent.stopped() || agent.generation() != stopping.generation(),
                                    request.waitS())
                            .map(look -> look.agent() == null ? stopping : look.agent()))
                    .map(AgentManagerService::stopReport);
        });
    }

    private static StopReport stopReport(Agent agent) {
        boolean stopped = agent.stopped();
        return new StopReport(
                agent.id(),
                stopped ? AgentStatus.STOPPED : AgentStatus.STOPPING,
                agent.state(),
                stopped,
                agent.committed(),
                stopped ? 0 : agent.pending());
    }

    @Override
    public Future<AgentStatus> status(String agentId) {
        return call(() -> database(() -> table.find(SpecRules.checkId(agentId)))
                .map(found -> known(agentId, found.agent()).status()));
    }

    @Override
    public Future<List<AgentStatus>> list() {
        return call(() -> database(table::list)
                .map(snapshot -> snapshot.agents().stream().map(Agent::status).toList()));
    }

    @Override
    public Future<AgentSpec> spec(String agentId) {
        return call(() -> database(() -> table.find(SpecRules.checkId(agentId)))
                .map(found -> known(agentId, found.agent()).spec()));
    }

    @Override
    public Future<Void> remove(String agentId, @Nullable String author) {
        return command(
                "remove",
                () -> database(() -> commands.remove(SpecRules.checkId(agentId), author))
                        .compose(removed -> awaited.until(removed, Agent::stopped, REMOVE_WAIT_S))
                        .compose(seen -> sweepOut(Set.of(agentId))));
    }

    /** The row goes now if its collector has let go, and later otherwise. */
    private Future<Void> sweepOut(Set<String> ids) {
        return database(() -> changes.apply(ids, new Silence(silenceNs))).mapEmpty();
    }

    @Override
    public Future<Admission> admit(String agentId, boolean mayCreate) {
        return call(() -> database(() -> table.find(SpecRules.checkId(agentId))).compose(found -> {
            Agent agent = found.agent();
            if (agent == null || agent.removed()) {
                return mayCreate ? createExternal(agentId) : Future.failedFuture(Refusal.notFound(agentId));
            }
            return admission(agent, false);
        }));
    }

    private Future<Admission> createExternal(String agentId) {
        AgentSpec spec = new AgentSpec(AgentSpec.EXTERNAL, List.of());
        return database(() -> commands.start(agentId, spec, null))
                .compose(started -> admission(started.agent(), started.created()));
    }

    private static Future<Admission> admission(Agent agent, boolean created) {
        if (!agent.spec().external()) {
            return Future.failedFuture(Refusal.conflict(
                    "agent '" + agent.id() + "' reads LSL streams; samples can be pushed to external agents only"));
        }
        if (!agent.wanted()) {
            return Future.failedFuture(
                    Refusal.conflict("agent '" + agent.id() + "' is stopped; start it before pushing to it"));
        }
        return Future.succeededFuture(new Admission(agent.id(), created, agent.generation()));
    }

    @Override
    public Future<List<DesiredAgent>> desired(String nodeId) {
        return call(() -> database(table::forCollectors)
                .map(snapshot -> snapshot.agents().stream()
                        .map(agent -> new DesiredAgent(
                                agent.id(), agent.spec(), agent.generation(), agent.wanted(), agent.preferred()))
                        .toList()));
    }

    @Override
    public Future<Void> report(NodeReport report) {
        return call(() -> {
            Map<String, AgentReport> byAgent = checked(report);
            Changes.Step step = new Reported(report.nodeId(), report.node(), byAgent, silenceNs);
            return database(() -> nodeTable.seen(report).compose(seen -> changes.apply(byAgent.keySet(), step)))
                    .onSuccess(taken -> metrics.report(byAgent.size(), byAgent.size() - taken))
                    .mapEmpty();
        });
    }

    @Override
    public Future<List<NodeStatus>> nodes() {
        return call(() -> database(nodes::list)
                .map(all -> all.stream().map(CollectingNode::status).toList()));
    }

    @Override
    public Future<AgentStatus> move(MoveRequest request) {
        return command("move", () -> {
            String id = SpecRules.checkId(request.agentId());
            String node = checkNode(request.node());
            double wait = waitOr(request.waitS(), MOVE_WAIT_S);
            return database(() -> table.find(id)
                            .map(found -> Lifecycle.move(known(id, found.agent()), node))
                            .compose(movable -> nodes.taking(node))
                            .compose(taking -> commands.move(id, node, request.author())))
                    .compose(moving -> awaited.until(
                            moving, agent -> node.equals(agent.node()) || !agent.concernsCollectors(), wait))
                    .map(look -> known(id, look.agent()).status());
        });
    }

    @Override
    public Future<NodeStatus> drain(DrainRequest request) {
        return command("drain", () -> {
            checkNode(request.node());
            double wait = waitOr(request.waitS(), DRAIN_WAIT_S);
            long deadlineNs = System.nanoTime() + Math.round(wait * 1e9);
            return database(() -> nodes.wish(request))
                    .compose(node -> request.drain() ? nodes.drained(node, deadlineNs) : Future.succeededFuture(node))
                    .map(CollectingNode::status);
        });
    }

    private static double waitOr(@Nullable Integer given, double otherwise) {
        double wait = given == null ? otherwise : given;
        checkWait(wait);
        return wait;
    }

    private static String checkNode(@Nullable String node) {
        if (node == null || node.isEmpty() || node.length() > MAX_NODE) {
            throw RpcError.invalid("/node", "must be the name of a node, 1 to " + MAX_NODE + " characters");
        }
        return node;
    }

    /** Looks for agents whose collectors have gone silent, and for removed ones whose rows may go. */
    public Future<Void> lookForSilence() {
        return database(() -> table.silent(Duration.ofNanos(silenceNs))).compose(snapshot -> {
            Set<String> ids = snapshot.agents().stream().map(Agent::id).collect(Collectors.toSet());
            return ids.isEmpty() ? Future.succeededFuture() : sweepOut(ids);
        });
    }

    /** Brings the gauges up to date; a sign of life of the database. */
    public Future<Void> count() {
        return database(table::countByState).onSuccess(metrics::counted).mapEmpty();
    }

    private record Silence(long silenceNs) implements Changes.Step {
        @Override
        public Agent of(Agent agent, long now) {
            return Lifecycle.silence(agent, now, silenceNs);
        }

        @Override
        public boolean ends(Agent agent, long now) {
            return Lifecycle.gone(agent, now, silenceNs);
        }
    }

    private record Reported(String nodeId, String node, Map<String, AgentReport> byAgent, long silenceNs)
            implements Changes.Step {
        @Override
        public Agent of(Agent agent, long now) {
            AgentReport report = byAgent.get(agent.id());
            return report == null ? agent : Lifecycle.report(agent, nodeId, node, report, now, silenceNs);
        }

        @Override
        public boolean ends(Agent agent, long now) {
            return agent.removed() && agent.stopped();
        }
    }

    private static Map<String, AgentReport> checked(NodeReport report) {
        if (report.nodeId() == null || report.nodeId().isEmpty()) {
            throw RpcError.invalid("/node_id", "is missing");
        }
        if (report.node() == null) {
            throw RpcError.invalid("/node", "is missing");
        }
        if (report.agents().size() > MAX_REPORTED) {
            throw RpcError.invalid(
                    "/agents",
                    "must be at most " + MAX_REPORTED + ", were "
                            + report.agents().size());
        }
        Map<String, AgentReport> byAgent = new HashMap<>();
        for (int i = 0; i < report.agents().size(); i++) {
            AgentReport agent = report.agents().get(i);
            if (agent.agentId() == null) {
                throw RpcError.invalid("/agents/" + i + "/agent_id", "is missing");
            }
            if (agent.state() == null || !Lifecycle.STATES.contains(agent.state())) {
                throw RpcError.invalid("/agents/" + i + "/state", "'" + agent.state() + "' is not a state");
            }
            byAgent.put(agent.agentId(), agent);
        }
        return byAgent;
    }

    /** In the one form that is stored, so that equal specs are equal: an empty pipeline is none. */
    private static AgentSpec checked(AgentSpec spec) {
        SpecRules.check(spec);
        List<StreamSpec> streams = new ArrayList<>();
        for (int i = 0; i < spec.streams().size(); i++) {
            StreamSpec stream = spec.streams().get(i);
            JsonArray pipeline = stream.pipeline();
            if (pipeline != null && !pipeline.isEmpty()) {
                throw SpecRules.noPipeline(i);
            }
            streams.add(new StreamSpec(
                    stream.query(),
                    stream.name(),
                    stream.match(),
                    stream.required(),
                    stream.role(),
                    stream.channels(),
                    null,
                    stream.counterChannel()));
        }
        return new AgentSpec(spec.kind(), streams, spec.exclusive());
    }

    private static void checkWait(double seconds) {
        if (!(seconds >= 0 && seconds <= MAX_WAIT_S)) {
            throw RpcError.invalid("/wait_s", "must be 0 to 60 seconds, was " + seconds);
        }
    }

    private static Agent known(String id, @Nullable Agent agent) {
        if (agent == null || agent.removed()) {
            throw Refusal.notFound(id);
        }
        return agent;
    }

    private <T> Future<T> command(String name, Supplier<Future<T>> work) {
        return call(work).onComplete(done -> metrics.command(name, done.succeeded()));
    }

    private static <T> Future<T> call(Supplier<Future<T>> work) {
        Future<T> answer;
        try {
            answer = work.get();
        } catch (RuntimeException refused) {
            answer = Future.failedFuture(refused);
        }
        return answer.recover(failure -> Future.failedFuture(Faults.toCaller(failure)));
    }

    private <T> Future<T> database(Supplier<Future<T>> work) {
        if (!open) {
            return Future.failedFuture(Faults.databaseAway());
        }
        return work.get().timeout(DATABASE_MS, TimeUnit.MILLISECONDS).onFailure(failure -> {
            if (!(failure instanceof ServiceException || failure instanceof Refusal)) {
                metrics.databaseFailed();
            }
        });
    }
}
