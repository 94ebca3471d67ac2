package dev.sinal.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.testkit.NumberedOutlet;
import dev.sinal.testkit.SampleAccount;
import dev.sinal.testkit.TestDatabase;
import dev.sinal.testkit.suite.Cluster;
import dev.sinal.testkit.suite.LiveReader;
import dev.sinal.testkit.suite.NumberedAgent;
import dev.sinal.testkit.suite.SinalProcess;
import dev.sinal.testkit.suite.SuiteClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Five services in five processes: what a user does, from the start of an agent to the end of the last process. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class FiveProcessIT {
    private static final double RATE_HZ = 250;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final NumberedAgent AGENT = new NumberedAgent("numbered");
    private static final List<String> SERVICES =
            List.of("api-gateway", "analytics", "lsl-ingest", "telemetry-store", "agent-manager");

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path folder;

    private TestDatabase database;
    private Cluster cluster;
    private NumberedOutlet outlet;
    private SuiteClient client;

    /** All at once, the gateway first: the order of start must not matter. */
    @BeforeAll
    void startEachServiceInAProcessOfItsOwn() throws Exception {
        database = TestDatabase.fresh();
        cluster = Cluster.prepare(folder, database.uri(), SERVICES.size(), "160m");
        outlet = AGENT.outlet(cluster.lsl(), RATE_HZ);
        for (String service : SERVICES) {
            cluster.start(service, service);
        }
        cluster.processes().forEach(SinalProcess::awaitReady);
        client = cluster.client("api-gateway");
    }

    @AfterAll
    void stop() throws Exception {
        if (outlet != null) {
            outlet.close();
        }
        if (cluster != null) {
            cluster.close();
        }
        database.close();
    }

    @Test
    @Order(1)
    void anAgentStartsByJsonRpc() throws Exception {
        JsonObject started = client.call(
                "start_agent",
                new JsonObject()
                        .put("agent_id", AGENT.id())
                        .put("wait_s", 60)
                        .put(
                                "spec",
                                new JsonObject()
                                        .put("kind", "lsl")
                                        .put(
                                                "streams",
                                                new JsonArray()
                                                        .add(new JsonObject()
                                                                .put("query", "source_id='" + AGENT.sourceId() + "'")
                                                                .put("name", "numbers")))));

        assertThat(started.getString("status")).isEqualTo("started");
        assertThat(started.getBoolean("ready")).isTrue();
        assertThat(AGENT.runningOn(client)).isEqualTo("lsl-ingest");
        AGENT.awaitStored(client, 500);
    }

    @Test
    @Order(2)
    void aLiveReaderGetsEverySampleInOrder() throws Exception {
        try (LiveReader live = LiveReader.watch(client, AGENT.id(), null)) {
            Awaitility.await().atMost(PATIENCE).until(() -> live.samples() > 500);

            assertInOrder(live.chunks());
            assertThat(live.otherTypes()).doesNotContain("stream_gap");
        }
    }

    @Test
    @Order(3)
    void historyHasEverySampleOnceAndNoGap() throws Exception {
        SampleAccount account = AGENT.account(client);

        assertThat(account.faults()).isEmpty();
        assertThat(account.missing()).isZero();
        assertThat(account.stored()).isGreaterThan(500);
        assertThat(client.gaps(AGENT.id())).isEmpty();
        assertThat(client.get("/telemetry/history?agent_id=" + AGENT.id() + "&page_size=7")
                        .getJsonArray("items"))
                .hasSize(7);
    }

    @Test
    @Order(4)
    void anAnalysisReadsTheStoreFromItsOwnProcess() throws Exception {
        JsonObject answer = client.post("/analysis/run", """
                {"analysis_type": "describe", "variables": ["index"], "filters": {"agent_id": "%s"}}""".formatted(AGENT.id()));

        JsonObject index = answer.getJsonObject("result").getJsonObject("index");
        long n = index.getLong("n");
        assertThat(n).isGreaterThan(500);
        // Whole numbers without a hole: their span is their count.
        assertThat(index.getDouble("max") - index.getDouble("min")).isEqualTo(n - 1.0);
    }

    @Test
    @Order(5)
    void everyMethodGroupOfJsonRpcAnswersAcrossProcesses() throws Exception {
        JsonObject agent = new JsonObject().put("agent_id", AGENT.id());

        assertThat(client.call("agent_status", agent).getString("state")).isEqualTo("running");
        assertThat(client.call("list_agents", new JsonObject()).getJsonArray("agents"))
                .hasSize(1);
        assertThat(client.call("telemetry_history", agent.copy().put("page_size", 3))
                        .getJsonArray("items"))
                .hasSize(3);
        assertThat(client.call("resolve_streams", new JsonObject()).getJsonArray("streams"))
                .hasSize(1);
        assertThat(client.call("rpc.discover", new JsonObject()).getJsonArray("methods"))
                .isNotEmpty();
    }

    @Test
    @Order(6)
    void aStoppedAgentHasCommittedEverythingItAccepted() throws Exception {
        JsonObject stopped = AGENT.stop(client);

        assertThat(stopped.getString("status")).isEqualTo("stopped");
        assertThat(stopped.getBoolean("drained")).isTrue();
        SampleAccount account = AGENT.account(client);
        System.out.println("five processes: sent=" + outlet.sent() + " " + account.figures());
        assertThat(account.faults()).isEmpty();
        assertThat(account.missing()).isZero();
    }

    @Test
    @Order(7)
    void theyEndWithZeroInAnyOrderAndLeaveNoProcess() throws Exception {
        AGENT.start(client);
        List<String> order = new ArrayList<>(SERVICES);
        Collections.shuffle(order, new Random(System.nanoTime()));
        List<ProcessHandle> handles = cluster.processes().stream()
                .flatMap(process -> ProcessHandle.of(process.pid()).stream())
                .flatMap(handle -> Stream.concat(Stream.of(handle), handle.descendants()))
                .toList();

        for (String service : order) {
            assertThat(cluster.node(service).terminate())
                    .as(service + " of " + order + ", its log:\n"
                            + cluster.node(service).log())
                    .isZero();
        }

        assertThat(handles).hasSizeGreaterThanOrEqualTo(SERVICES.size()).noneMatch(ProcessHandle::isAlive);
    }

    private static void assertInOrder(List<LiveReader.Chunk> chunks) {
        for (int i = 1; i < chunks.size(); i++) {
            LiveReader.Chunk before = chunks.get(i - 1);
            LiveReader.Chunk chunk = chunks.get(i);
            assertThat(chunk.epoch()).isEqualTo(before.epoch());
            assertThat(chunk.seq()).isEqualTo(before.seq() + before.values().size());
            assertThat(chunk.values().get(0))
                    .isEqualTo(before.values().get(before.values().size() - 1) + 1);
        }
    }
}
