package dev.sinal.testkit.suite;

import dev.sinal.testkit.TestDatabase;
import dev.sinal.testkit.TestServer;
import dev.sinal.testkit.lab.Lab;
import dev.sinal.testkit.lab.LabHost;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** Three nodes on hosts of a lab, each with all five services; numbered outlets on a fourth; the database on this machine, which all reach. */
public final class LabCluster implements AutoCloseable {
    public static final List<String> NODES = List.of("node-1", "node-2", "node-3");

    private static final String[] ALL_SERVICES = {
        "agent-manager", "lsl-ingest", "telemetry-store", "analytics", "api-gateway"
    };
    private static final int CLUSTER_PORT = 5701;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration POLL = Duration.ofMillis(250);

    private final Lab lab;
    private final Map<String, LabHost> hosts = new LinkedHashMap<>();
    private final Map<String, OutletProcess> outlets = new LinkedHashMap<>();
    private final List<AutoCloseable> parts = new ArrayList<>();
    private final Cluster cluster;

    /** What is done while a node is cut off. */
    public interface Meanwhile {
        void run() throws Exception;
    }

    private LabCluster(Lab lab, Path folder, List<NumberedAgent> agents, double rateHz) throws Exception {
        this.lab = lab;
        parts.add(lab);
        Map<String, String> lsl = LslTestConfig.lab(folder);
        List<Cluster.Place> places = new ArrayList<>();
        for (String node : NODES) {
            LabHost host = lab.host(node);
            hosts.put(node, host);
            places.add(new Cluster.Place(host.address(), CLUSTER_PORT, host.under()));
        }
        LabHost sensors = lab.host("sensors");
        TestServer server = TestServer.start(lab.ourAddress(), lab.network());
        parts.add(server);
        TestDatabase database = server.database();
        cluster = Cluster.prepare(folder, database.uri(lab.ourAddress()), places, "192m", lsl);
        parts.add(cluster);
        for (NumberedAgent agent : agents) {
            OutletProcess outlet =
                    OutletProcess.start(new SinalProcess.Shape("64m", sensors.under()), folder, agent, rateHz, lsl);
            outlets.put(agent.id(), outlet);
            parts.add(outlet);
        }
        for (String node : NODES) {
            cluster.start(node, ALL_SERVICES);
        }
        cluster.processes().forEach(SinalProcess::awaitReady);
    }

    /** Waits until all nodes are ready. */
    public static LabCluster start(Path folder, List<NumberedAgent> agents, double rateHz) throws Exception {
        Lab lab = Lab.create();
        try {
            return new LabCluster(lab, folder, agents, rateHz);
        } catch (Exception | Error e) {
            lab.close();
            throw e;
        }
    }

    public Cluster cluster() {
        return cluster;
    }

    public SuiteClient client(String node) {
        return cluster.client(node);
    }

    public String nodeOtherThan(String node) {
        return NODES.stream().filter(other -> !other.equals(node)).findFirst().orElseThrow();
    }

    /** Samples that the outlet of the agent has sent. */
    public long sent(NumberedAgent agent) throws IOException {
        OutletProcess outlet = outlets.get(agent.id());
        if (outlet == null) {
            throw new IllegalStateException("no outlet for " + agent.id());
        }
        return outlet.sent();
    }

    /**
     * Cuts a node off from the other nodes and the database, but not from the sensors, and heals the cut.
     *
     * @param lasting at least
     * @return how many packets were dropped
     */
    public long cut(String node, Duration lasting, Meanwhile meanwhile) throws Exception {
        LabHost host = hosts.get(node);
        if (host == null) {
            throw new IllegalArgumentException("no node " + node);
        }
        List<String> others = new ArrayList<>(List.of(lab.ourAddress()));
        hosts.values().stream()
                .filter(other -> other != host)
                .map(LabHost::address)
                .forEach(others::add);
        long begin = System.nanoTime();
        host.cutFrom(others);
        meanwhile.run();
        Awaitility.await("the cut has lasted")
                .atMost(lasting.plus(PATIENCE))
                .until(() -> System.nanoTime() - begin >= lasting.toNanos());
        return host.heal();
    }

    /** Waits until every gateway answers for every service: status, an analysis of stored samples, new samples. */
    public void awaitEveryGatewayServes(NumberedAgent agent) {
        for (String node : NODES) {
            SuiteClient client = client(node);
            Awaitility.await("the gateway of " + node + " serves")
                    .atMost(PATIENCE)
                    .pollInterval(POLL)
                    .ignoreExceptions()
                    .until(() -> !agent.runningOn(client).isEmpty() && analysed(client, agent) > 0);
            agent.awaitMore(client, 50);
        }
    }

    @Override
    public void close() throws Exception {
        for (int i = parts.size() - 1; i >= 0; i--) {
            parts.get(i).close();
        }
    }

    private static long analysed(SuiteClient client, NumberedAgent agent) throws IOException, InterruptedException {
        JsonObject answer = client.post(
                "/analysis/run",
                new JsonObject()
                        .put("analysis_type", "describe")
                        .put("variables", new JsonArray().add("index"))
                        .put("filters", new JsonObject().put("agent_id", agent.id()))
                        .encode());
        return answer.getJsonObject("result").getJsonObject("index").getLong("n");
    }
}
