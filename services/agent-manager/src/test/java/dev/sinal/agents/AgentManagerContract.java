package dev.sinal.agents;

import static dev.sinal.agents.AgentsHarness.eeg;
import static dev.sinal.agents.AgentsHarness.external;
import static dev.sinal.agents.AgentsHarness.failure;
import static dev.sinal.agents.AgentsHarness.lsl;
import static dev.sinal.agents.AgentsHarness.says;
import static dev.sinal.agents.AgentsHarness.start;
import static dev.sinal.agents.AgentsHarness.stop;
import static dev.sinal.testkit.TestBus.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sinal.contracts.Admission;
import dev.sinal.contracts.AgentManager;
import dev.sinal.contracts.AgentSpec;
import dev.sinal.contracts.AgentStatus;
import dev.sinal.contracts.DesiredAgent;
import dev.sinal.contracts.LogEntry;
import dev.sinal.contracts.NodeReport;
import dev.sinal.contracts.Position;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.StartReport;
import dev.sinal.contracts.StartRequest;
import dev.sinal.contracts.StopReport;
import dev.sinal.contracts.StreamSpec;
import dev.sinal.contracts.WaitingFor;
import dev.sinal.contracts.acp.AcpSchemas;
import dev.sinal.testkit.BusKind;
import dev.sinal.testkit.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.Validator;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What every caller may rely on, whichever bus lies between. Each test has agents of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class AgentManagerContract {
    private final BusKind kind;
    private TestDatabase database;
    private AgentsHarness harness;
    private AgentManager manager;

    AgentManagerContract(BusKind kind) {
        this.kind = kind;
    }

    @BeforeAll
    void open() {
        database = TestDatabase.fresh();
        harness = new AgentsHarness(kind, database.uri()).startManager();
        manager = harness.manager;
        await().until(() -> harness.ready());
    }

    @AfterAll
    void close() {
        if (harness != null) {
            harness.close();
        }
        database.close();
    }

    @Test
    void anUnknownAgentWithoutSpecIsNotFound() {
        assertThat(failure(manager.start(start("nobody", null, 0))).failureCode())
                .isEqualTo(RpcError.NOT_FOUND.code());
        assertThat(failure(manager.stop(stop("nobody", 0))).failureCode()).isEqualTo(RpcError.NOT_FOUND.code());
        assertThat(failure(manager.status("nobody")).failureCode()).isEqualTo(RpcError.NOT_FOUND.code());
        assertThat(failure(manager.spec("nobody")).failureCode()).isEqualTo(RpcError.NOT_FOUND.code());
        assertThat(failure(manager.remove("nobody", null)).failureCode()).isEqualTo(RpcError.NOT_FOUND.code());
    }

    @Test
    void badInputNamesItsFieldAndChangesNothing() {
        assertThat(pointer(manager.start(start("start", eeg(), 0)))).isEqualTo("/agent_id");
        assertThat(pointer(manager.start(start("bad", lsl(" "), 0)))).isEqualTo("/spec/streams/0/query");
        assertThat(pointer(manager.start(start("bad", eeg(), 61)))).isEqualTo("/wait_s");
        assertThat(pointer(manager.start(start("bad", eeg(), -1)))).isEqualTo("/wait_s");
        assertThat(pointer(manager.start(new StartRequest("bad", eeg(), 0, "fast", null))))
                .isEqualTo("/require");
        assertThat(pointer(manager.stop(stop("bad", 61)))).isEqualTo("/wait_s");
        assertThat(pointer(manager.report(
                        new NodeReport("n1", "lab", says("bad", 1, "flying", 0).agents()))))
                .isEqualTo("/agents/0/state");
        assertThat(failure(manager.status("bad")).failureCode()).isEqualTo(RpcError.NOT_FOUND.code());
    }

    @Test
    void aPipelineIsUnderstoodButImpossible() {
        AgentSpec spec = new AgentSpec(
                "lsl",
                List.of(new StreamSpec(
                        "type='EEG'", null, null, null, null, null, new JsonArray().add("notch"), null)));

        var failure = failure(manager.start(start("piped", spec, 0)));

        assertThat(failure.failureCode()).isEqualTo(RpcError.IMPOSSIBLE.code());
        assertThat(failure.getDebugInfo().getString("code")).isEqualTo("unsupported");
    }

    @Test
    void aStartIsAnsweredAsSoonAsTheCollectorReportsRunning() {
        Future<StartReport> started = manager.start(start("prompt", eeg(), 60));
        await().until(() -> harness.changed.contains("prompt"));
        await(manager.report(says("prompt", harness.generationWanted("prompt"), "running", 0)));

        assertThat(await(started)).isEqualTo(new StartReport("prompt", "started", "running", true, List.of()));
    }

    @Test
    void aStartThatIsNotReadySaysWhatItWaitsFor() {
        StartReport alone = await(manager.start(start("alone", eeg(), 0)));
        await(manager.report(says("alone", harness.generationWanted("alone"), "waiting", 0)));
        StartReport waiting = await(manager.start(start("alone", null, 0.1)));

        assertThat(alone.state()).isEqualTo("starting");
        assertThat(alone.ready()).isFalse();
        assertThat(alone.waitingFor()).containsExactly(new WaitingFor("type='EEG'", "no_collector", List.of()));
        assertThat(waiting.state()).isEqualTo("waiting");
        assertThat(waiting.waitingFor()).containsExactly(new WaitingFor("type='EEG'", "not_found", List.of()));
    }

    @Test
    void aRequirementThatIsUnmetConflicts() {
        var failure = failure(manager.start(new StartRequest("demanding", eeg(), 0.1, "running", null)));

        assertThat(failure.failureCode()).isEqualTo(RpcError.CONFLICT.code());
        assertThat(failure.getDebugInfo().getString("state")).isEqualTo("starting");
        assertThat(failure.getDebugInfo()
                        .getJsonArray("waiting_for")
                        .getJsonObject(0)
                        .getString("reason"))
                .isEqualTo("no_collector");
    }

    @Test
    void startingAgainChangesNothingAndAnotherSpecRaisesTheGeneration() {
        harness.run("twice");
        long first = harness.generationWanted("twice");

        assertThat(await(manager.start(start("twice", eeg(), 0))).ready()).isTrue();
        assertThat(harness.generationWanted("twice")).isEqualTo(first);
        assertThat(await(manager.start(start("twice", lsl("type='ECG'"), 0))).state())
                .isEqualTo("starting");
        assertThat(harness.generationWanted("twice")).isEqualTo(first + 1);
        assertThat(await(manager.spec("twice"))).isEqualTo(lsl("type='ECG'"));
    }

    @Test
    void aStopIsAnsweredWhenEverythingIsCommitted() {
        harness.run("drained");
        Future<StopReport> stopped = manager.stop(stop("drained", 60));
        await().until(() -> harness.changed.stream().filter("drained"::equals).count() == 2);
        DesiredAgent wanted = wanted("drained");
        await(manager.report(says("drained", wanted.generation(), "stopped", 0)));

        assertThat(wanted.running()).isFalse();
        StopReport report = await(stopped);
        assertThat(report.status()).isEqualTo("stopped");
        assertThat(report.drained()).isTrue();
        assertThat(report.committed()).containsEntry("eeg", new Position(7, 42));
        assertThat(await(manager.desired("n1")))
                .noneMatch(agent -> agent.agentId().equals("drained"));
    }

    @Test
    void aStopThatIsOverTooSoonSaysWhatIsPending() {
        harness.run("hasty");
        await(manager.stop(stop("hasty", 0)));
        await(manager.report(says("hasty", wanted("hasty").generation(), "stopped", 5)));

        StopReport report = await(manager.stop(stop("hasty", 0.1)));

        assertThat(report.status()).isEqualTo("stopping");
        assertThat(report.drained()).isFalse();
        assertThat(report.pending()).isEqualTo(5);
    }

    @Test
    void anExternalAgentRunsAtOnceAndIsAdmitted() {
        StartReport started = await(manager.start(start("pusher", external(), 10)));
        Admission admission = await(manager.admit("pusher", false));
        StopReport stopped = await(manager.stop(stop("pusher", 10)));

        assertThat(started.ready()).isTrue();
        assertThat(admission.created()).isFalse();
        assertThat(stopped.status()).isEqualTo("stopped");
        assertThat(failure(manager.admit("pusher", true)).failureCode()).isEqualTo(RpcError.CONFLICT.code());
        assertThat(await(manager.desired("n1")))
                .noneMatch(agent -> agent.agentId().equals("pusher"));
    }

    @Test
    void anUnknownAgentIsCreatedForPushingOnlyByThoseWhoMay() {
        assertThat(failure(manager.admit("fresh", false)).failureCode()).isEqualTo(RpcError.NOT_FOUND.code());
        assertThat(await(manager.admit("fresh", true)).created()).isTrue();
        assertThat(await(manager.admit("fresh", true)).created()).isFalse();
        assertThat(await(manager.status("fresh")).kind()).isEqualTo("external");
    }

    @Test
    void nobodyPushesToAnLslAgent() {
        harness.run("reader");

        assertThat(failure(manager.admit("reader", true)).failureCode()).isEqualTo(RpcError.CONFLICT.code());
    }

    @Test
    void anotherKindConflictsUntilTheAgentIsRemoved() {
        await(manager.start(start("kindly", external(), 0)));

        assertThat(failure(manager.start(start("kindly", eeg(), 0))).failureCode())
                .isEqualTo(RpcError.CONFLICT.code());
        await(manager.remove("kindly", "ann"));
        assertThat(await(manager.start(start("kindly", eeg(), 0))).state()).isEqualTo("starting");
    }

    @Test
    void aRemovedAgentIsGoneAndItsGenerationsGoOn() {
        await(manager.start(start("phoenix", external(), 0)));
        long before = await(manager.status("phoenix")).generation();
        await(manager.remove("phoenix", "ann"));

        assertThat(failure(manager.status("phoenix")).failureCode()).isEqualTo(RpcError.NOT_FOUND.code());
        assertThat(await(manager.list())).noneMatch(agent -> agent.agentId().equals("phoenix"));
        await(manager.start(start("phoenix", external(), 0)));
        assertThat(await(manager.status("phoenix")).generation()).isGreaterThan(before);
    }

    @Test
    void aRunningAgentThatIsRemovedIsStoppedFirst() {
        harness.run("leaving");
        Future<Void> removed = manager.remove("leaving", "ann");
        await().until(() -> !wanted("leaving").running());
        await(manager.report(says("leaving", wanted("leaving").generation(), "stopped", 0)));
        await(removed);

        assertThat(await(manager.desired("n1")))
                .noneMatch(agent -> agent.agentId().equals("leaving"));
        assertThat(failure(manager.status("leaving")).failureCode()).isEqualTo(RpcError.NOT_FOUND.code());
    }

    @Test
    void allAgentsAreListedById() {
        await(manager.start(start("list-b", external(), 0)));
        await(manager.start(start("list-a", external(), 0)));

        List<String> ids =
                await(manager.list()).stream().map(AgentStatus::agentId).toList();
        assertThat(ids).contains("list-a", "list-b").isSorted();
    }

    @Test
    void everyChangeIsAnEventAndALogRow() {
        harness.run("told");

        await().untilAsserted(() -> assertThat(eventsOf("told")).containsExactly("starting", "running"));
        await().untilAsserted(() ->
                assertThat(logsOf("told")).containsExactly("agent told is starting", "agent told is running"));
        JsonObject event = harness.events.stream()
                .filter(message ->
                        message.getJsonObject("payload").getString("state").equals("running")
                                && message.getJsonObject("payload")
                                        .getString("agent_id")
                                        .equals("told"))
                .findFirst()
                .orElseThrow();
        assertThat(event.getString("type")).isEqualTo("agent_status");
        assertThat(event.getJsonObject("payload").getString("previous")).isEqualTo("starting");
        assertThat(event.getJsonObject("payload").getString("since")).endsWith("Z");
    }

    @Test
    void aSilentCollectorDegradesItsAgentsUntilItIsHeardAgain() {
        harness.run("quiet");
        long generation = harness.generationWanted("quiet");

        await().atMost(Duration.ofSeconds(30))
                .until(() -> await(manager.status("quiet")).state().equals("degraded"));
        AgentStatus silent = await(manager.status("quiet"));
        await(manager.report(says("quiet", generation, "running", 0)));

        assertThat(silent.reason()).isEqualTo("no_collector");
        assertThat(silent.waitingFor()).containsExactly(new WaitingFor("type='EEG'", "no_collector", List.of()));
        assertThat(await(manager.status("quiet")).state()).isEqualTo("running");
        assertThat(eventsOf("quiet")).contains("degraded");
    }

    @Test
    void eventsAreAsPublished() {
        harness.run("schematic");
        await().untilAsserted(() -> assertThat(eventsOf("schematic")).containsExactly("starting", "running"));
        JsonSchemaOptions options = new JsonSchemaOptions()
                .setDraft(Draft.DRAFT202012)
                .setBaseUri("https://sinal.dev/")
                .setOutputFormat(OutputFormat.Basic);
        Validator schema = Validator.create(JsonSchema.of(AcpSchemas.of("agent_status")), options);

        assertThat(harness.events)
                .allSatisfy(event -> assertThat(schema.validate(event).getValid())
                        .as(event.encode())
                        .isTrue());
    }

    private DesiredAgent wanted(String id) {
        return await(manager.desired("n1")).stream()
                .filter(agent -> agent.agentId().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private List<String> eventsOf(String id) {
        return harness.events.stream()
                .map(event -> event.getJsonObject("payload"))
                .filter(payload -> payload.getString("agent_id").equals(id))
                .map(payload -> payload.getString("state"))
                .toList();
    }

    private List<String> logsOf(String id) {
        return harness.store.written.stream()
                .filter(entry -> id.equals(entry.agentId()))
                .map(LogEntry::message)
                .toList();
    }

    private static String pointer(Future<?> call) {
        var failure = failure(call);
        assertThat(failure.failureCode()).isEqualTo(RpcError.INVALID_PARAMS.code());
        return failure.getDebugInfo().getJsonArray("errors").getJsonObject(0).getString("pointer");
    }
}
