package dev.sinal.launcher;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "move",
        description = "Has an agent collected by a certain node, now and whenever that node is there.",
        mixinStandardHelpOptions = true)
final class MoveCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "AGENT", description = "Id of the agent.")
    String agentId = "";

    @Parameters(index = "1", paramLabel = "NODE", description = "Name of the node; ./sinal nodes lists them.")
    String node = "";

    @Option(names = "--wait", paramLabel = "SECONDS", description = "Longest wait, 0 to 60. Default 30.")
    int wait = 30;

    @Mixin
    GatewayOptions gateway = new GatewayOptions();

    @Override
    public Integer call() throws Exception {
        JsonObject request =
                new JsonObject().put("agent_id", agentId).put("node", node).put("wait_s", wait);
        String holder = gateway.call("/agents/move", request).getString("node");
        if (!node.equals(holder)) {
            throw new IOException("after " + wait + " s " + agentId + " is still collected by " + holder
                    + "; the wish stays, see ./sinal nodes");
        }
        System.out.println(agentId + " is collected by " + node);
        return 0;
    }
}
