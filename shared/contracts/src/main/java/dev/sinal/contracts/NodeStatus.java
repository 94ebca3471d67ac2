package dev.sinal.contracts;

import java.util.List;

/**
 * A collecting node.
 *
 * @param node its name, as people see it
 * @param nodeId bus identity
 * @param state {@code active}; {@code draining}: it hands its agents over; {@code drained}: it has none and takes none; {@code gone}: unseen
 *     for ten seconds
 * @param agents that it collects, by id
 * @param load what it collects, samples times channels per second
 * @param seenAt last report, UTC ns on the database clock
 */
public record NodeStatus(String node, String nodeId, String state, List<String> agents, double load, long seenAt) {
    public static final String ACTIVE = "active";
    public static final String DRAINING = "draining";
    public static final String DRAINED = "drained";
    public static final String GONE = "gone";

    public NodeStatus {
        agents = agents == null ? List.of() : List.copyOf(agents);
    }

    /** Whether it may be given agents. */
    public boolean takesAgents() {
        return ACTIVE.equals(state);
    }
}
