package dev.sinal.contracts;

import org.jspecify.annotations.Nullable;

/**
 * A store node that takes chunks.
 *
 * @param nodeId part of its addresses
 * @param leaving true = send it nothing more; it answers what is on the way and goes. Absent in every other hello
 */
public record StoreHello(
        String nodeId, String node, @Nullable Boolean leaving) {
    public StoreHello(String nodeId, String node) {
        this(nodeId, node, null);
    }

    /** The last one of a node that stops on purpose. */
    public static StoreHello goodbye(String nodeId, String node) {
        return new StoreHello(nodeId, node, true);
    }
}
