package dev.sinal.agents.bus;

import dev.sinal.contracts.AgentStatus;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** What agent-manager counts, as {@code sinal.agents.*}. */
public final class AgentsMetrics {
    private static final List<String> STATES = List.of(
            AgentStatus.STOPPED,
            AgentStatus.STARTING,
            AgentStatus.WAITING,
            AgentStatus.RUNNING,
            AgentStatus.DEGRADED,
            AgentStatus.STOPPING,
            AgentStatus.FAILED);

    private final MeterRegistry registry;
    private final Map<String, Long> byState = new ConcurrentHashMap<>();
    private final Counter reports;
    private final Counter ignored;
    private final Counter logsDropped;
    private final Counter databaseFailures;

    public AgentsMetrics(MeterRegistry registry) {
        this.registry = registry;
        for (String state : STATES) {
            Gauge.builder("sinal.agents.count", () -> byState.getOrDefault(state, 0L))
                    .tag("state", state)
                    .description("agents by state, as stored")
                    .register(registry);
        }
        reports = registry.counter("sinal.agents.reports");
        ignored = registry.counter("sinal.agents.reports.ignored");
        logsDropped = registry.counter("sinal.agents.log.dropped");
        databaseFailures = registry.counter("sinal.agents.database.failures");
    }

    void counted(Map<String, Long> agentsByState) {
        STATES.forEach(state -> byState.put(state, agentsByState.getOrDefault(state, 0L)));
    }

    void command(String name, boolean done) {
        registry.counter("sinal.agents.commands", "command", name, "outcome", done ? "done" : "failed")
                .increment();
    }

    void entered(String state) {
        registry.counter("sinal.agents.transitions", "to", state).increment();
    }

    void report(int agents, int unbelieved) {
        reports.increment(agents);
        ignored.increment(unbelieved);
    }

    void logDropped(int rows) {
        logsDropped.increment(rows);
    }

    void databaseFailed() {
        databaseFailures.increment();
    }

    void watch(String gauge, Supplier<Number> value) {
        Gauge.builder(gauge, value).register(registry);
    }
}
