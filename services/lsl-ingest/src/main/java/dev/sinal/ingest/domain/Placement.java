package dev.sinal.ingest.domain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Who collects an agent that nobody collects. Every node works this out for itself from the same rows: the node with the fewest agents and the least
 * load comes first, of equal ones the hash of agent and node decides; each agent counts for the node that it goes to before the next is placed. So
 * agents that start together spread, and nodes that agree on the rows agree on the order. Nothing that runs is ever moved.
 */
public final class Placement {
    /** Samples times channels per second that weigh as much as one agent. */
    static final double LOAD_OF_ONE_AGENT = 50_000;

    private Placement() {}

    /** @param owner identity @param node name @param load samples times channels per second */
    public record Node(String owner, String node, double load, int agents) {
        long weight() {
            return agents + (long) Math.floor(Math.max(0, load) / LOAD_OF_ONE_AGENT);
        }
    }

    /** @param preferred name of the node that shall have it @param heir owner whom the last one left it to */
    public record Free(
            String agentId,
            @Nullable String preferred,
            @Nullable String heir) {}

    /**
     * @param nodes those that take agents
     * @return by agent, how many nodes come before {@code me}; empty when it is not among the nodes
     */
    public static Map<String, Integer> ranks(String me, List<Node> nodes, List<Free> free) {
        Map<String, Integer> ranks = new HashMap<>();
        if (nodes.stream().noneMatch(node -> node.owner().equals(me))) {
            return ranks;
        }
        Map<String, Long> weights = new HashMap<>();
        nodes.forEach(node -> weights.put(node.owner(), node.weight()));
        List<Free> inOrder = new ArrayList<>(free);
        inOrder.sort(Comparator.comparing(Free::agentId));
        for (Free agent : inOrder) {
            List<Node> order = order(nodes, weights, agent);
            String first = order.get(0).owner();
            weights.merge(first, 1L, Long::sum);
            for (int rank = 0; rank < order.size(); rank++) {
                if (order.get(rank).owner().equals(me)) {
                    ranks.put(agent.agentId(), rank);
                }
            }
        }
        return ranks;
    }

    private static List<Node> order(List<Node> nodes, Map<String, Long> weights, Free agent) {
        return nodes.stream()
                .sorted(Comparator.comparing((Node node) -> !wanted(node, agent))
                        .thenComparing(node -> Objects.requireNonNull(weights.get(node.owner())))
                        .thenComparing(node -> -Rendezvous.weight(agent.agentId(), node.owner()))
                        .thenComparing(Node::owner))
                .toList();
    }

    private static boolean wanted(Node node, Free agent) {
        return agent.heir() == null
                ? node.node().equals(agent.preferred())
                : node.owner().equals(agent.heir());
    }

    /** Who should take an agent over from a node that gives it away; null when nobody is there. */
    public static @Nullable String heir(List<Node> others, Free agent) {
        if (others.isEmpty()) {
            return null;
        }
        Map<String, Long> weights = new HashMap<>();
        others.forEach(node -> weights.put(node.owner(), node.weight()));
        return order(others, weights, agent).get(0).owner();
    }
}
