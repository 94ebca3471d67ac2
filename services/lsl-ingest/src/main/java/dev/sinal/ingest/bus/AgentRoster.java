package dev.sinal.ingest.bus;

import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.AgentManager;
import dev.sinal.contracts.AgentReport;
import dev.sinal.contracts.AgentStatus;
import dev.sinal.contracts.DesiredAgent;
import dev.sinal.contracts.NodeReport;
import dev.sinal.contracts.NodeStatus;
import dev.sinal.ingest.bus.CollectingAgent.End;
import dev.sinal.ingest.bus.RosterEntry.Change;
import dev.sinal.ingest.log.DurableLog;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does what agent-manager wants, for the agents this node has leases of, and says how it goes. Used on one event loop. */
public final class AgentRoster {
    private static final Logger LOG = LoggerFactory.getLogger(AgentRoster.class);
    private static final long POLL_MS = 3_000;
    private static final long REPORT_MS = 1_000;
    private static final long SOON_MS = 30;
    /** Between two looks at the leases while an agent changes its node. */
    private static final long CHANGING_MS = 250;
    /** How often it is checked whether an exclusive agent may go on. */
    private static final long CERTAIN_MS = 250;

    private final Vertx vertx;
    private final String nodeId;
    private final String node;
    private final AgentManager manager;
    private final Leases leases;
    private final CollectingAgent.Factory collectors;
    private final HandOvers handOvers;
    private final RememberedAgents remembered;
    private final Map<String, RosterEntry> entries = new LinkedHashMap<>();
    private final MessageConsumer<Object> changes;
    private final MessageConsumer<Object> leaseChanges;
    /** Collected by the previous run: goes on when the database does not answer. */
    private List<RememberedAgents.Remembered> last = List.of();

    private long pollTimer;
    private long reportTimer;
    private long certainTimer;
    private long lookTimer = -1;
    private boolean asking;
    private boolean askAgain;
    private boolean looking;
    private boolean lookAgain;
    private boolean reportSoon;
    private boolean drained;
    private boolean closed;
    private boolean managerAway;
    /** Set while this node hands everything over because it stops. */
    private @Nullable Promise<Void> leaving;

    public AgentRoster(
            Vertx vertx,
            String nodeId,
            String node,
            AgentManager manager,
            Leases leases,
            CollectingAgent.Factory collectors,
            DurableLog log,
            MeterRegistry metrics) {
        this.vertx = vertx;
        this.nodeId = nodeId;
        this.node = node;
        this.manager = manager;
        this.leases = leases;
        this.collectors = collectors;
        this.handOvers = new HandOvers(vertx, node, leases, metrics);
        this.remembered = new RememberedAgents(log);
        this.changes = vertx.eventBus().consumer(Addresses.AGENTS_CHANGED, message -> poll());
        this.leaseChanges = vertx.eventBus().consumer(Addresses.LEASES_CHANGED, message -> look());
    }

    /** Completes at once: whom there is nobody to ask, it asks again. */
    public Future<Void> start() {
        pollTimer = vertx.setPeriodic(POLL_MS, ignored -> poll());
        reportTimer = vertx.setPeriodic(REPORT_MS, ignored -> report());
        certainTimer = vertx.setPeriodic(CERTAIN_MS, ignored -> endTheUncertain());
        return Future.join(changes.completion(), leaseChanges.completion())
                .compose(done -> remembered.load())
                .recover(e -> {
                    LOG.warn("what was collected last cannot be read error={}", e.getMessage());
                    return Future.succeededFuture(List.of());
                })
                .map(before -> {
                    last = before;
                    before.forEach(one -> entries.put(one.agent().agentId(), new RosterEntry(one.agent())));
                    poll();
                    return null;
                });
    }

    /** What is wanted? */
    private void poll() {
        if (asking || closed) {
            askAgain = true;
            return;
        }
        asking = true;
        manager.nodes().onSuccess(this::heardOfNodes).onFailure(e -> LOG.debug("nobody tells of nodes"));
        manager.desired(nodeId)
                .onSuccess(this::wanted)
                .onFailure(this::managerAway)
                .onComplete(asked -> {
                    asking = false;
                    look();
                    if (askAgain) {
                        askAgain = false;
                        poll();
                    }
                });
    }

    private void heardOfNodes(List<NodeStatus> nodes) {
        boolean before = drained;
        drained = nodes.stream()
                .anyMatch(one -> one.node().equals(node)
                        && (one.state().equals(NodeStatus.DRAINING)
                                || one.state().equals(NodeStatus.DRAINED)));
        if (before != drained) {
            LOG.info("this node {} agents", drained ? "hands over its" : "takes");
            look();
        }
    }

    /** Whether this node gives its agents away. */
    private boolean giving() {
        return drained || leaving != null;
    }

    /** How are the leases? */
    private void look() {
        if (looking || closed) {
            lookAgain = true;
            return;
        }
        looking = true;
        vertx.cancelTimer(lookTimer);
        leases.round(round()).onComplete(done -> {
            if (leases.answering()) {
                last = List.of();
            }
            last.stream()
                    .filter(one -> !one.agent().spec().alone())
                    .forEach(one -> leases.assume(one.agent().agentId(), one.fence()));
            looking = false;
            settle();
            if (lookAgain) {
                lookAgain = false;
                look();
            } else if (!closed) {
                boolean changing = entries.values().stream().anyMatch(entry -> entry.change != Change.NONE);
                lookTimer = vertx.setTimer(changing ? CHANGING_MS : leases.nextRoundMs(), ignored -> look());
            }
        });
    }

    private Leases.Round round() {
        List<Leases.Wanted> wanted = entries.values().stream()
                .map(entry -> new Leases.Wanted(entry.agentId(), entry.desired.node()))
                .toList();
        return new Leases.Round(wanted, load(), giving(), collectors.outlets());
    }

    private double load() {
        double load = 0;
        for (RosterEntry entry : entries.values()) {
            CollectingAgent running = entry.collecting;
            load += running == null || entry.going() ? 0 : running.load();
        }
        return load;
    }

    private void managerAway(Throwable e) {
        if (!managerAway) {
            managerAway = true;
            LOG.warn("agent-manager does not answer, the last known agents go on error={}", e.getMessage());
        }
    }

    private void wanted(List<DesiredAgent> desired) {
        managerAway = false;
        List<String> ids = desired.stream().map(DesiredAgent::agentId).toList();
        for (DesiredAgent agent : desired) {
            RosterEntry entry = entries.computeIfAbsent(agent.agentId(), id -> new RosterEntry(agent));
            if (agent.generation() >= entry.desired.generation()) {
                replaceSpec(entry, agent);
            }
        }
        for (RosterEntry known : entries.values()) {
            DesiredAgent before = known.desired;
            if (!ids.contains(before.agentId()) && before.running()) {
                known.desired = new DesiredAgent(before.agentId(), before.spec(), before.generation(), false);
            }
        }
        // Stopped here and asked for by nobody: no more to say about it.
        List<String> done = entries.entrySet().stream()
                .filter(known -> !ids.contains(known.getKey()))
                .filter(known -> known.getValue().stopped || known.getValue().collecting == null)
                .map(Map.Entry::getKey)
                .toList();
        done.forEach(id -> {
            entries.remove(id);
            leases.release(id, null);
        });
    }

    /** Another spec means another collector; so does a new start of one that had failed. */
    private void replaceSpec(RosterEntry entry, DesiredAgent agent) {
        boolean retried = agent.generation() > entry.desired.generation() && entry.state.equals(AgentStatus.FAILED);
        boolean another = retried || !entry.desired.spec().equals(agent.spec());
        entry.desired = agent;
        CollectingAgent running = entry.collecting;
        if (another && running != null && !entry.stopping) {
            LOG.info("an agent begins anew agent={} generation={}", agent.agentId(), agent.generation());
            end(entry, running, End.STOPPED);
        }
    }

    /** Brings what runs here in line with what is wanted and held. */
    private void settle() {
        List.copyOf(entries.values()).forEach(this::settle);
        remembered.keep(entries.values().stream().map(entry -> entry.desired).toList(), leases.held());
        Promise<Void> waiting = leaving;
        if (waiting != null && entries.values().stream().allMatch(entry -> entry.collecting == null)) {
            waiting.tryComplete();
        }
        reportSoon();
    }

    private void settle(RosterEntry entry) {
        String agentId = entry.agentId();
        Long fence = leases.held().get(agentId);
        if (fence != null) {
            entry.fence = fence;
        }
        CollectingAgent running = entry.collecting;
        if (running != null && !entry.stopping) {
            keepOrEnd(entry, running, fence != null);
        } else if (running != null && entry.stopped && (fence == null || entry.desired.running())) {
            entry.collecting = null;
            entry.stopping = false;
            entry.stopped = false;
        }
        if (entry.collecting == null && !closed) {
            begin(entry, fence != null);
        }
    }

    private void keepOrEnd(RosterEntry entry, CollectingAgent running, boolean held) {
        if (!entry.desired.running()) {
            end(entry, running, held ? End.STOPPED : End.SHUTDOWN);
        } else if (held && entry.going()) {
            comeBack(entry, running);
        } else if (held && entry.coming()) {
            come(entry, running);
        } else if (held) {
            keepOrGiveAway(entry, running);
        } else if (entry.going()) {
            if (handOvers.go(entry, running)) {
                end(entry, running, End.HANDED_OVER);
            }
        } else if (!entry.desired.spec().alone() && !entry.coming() && handOvers.followed(entry)) {
            entry.begin(Change.GOING);
            LOG.info("an agent is being taken over agent={}", entry.agentId());
            handOvers.go(entry, running);
        } else {
            end(entry, running, End.SHUTDOWN);
        }
    }

    /** The one that wanted to go on could not. */
    private void comeBack(RosterEntry entry, CollectingAgent running) {
        entry.begin(Change.NONE);
        if (running.cutting()) {
            end(entry, running, End.SHUTDOWN);
        }
    }

    private void come(RosterEntry entry, CollectingAgent running) {
        switch (handOvers.come(entry, running)) {
            case UNDER_WAY -> {}
            case DONE -> entry.begin(Change.NONE);
            case GIVEN_BACK -> end(entry, running, End.SHUTDOWN);
        }
    }

    private void keepOrGiveAway(RosterEntry entry, CollectingAgent running) {
        boolean alone = entry.desired.spec().alone();
        String heir = handOvers.heir(entry, giving());
        if (alone && ((heir != null && handOvers.mayGive(entry)) || !leases.certain(entry.agentId()))) {
            end(entry, running, End.SHUTDOWN);
        } else if (heir != null && giving() && (leaving != null || isNext(entry))) {
            handOvers.invite(entry, heir);
        }
    }

    /** A node that is drained gives its agents away one after another. */
    private boolean isNext(RosterEntry entry) {
        return entries.values().stream()
                .filter(other -> other != entry && other.collecting != null)
                .noneMatch(other -> other.going() || other.invitedNs != null);
    }

    private void begin(RosterEntry entry, boolean held) {
        String agentId = entry.agentId();
        boolean alone = entry.desired.spec().alone();
        if (!entry.desired.running()) {
            return;
        }
        if (!held) {
            if (!giving() && handOvers.toBeTaken(entry)) {
                handOvers.take(entry).onSuccess(taken -> look());
            }
            return;
        }
        String heir = alone || giving() ? handOvers.heir(entry, giving()) : null;
        if (heir != null && !entry.coming() && handOvers.mayGive(entry)) {
            handOvers.give(entry, heir);
        } else if (!alone || leases.certain(agentId)) {
            entry.collecting = collectors.start(entry.desired, () -> entry.fence, entry.coming(), this::reportSoon);
        }
    }

    /** An exclusive agent ends before anybody else can have it, also when nothing is heard of the database. */
    private void endTheUncertain() {
        for (RosterEntry entry : entries.values()) {
            CollectingAgent running = entry.collecting;
            boolean alone = entry.desired.spec().alone();
            if (alone && running != null && !entry.stopping && !leases.certain(entry.agentId())) {
                LOG.warn("the lease of an exclusive agent may have expired agent={}", entry.agentId());
                end(entry, running, End.SHUTDOWN);
            }
        }
    }

    private void end(RosterEntry entry, CollectingAgent running, End why) {
        LOG.info("an agent is stopped agent={} why={}", entry.agentId(), why);
        entry.begin(Change.NONE);
        entry.stopping = true;
        running.stop(why).onComplete(done -> {
            entry.stopped = true;
            if (!closed) {
                settle();
            }
        });
    }

    private void reportSoon() {
        if (!reportSoon && !closed) {
            reportSoon = true;
            vertx.setTimer(SOON_MS, ignored -> {
                reportSoon = false;
                report();
            });
        }
    }

    private Future<Void> report() {
        List<AgentReport> reports = new ArrayList<>();
        Map<String, Long> held = leases.held();
        for (RosterEntry entry : entries.values()) {
            boolean leads = held.containsKey(entry.agentId()) ? !entry.coming() : entry.going() && !entry.arrived;
            if (!leads) {
                continue;
            }
            CollectingAgent running = entry.collecting;
            long generation = entry.desired.generation();
            if (running != null) {
                AgentReport report = running.report(generation, entry.fence);
                entry.state = report.state();
                reports.add(report);
            } else if (!entry.desired.running()) {
                reports.add(ended(entry.agentId(), generation, entry.fence));
            }
        }
        return manager.report(new NodeReport(nodeId, node, reports, load(), giving()))
                .onFailure(e -> LOG.debug("a report found nobody error={}", e.getMessage()));
    }

    /** Stopped while nobody collected it here, perhaps after a restart: what the log still holds of it is drained. */
    private AgentReport ended(String agentId, long generation, long fence) {
        long pending = collectors.pending(agentId);
        String state = pending == 0 ? AgentStatus.STOPPED : AgentStatus.STOPPING;
        return new AgentReport(agentId, generation, fence, state, null, 0, pending, List.of(), List.of());
    }

    /** Hands the agents over to other nodes, if there are any, for so long at most. The rest is stopped; another node may take it. */
    public Future<Void> stop(Duration handOver) {
        return handAllOver(handOver).transform(done -> stop());
    }

    private Future<Void> handAllOver(Duration most) {
        boolean somebody = leases.others().stream().anyMatch(one -> !one.draining());
        boolean something = entries.values().stream().anyMatch(entry -> entry.collecting != null);
        if (!somebody || !something || !leases.answering() || most.isZero()) {
            return Future.succeededFuture();
        }
        Promise<Void> done = Promise.promise();
        leaving = done;
        look();
        return done.future()
                .timeout(most.toMillis(), TimeUnit.MILLISECONDS)
                .recover(late -> {
                    // What was promised to the other node has to be kept: up to its cuts, which are near.
                    handOvers.promiseNoMore();
                    boolean promised = entries.values().stream()
                            .anyMatch(entry -> entry.collecting != null && entry.collecting.cutting());
                    return promised
                            ? done.future().timeout(most.toMillis(), TimeUnit.MILLISECONDS)
                            : Future.succeededFuture();
                })
                .otherwiseEmpty();
    }

    private Future<Void> stop() {
        closed = true;
        vertx.cancelTimer(pollTimer);
        vertx.cancelTimer(reportTimer);
        vertx.cancelTimer(certainTimer);
        vertx.cancelTimer(lookTimer);
        List<Future<Void>> stopping = new ArrayList<>();
        stopping.add(changes.unregister());
        stopping.add(leaseChanges.unregister());
        entries.values().forEach(entry -> {
            CollectingAgent running = entry.collecting;
            if (running != null) {
                stopping.add(running.stop(End.SHUTDOWN));
            }
        });
        return Future.join(stopping)
                .transform(done -> report())
                .transform(done -> Future.join(leases.held().keySet().stream()
                        .map(agentId -> leases.release(agentId, null))
                        .toList()))
                .onComplete(done -> handOvers.tell(node))
                .otherwiseEmpty()
                .mapEmpty();
    }
}
