package dev.sinal.contracts;

import java.util.List;

/**
 * What one collecting node does for its agents; sent on every change and each second.
 *
 * @param nodeId bus identity of the node
 * @param node name shown to people
 */
public record NodeReport(String nodeId, String node, List<AgentReport> agents) {
    public NodeReport {
        agents = agents == null ? List.of() : List.copyOf(agents);
    }
}
