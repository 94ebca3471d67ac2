package dev.sinal.agents.domain;

import dev.sinal.contracts.NodeStatus;
import java.util.List;

/**
 * A collecting node as its row says. Times are UTC ns on the database clock.
 *
 * @param agents that it reports, by id
 * @param load samples times channels per second
 * @param draining it says that it takes no agents
 * @param wished somebody wants it to have no agents
 * @param gone unseen for too long
 */
public record CollectingNode(
        String nodeId,
        String node,
        List<String> agents,
        double load,
        boolean draining,
        boolean wished,
        boolean gone,
        long seenAt) {
    public CollectingNode {
        agents = List.copyOf(agents);
    }

    public String state() {
        if (gone) {
            return NodeStatus.GONE;
        }
        if (!wished) {
            return NodeStatus.ACTIVE; // also while it has not heard yet that it may take agents again
        }
        return draining && agents.isEmpty() ? NodeStatus.DRAINED : NodeStatus.DRAINING;
    }

    public NodeStatus status() {
        return new NodeStatus(node, nodeId, state(), agents, load, seenAt);
    }
}
