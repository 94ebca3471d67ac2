package dev.sinal.contracts;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one collecting node does for its agents; sent on every change and each second.
 *
 * @param nodeId bus identity of the node
 * @param node name shown to people
 * @param load samples times channels per second; null from a node that does not say
 * @param draining whether it takes no agents now
 */
public record NodeReport(
        String nodeId,
        String node,
        List<AgentReport> agents,
        @Nullable Double load,
        @Nullable Boolean draining) {
    public NodeReport {
        agents = agents == null ? List.of() : List.copyOf(agents);
    }

    public NodeReport(String nodeId, String node, List<AgentReport> agents) {
        this(nodeId, node, agents, null, null);
    }
}
