package dev.sinal.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.testkit.NumberedOutlet;
import dev.sinal.testkit.SampleAccount;
import dev.sinal.testkit.TcpRelay;
import dev.sinal.testkit.TestDatabase;
import dev.sinal.testkit.suite.Cluster;
import dev.sinal.testkit.suite.LiveReader;
import dev.sinal.testkit.suite.NumberedAgent;
import dev.sinal.testkit.suite.SinalProcess;
import dev.sinal.testkit.suite.SuiteClient;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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

/** Two of each service, in ten processes: a client changes gateways, one ingest and one store are killed, the others leave in peace. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class TwoOfEachIT {
    private static final double RATE_HZ = 100;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final List<NumberedAgent> AGENTS = List.of(
            new NumberedAgent("one"), new NumberedAgent("two"), new NumberedAgent("three"), new NumberedAgent("four"));

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path folder;

    private final List<NumberedOutlet> outlets = new ArrayList<>();
    private TestDatabase database;
    private Cluster cluster;
    private SuiteClient first;
    private SuiteClient second;

    @BeforeAll
    void startTwoOfEach() throws Exception {
        database = TestDatabase.fresh();
        cluster = Cluster.prepare(folder, database.uri(), 10, "160m");
        for (String service : List.of("telemetry-store", "lsl-ingest", "agent-manager", "analytics", "api-gateway")) {
            cluster.start(service + "-1", service);
            cluster.start(service + "-2", service);
        }
        for (NumberedAgent agent : AGENTS) {
            outlets.add(agent.outlet(cluster.lsl(), RATE_HZ));
        }
        cluster.processes().forEach(SinalProcess::awaitReady);
        first = cluster.client("api-gateway-1");
        second = cluster.client("api-gateway-2");
    }

    @AfterAll
    void stop() throws Exception {
        for (NumberedOutlet outlet : outlets) {
            outlet.close();
        }
        if (cluster != null) {
            cluster.close();
        }
        database.close();
    }

    @Test
    @Order(1)
    void agentsStartAtOneGatewayAndRunAtTheOther() throws Exception {
        for (NumberedAgent agent : AGENTS) {
            agent.start(first);
            assertThat(agent.runningOn(second)).startsWith("lsl-ingest-");
        }
        for (NumberedAgent agent : AGENTS) {
            agent.awaitStored(second, 100);
        }
    }

    @Test
    @Order(2)
    void aClientThatChangesGatewaysByTurnsReadsEveryRowOnce() throws Exception {
        NumberedAgent agent = AGENTS.get(0);
        try (TcpRelay balancer = TcpRelay.byTurns(List.of(port(first), port(second)))) {
            String cursor = "";
            long next = -1;
            for (int page = 0; page < 8; page++) {
                // A new client each time: a kept connection would stay with its gateway.
                SuiteClient client = new SuiteClient("http://127.0.0.1:" + balancer.port(), cluster.token());
                JsonObject answer = client.get("/telemetry/history?agent_id=" + agent.id() + "&page_size=10" + cursor);
                for (Object item : answer.getJsonArray("items")) {
                    long index = ((JsonObject) item).getJsonObject("metrics").getLong("index");
                    assertThat(index).isEqualTo(next < 0 ? index : next);
                    next = index + 1;
                }
                assertThat(answer.getJsonArray("items")).hasSize(10);
                cursor = "&cursor=" + answer.getString("next_cursor");
                assertThat(client.status(agent.id()).getString("state")).isEqualTo("running");
            }
        }
    }

    @Test
    @Order(3)
    void aLiveReaderGoesOnAtTheOtherGatewayWithoutAHole() throws Exception {
        NumberedAgent agent = AGENTS.get(1);
        try (LiveReader before = LiveReader.watch(first, agent.id(), null)) {
            Awaitility.await().atMost(PATIENCE).until(() -> before.samples() > 100);
            before.close();
            LiveReader.Chunk last = before.chunks().get(before.chunks().size() - 1);
            try (LiveReader after = LiveReader.watch(second, agent.id(), before.cursor())) {
                Awaitility.await().atMost(PATIENCE).until(() -> after.samples() > 100);

                assertThat(after.chunks().get(0).seq())
                        .isEqualTo(last.seq() + last.values().size());
                assertThat(after.otherTypes()).doesNotContain("stream_gap");
            }
        }
    }

    @Test
    @Order(4)
    void theAgentsOfAKilledIngestRunElsewhere() throws Exception {
        String killed = AGENTS.get(0).runningOn(first);

        cluster.node(killed).kill();

        Set<String> nodes = new HashSet<>();
        for (NumberedAgent agent : AGENTS) {
            nodes.add(agent.awaitNodeOtherThan(first, killed));
            agent.awaitMore(first, 50);
        }
        assertThat(nodes).hasSize(1);
        // Its log may hold what it had accepted and not yet sent.
        cluster.again(killed).awaitReady();
    }

    @Test
    @Order(5)
    void aKilledStoreIsReplacedByTheOther() throws Exception {
        cluster.node("telemetry-store-1").kill();

        for (NumberedAgent agent : AGENTS) {
            agent.awaitMore(first, 100);
        }
    }

    @Test
    @Order(6)
    void aGatewayAManagerAndAnAnalyticsLeaveAndTheOthersServe() throws Exception {
        for (String leaving : List.of("api-gateway-1", "agent-manager-1", "analytics-1")) {
            assertThat(cluster.node(leaving).terminate())
                    .as(cluster.node(leaving).log())
                    .isZero();
        }

        NumberedAgent agent = AGENTS.get(2);
        JsonObject answer = second.post("/analysis/run", """
                {"analysis_type": "describe", "variables": ["index"], "filters": {"agent_id": "%s"}}""".formatted(agent.id()));
        assertThat(answer.getJsonObject("result").getJsonObject("index").getLong("n"))
                .isPositive();
        // Another agent on the same outlet: what a user stops is no loss, and is not part of the account.
        second.post("/agents/start", """
                {"agent_id": "late", "wait_s": 60, "require": "running",
                 "spec": {"kind": "lsl", "streams": [{"query": "source_id='%s'"}]}}""".formatted(agent.sourceId()));
        assertThat(new NumberedAgent("late").stop(second).getBoolean("drained")).isTrue();
        assertThat(second.status("late").getString("state")).isEqualTo("stopped");
    }

    @Test
    @Order(7)
    void everySampleIsStoredOnceOrInsideARecordedGap() throws Exception {
        for (NumberedAgent agent : AGENTS) {
            assertThat(agent.stop(second).getBoolean("drained")).isTrue();
        }
        for (int i = 0; i < AGENTS.size(); i++) {
            NumberedAgent agent = AGENTS.get(i);
            SampleAccount account = agent.awaitBalance(second);
            System.out.println("two of each, agent " + agent.id() + ": sent="
                    + outlets.get(i).sent() + " " + account.figures());
            assertThat(account.faults()).isEmpty();
        }
    }

    @Test
    @Order(8)
    void theyEndWithZero() throws Exception {
        List<SinalProcess> left =
                cluster.processes().stream().filter(SinalProcess::alive).toList();
        left.forEach(SinalProcess::askToStop);

        for (SinalProcess process : left) {
            assertThat(process.awaitEnd()).as(process.log()).isZero();
        }
    }

    private static int port(SuiteClient client) {
        return URI.create(client.url()).getPort();
    }
}
