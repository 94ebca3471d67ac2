package dev.sinal.contracts;

import org.jspecify.annotations.Nullable;

/**
 * What agent-manager wants of the collectors.
 *
 * @param running desired state; false = stop, drain and report
 * @param node name of the node that shall collect it, while that node is there; null = any
 */
public record DesiredAgent(
        String agentId,
        AgentSpec spec,
        long generation,
        boolean running,
        @Nullable String node) {
    public DesiredAgent(String agentId, AgentSpec spec, long generation, boolean running) {
        this(agentId, spec, generation, running, null);
    }
}
