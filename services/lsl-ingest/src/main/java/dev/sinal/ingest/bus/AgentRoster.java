package dev.sinal.ingest.bus;

import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.AgentManager;
import dev.sinal.contracts.AgentReport;
import dev.sinal.contracts.AgentStatus;
import dev.sinal.contracts.DesiredAgent;
import dev.sinal.contracts.NodeReport;
import dev.sinal.ingest.log.DurableLog;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does what agent-manager wants, for the agents this node has leases of, and says how it goes. Used on one event loop. */
public final class AgentRoster {
    private static final Logger LOG = LoggerFactory.getLogger(AgentRoster.class);
    private static final long POLL_MS = 3_000;
    private static final long REPORT_MS = 1_000;
    private static final long SOON_MS = 30;

    /** @param collecting null while it does not run here */
    private static final class Entry {
        DesiredAgent desired;

        @Nullable
        CollectingAgent collecting;

        boolean stopping;
        boolean stopped;
        String state = "";

        Entry(DesiredAgent desired) {
            this.desired = desired;
        }
    }

    private final Vertx vertx;
    private final String nodeId;
    private final String node;
    private final AgentManager manager;
    private final Leases leases;
    private final CollectingAgent.Factory collectors;
    private final RememberedAgents remembered;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final MessageConsumer<Object> changes;
    private long pollTimer;
    private long reportTimer;
    private boolean polling;
    private boolean again;
    private boolean reportSoon;
    private boolean closed;
    private boolean managerAway;

    public AgentRoster(
            Vertx vertx,
            String nodeId,
            String node,
            AgentManager manager,
            Leases leases,
            CollectingAgent.Factory collectors,
            DurableLog log) {
        this.vertx = vertx;
        this.nodeId = nodeId;
        this.node = node;
        this.manager = manager;
        this.leases = leases;
        this.collectors = collectors;
        this.remembered = new RememberedAgents(log);
        this.changes = vertx.eventBus().consumer(Addresses.AGENTS_CHANGED, message -> poll());
    }

    /** Completes at once: whom there is nobody to ask, it asks again. */
    public Future<Void> start() {
        pollTimer = vertx.setPeriodic(POLL_MS, ignored -> poll());
        reportTimer = vertx.setPeriodic(REPORT_MS, ignored -> report());
        return changes.completion()
                .compose(done -> remembered.load())
                .recover(e -> {
                    LOG.warn("what was collected last cannot be read error={}", e.getMessage());
                    return Future.succeededFuture(List.of());
                })
                .map(last -> {
                    last.forEach(one -> entries.put(one.agent().agentId(), new Entry(one.agent())));
                    poll(last);
                    return null;
                });
    }

    private void poll() {
        poll(List.of());
    }

    /** @param last collected by the previous run: goes on when the database does not answer */
    private void poll(List<RememberedAgents.Remembered> last) {
        if (polling || closed) {
            again = true;
            return;
        }
        polling = true;
        manager.desired(nodeId)
                .onSuccess(this::wanted)
                .onFailure(this::managerAway)
                .transform(asked -> leases.round(List.copyOf(entries.keySet())))
                .onComplete(done -> {
                    if (!leases.answering()) {
                        last.forEach(one -> leases.assume(one.agent().agentId(), one.fence()));
                    }
                    settle();
                    polling = false;
                    if (again) {
                        again = false;
                        poll();
                    }
                });
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
            Entry entry = entries.computeIfAbsent(agent.agentId(), id -> new Entry(agent));
            if (agent.generation() >= entry.desired.generation()) {
                replaceSpec(entry, agent);
            }
        }
        for (Map.Entry<String, Entry> known : entries.entrySet()) {
            DesiredAgent before = known.getValue().desired;
            if (!ids.contains(known.getKey()) && before.running()) {
                known.getValue().desired =
                        new DesiredAgent(before.agentId(), before.spec(), before.generation(), false);
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
            leases.release(id);
        });
    }

    /** Another spec means another collector; so does a new start of one that had failed. */
    private void replaceSpec(Entry entry, DesiredAgent agent) {
        boolean retried = agent.generation() > entry.desired.generation() && entry.state.equals(AgentStatus.FAILED);
        boolean another = retried || !entry.desired.spec().equals(agent.spec());
        entry.desired = agent;
        CollectingAgent running = entry.collecting;
        if (another && running != null && !entry.stopping) {
            LOG.info("an agent begins anew agent={} generation={}", agent.agentId(), agent.generation());
            end(entry, running, true);
        }
    }

    /** Brings what runs here in line with what is wanted and held. */
    private void settle() {
        for (Map.Entry<String, Entry> known : entries.entrySet()) {
            settle(known.getKey(), known.getValue());
        }
        remembered.keep(entries.values().stream().map(entry -> entry.desired).toList(), leases.held());
        reportSoon();
    }

    private void settle(String agentId, Entry entry) {
        boolean held = leases.held().containsKey(agentId);
        CollectingAgent running = entry.collecting;
        if (running != null && !entry.stopping && (!entry.desired.running() || !held)) {
            end(entry, running, held);
        } else if (running != null && entry.stopped && (!held || entry.desired.running())) {
            entry.collecting = null;
            entry.stopping = false;
            entry.stopped = false;
            running = null;
        }
        if (running == null && held && entry.desired.running() && !closed) {
            entry.collecting = collectors.start(entry.desired, () -> leases.fence(agentId), this::reportSoon);
        }
    }

    /** @param onPurpose false when another node has it now */
    private void end(Entry entry, CollectingAgent running, boolean onPurpose) {
        LOG.info("an agent is stopped agent={} on_purpose={}", entry.desired.agentId(), onPurpose);
        entry.stopping = true;
        running.stop(onPurpose).onComplete(done -> {
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
        entries.forEach((agentId, entry) -> {
            Long fence = leases.held().get(agentId);
            if (fence == null) {
                return;
            }
            CollectingAgent running = entry.collecting;
            long generation = entry.desired.generation();
            if (running != null) {
                AgentReport report = running.report(generation, fence);
                entry.state = report.state();
                reports.add(report);
            } else if (!entry.desired.running()) {
                reports.add(ended(agentId, generation, fence));
            }
        });
        return manager.report(new NodeReport(nodeId, node, reports))
                .onFailure(e -> LOG.debug("a report found nobody error={}", e.getMessage()));
    }

    /** Stopped while nobody collected it here, perhaps after a restart: what the log still holds of it is drained. */
    private AgentReport ended(String agentId, long generation, long fence) {
        long pending = collectors.pending(agentId);
        String state = pending == 0 ? AgentStatus.STOPPED : AgentStatus.STOPPING;
        return new AgentReport(agentId, generation, fence, state, null, 0, pending, List.of(), List.of());
    }

    /** Closes all inlets and logs what they delivered; the agents are still wanted, and another node may take them. */
    public Future<Void> stop() {
        closed = true;
        vertx.cancelTimer(pollTimer);
        vertx.cancelTimer(reportTimer);
        List<Future<Void>> stopping = new ArrayList<>();
        stopping.add(changes.unregister());
        entries.values().forEach(entry -> {
            CollectingAgent running = entry.collecting;
            if (running != null) {
                stopping.add(running.stop(false));
            }
        });
        return Future.join(stopping)
                .transform(done -> report())
                .transform(done -> Future.join(
                        leases.held().keySet().stream().map(leases::release).toList()))
                .otherwiseEmpty()
                .mapEmpty();
    }
}
