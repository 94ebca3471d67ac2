package dev.sinal.agents;

import static dev.sinal.agents.AgentsHarness.eeg;
import static dev.sinal.agents.AgentsHarness.external;
import static dev.sinal.agents.AgentsHarness.failure;
import static dev.sinal.agents.AgentsHarness.start;
import static dev.sinal.agents.AgentsHarness.stop;
import static dev.sinal.testkit.TestBus.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.contracts.AgentManager;
import dev.sinal.contracts.AgentReport;
import dev.sinal.contracts.AgentStatus;
import dev.sinal.contracts.DrainRequest;
import dev.sinal.contracts.MoveRequest;
import dev.sinal.contracts.NodeReport;
import dev.sinal.contracts.NodeStatus;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.StartReport;
import dev.sinal.contracts.StopReport;
import dev.sinal.testkit.BusKind;
import dev.sinal.testkit.TestDatabase;
import io.vertx.core.Future;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Two managers on a clustered bus over one database: calls and reports reach either of them, in turn. Each test has agents and nodes of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TwoManagersIT {
    private TestDatabase database;
    private AgentsHarness harness;
    private AgentManager manager;

    @BeforeAll
    void open() {
        database = TestDatabase.fresh();
        harness = new AgentsHarness(BusKind.CLUSTERED, database.uri()).startManager();
        harness.startManager(harness.bus.client());
        manager = harness.manager;
        Awaitility.await().until(() -> harness.ready());
    }

    @AfterAll
    void close() {
        harness.close();
        database.close();
    }

    @Test
    void whoWaitsAtOneManagerHearsWhatIsReportedToTheOther() {
        for (int i = 0; i < 4; i++) {
            String id = "waits" + i;
            Future<StartReport> started = manager.start(start(id, eeg(), 20));
            Awaitility.await().until(() -> wanted(id));
            await(manager.report(says("lab", 1, id, 1, "running")));
            assertThat(await(started).ready()).isTrue();

            Future<StopReport> stopped = manager.stop(stop(id, 20));
            Awaitility.await().until(() -> await(manager.status(id)).state().equals("stopping"));
            await(manager.report(says("lab", 1, id, 2, "stopped")));
            assertThat(await(stopped).drained()).isTrue();
        }
    }

    @Test
    void everyChangeIsToldOnceThoughBothManagersHearOfIt() {
        String id = "once";
        await(manager.start(start(id, eeg(), 0)));
        for (String state : List.of("waiting", "running", "degraded", "running")) {
            NodeReport report = says("lab", 1, id, 1, state);
            await(Future.all(
                    manager.report(report), manager.report(report), manager.report(report), manager.report(report)));
        }

        List<String> expected = List.of("starting", "waiting", "running", "degraded", "running");
        Awaitility.await().until(() -> events(id).size() >= expected.size());
        Awaitility.await().until(() -> logRows(id) >= expected.size());
        assertThat(events(id)).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(logRows(id)).isEqualTo(expected.size());
    }

    @Test
    void aNodeIsKnownByItsReportsAndGoneWithoutThem() {
        await(manager.start(start("seen", eeg(), 0)));
        await(manager.report(says("short-lived", 1, "seen", 1, "running")));

        NodeStatus node = node("short-lived");
        assertThat(node.state()).isEqualTo(NodeStatus.ACTIVE);
        assertThat(node.agents()).containsExactly("seen");
        assertThat(node.load()).isEqualTo(500);
        Awaitility.await().until(() -> node("short-lived").state().equals(NodeStatus.GONE));
        assertThat(failure(manager.move(new MoveRequest("seen", "short-lived", 0, null)))
                        .failureCode())
                .isEqualTo(RpcError.CONFLICT.code());
    }

    @Test
    void aMoveIsAWishThatIsKeptAndIsOverWhenTheOtherNodeSpeaksForTheAgent() {
        await(manager.start(start("moved", eeg(), 0)));
        await(manager.report(says("from", 1, "moved", 1, "running")));
        await(manager.report(idle("to", false)));

        Future<AgentStatus> moved = manager.move(new MoveRequest("moved", "to", 20, "ann"));
        Awaitility.await()
                .until(() -> await(manager.desired("to-id")).stream()
                        .anyMatch(agent -> agent.agentId().equals("moved") && "to".equals(agent.node())));
        await(manager.report(says("to", 2, "moved", 1, "running")));

        assertThat(await(moved).node()).isEqualTo("to");
        assertThat(await(moved).state()).isEqualTo("running");
        assertThat(code(manager.move(new MoveRequest("moved", "nowhere", 0, null))))
                .isEqualTo(RpcError.NOT_FOUND);
        assertThat(code(manager.move(new MoveRequest("nobody", "to", 0, null)))).isEqualTo(RpcError.NOT_FOUND);
        await(manager.start(start("pushes", external(), 0)));
        assertThat(code(manager.move(new MoveRequest("pushes", "to", 0, null)))).isEqualTo(RpcError.CONFLICT);
        assertThat(code(manager.move(new MoveRequest("moved", "", 0, null)))).isEqualTo(RpcError.INVALID_PARAMS);
    }

    @Test
    void aDrainNeedsAnotherNodeAndEndsWhenTheNodeIsEmpty() {
        Awaitility.await().until(() -> await(manager.nodes()).stream().noneMatch(NodeStatus::takesAgents));
        await(manager.report(says("full", 1, "drained-agent", 1, "running")));
        assertThat(code(manager.drain(new DrainRequest("full", true, 0, null)))).isEqualTo(RpcError.CONFLICT);
        assertThat(node("full").state()).isEqualTo(NodeStatus.ACTIVE);

        await(manager.report(idle("empty", false)));
        Future<NodeStatus> drained = manager.drain(new DrainRequest("full", true, 20, "ann"));
        Awaitility.await().until(() -> node("full").state().equals(NodeStatus.DRAINING));
        assertThat(code(manager.drain(new DrainRequest("empty", true, 0, null))))
                .as("nobody would be left")
                .isEqualTo(RpcError.CONFLICT);
        await(manager.report(idle("full", true)));
        assertThat(await(drained).state()).isEqualTo(NodeStatus.DRAINED);

        NodeStatus back = await(manager.drain(new DrainRequest("full", false, 0, "ann")));
        assertThat(back.state()).isEqualTo(NodeStatus.ACTIVE);
        assertThat(code(manager.drain(new DrainRequest("nowhere", true, 0, null))))
                .isEqualTo(RpcError.NOT_FOUND);
    }

    private static RpcError code(Future<?> call) {
        return RpcError.of(failure(call));
    }

    private boolean wanted(String id) {
        return await(manager.desired("n")).stream()
                .anyMatch(agent -> agent.agentId().equals(id));
    }

    private NodeStatus node(String name) {
        return await(manager.nodes()).stream()
                .filter(one -> one.node().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private List<String> events(String id) {
        return harness.events.stream()
                .map(event -> event.getJsonObject("payload"))
                .filter(payload -> payload.getString("agent_id").equals(id))
                .map(payload -> payload.getString("state"))
                .toList();
    }

    private long logRows(String id) {
        return harness.store.written.stream()
                .filter(row -> id.equals(row.agentId()))
                .count();
    }

    private static NodeReport says(String node, long fence, String agentId, long generation, String state) {
        AgentReport report = new AgentReport(agentId, generation, fence, state, null, 0, 0, List.of(), List.of());
        return new NodeReport(node + "-id", node, List.of(report), 500.0, false);
    }

    private static NodeReport idle(String node, boolean draining) {
        return new NodeReport(node + "-id", node, List.of(), 0.0, draining);
    }
}
