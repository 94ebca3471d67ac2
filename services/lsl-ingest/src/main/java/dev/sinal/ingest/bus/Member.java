package dev.sinal.ingest.bus;

import dev.sinal.ingest.domain.Placement;

/**
 * Another collecting node, seen a moment ago.
 *
 * @param owner its identity in leases
 * @param node its name
 * @param load samples times channels per second
 * @param agents whose leases it has
 * @param draining it takes no agents
 */
public record Member(String owner, String node, double load, int agents, boolean draining) {
    public Placement.Node placed() {
        return new Placement.Node(owner, node, load, agents);
    }
}
