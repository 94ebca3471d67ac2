package dev.sinal.launcher;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "nodes",
        description = "Collecting nodes of a running suite, and the agents at each.",
        mixinStandardHelpOptions = true)
final class NodesCommand implements Callable<Integer> {
    private static final String LINE = "%-20s %-9s %12s  %-20s %s%n";

    @Mixin
    GatewayOptions gateway = new GatewayOptions();

    @Override
    public Integer call() throws Exception {
        JsonArray nodes = gateway.call("/agents/nodes", null).getJsonArray("nodes");
        System.out.printf(LINE, "NODE", "STATE", "VALUES/S", "SEEN", "AGENTS");
        for (int i = 0; i < nodes.size(); i++) {
            print(nodes.getJsonObject(i));
        }
        return 0;
    }

    static void print(JsonObject node) {
        String agents =
                node.getJsonArray("agents").stream().map(String::valueOf).collect(Collectors.joining(", "));
        System.out.printf(
                LINE,
                node.getString("node"),
                node.getString("state"),
                Math.round(node.getDouble("load")),
                node.getString("seen_at").substring(0, 19) + "Z",
                agents.isEmpty() || "gone".equals(node.getString("state")) ? "-" : agents);
    }
}
