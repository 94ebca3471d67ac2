package dev.sinal.launcher;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "drain",
        description = "Has a node hand over its agents and take none, e.g. before maintenance.",
        mixinStandardHelpOptions = true)
final class DrainCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NODE", description = "Name of the node; ./sinal nodes lists them.")
    String node = "";

    @Option(names = "--undo", description = "Let it take agents again.")
    boolean undo;

    @Option(names = "--wait", paramLabel = "SECONDS", description = "Longest wait, 0 to 60. Default 60.")
    int wait = 60;

    @Mixin
    GatewayOptions gateway = new GatewayOptions();

    @Override
    public Integer call() throws Exception {
        JsonObject request =
                new JsonObject().put("node", node).put("drain", !undo).put("wait_s", wait);
        JsonObject status = gateway.call("/agents/drain", request);
        NodesCommand.print(status);
        if ("draining".equals(status.getString("state"))) {
            throw new IOException("after " + wait + " s " + node + " still has agents; it goes on, see ./sinal nodes");
        }
        return 0;
    }
}
