package dev.sinal.runtime.cluster;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Who a node is, as its peers see it in the member attributes.
 *
 * @param nodeId unique on the bus, new at every start
 * @param node name for people
 * @param release e.g. {@code 0.1.0}; different ones work side by side
 * @param bus {@link dev.sinal.contracts.BusVersion}; different ones do not
 */
public record Peer(String nodeId, String node, String release, int bus) {
    private static final String NODE_ID = "sinal.node_id";
    private static final String NODE = "sinal.node";
    private static final String RELEASE = "sinal.release";
    private static final String BUS = "sinal.bus";

    Map<String, String> attributes() {
        return Map.of(NODE_ID, nodeId, NODE, node, RELEASE, release, BUS, Integer.toString(bus));
    }

    /** Null for a member that is none of ours, such as another team's program on the same bus. */
    static @Nullable Peer from(UnaryOperator<@Nullable String> attribute) {
        String nodeId = attribute.apply(NODE_ID);
        String node = attribute.apply(NODE);
        String release = attribute.apply(RELEASE);
        String bus = attribute.apply(BUS);
        if (nodeId == null || node == null || release == null || bus == null || !bus.matches("[0-9]{1,9}")) {
            return null;
        }
        return new Peer(nodeId, node, release, Integer.parseInt(bus));
    }

    JsonObject toJson() {
        return new JsonObject()
                .put("node_id", nodeId)
                .put("node", node)
                .put("release", release)
                .put("bus", bus);
    }
}
