package dev.sinal.ingest.net;

import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.DesiredAgent;
import dev.sinal.contracts.TelemetryStore;
import dev.sinal.ingest.bus.CollectingAgent;
import dev.sinal.ingest.domain.Moment;
import dev.sinal.ingest.domain.WallWatch;
import dev.sinal.ingest.log.Backlog;
import dev.sinal.runtime.Proxies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All collectors of this node, and the beat that keeps them going. Used on one event loop. */
public final class Collectors implements CollectingAgent.Factory {
    private static final Logger LOG = LoggerFactory.getLogger(Collectors.class);
    private static final long BEAT_MS = 20;
    private static final long STORE_MS = 800;

    private final Tools tools;
    private final List<AgentCollector> agents = new ArrayList<>();
    private final List<Backlog> earlier;
    private final PreviousEnds previousEnds;
    private final FormerParts formerParts;
    private final WallWatch wall = new WallWatch();
    private final long timer;

    /** @param earlier what the log held when this node started */
    public Collectors(Tools tools, List<Backlog> earlier) {
        this.tools = tools;
        this.earlier = List.copyOf(earlier);
        TelemetryStore store =
                Proxies.of(tools.vertx(), TelemetryStore.class, Addresses.STORE, Duration.ofMillis(STORE_MS));
        this.previousEnds = new PreviousEnds(tools.log(), store);
        this.formerParts = new FormerParts(tools.vertx(), store::epochs);
        this.timer = tools.vertx().setPeriodic(BEAT_MS, ignored -> beat());
    }

    private void beat() {
        Moment now = Clocks.now();
        long jump = wall.jumped(now);
        if (jump != 0) {
            LOG.warn("the wall clock jumped, or the machine slept by_ms={}", jump / 1_000_000);
        }
        List.copyOf(agents).forEach(agent -> agent.tick(now, jump != 0));
    }

    @Override
    public CollectingAgent start(DesiredAgent agent, LongSupplier fence, boolean coming, Runnable changed) {
        agents.removeIf(known -> known.agentId().equals(agent.agentId()));
        AgentCollector collector = new AgentCollector(tools, previousEnds, formerParts, agent, fence, coming, changed);
        agents.add(collector);
        return collector;
    }

    @Override
    public long pending(String agentId) {
        return earlier.stream()
                .filter(backlog -> backlog.agentId().equals(agentId))
                .mapToLong(backlog -> tools.lane().pending(backlog.stream()))
                .sum();
    }

    @Override
    public Map<String, List<String>> outlets() {
        Map<String, List<String>> byUid = new TreeMap<>();
        for (AgentCollector agent : agents) {
            for (String uid : agent.uids()) {
                byUid.computeIfAbsent(uid, id -> new ArrayList<>()).add(agent.agentId());
            }
        }
        byUid.values().forEach(ids -> ids.sort(null));
        return byUid;
    }

    public void close() {
        tools.vertx().cancelTimer(timer);
    }
}
