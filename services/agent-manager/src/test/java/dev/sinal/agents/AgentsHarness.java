package dev.sinal.agents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.AgentManager;
import dev.sinal.contracts.AgentReport;
import dev.sinal.contracts.AgentSpec;
import dev.sinal.contracts.NodeReport;
import dev.sinal.contracts.Position;
import dev.sinal.contracts.StartRequest;
import dev.sinal.contracts.StopRequest;
import dev.sinal.contracts.StreamSpec;
import dev.sinal.contracts.StreamStatus;
import dev.sinal.contracts.TelemetryStore;
import dev.sinal.contracts.WaitingFor;
import dev.sinal.contracts.acp.AcpMessage;
import dev.sinal.runtime.Health;
import dev.sinal.runtime.NodeContext;
import dev.sinal.runtime.Proxies;
import dev.sinal.runtime.Settings;
import dev.sinal.runtime.SinalModule.Running;
import dev.sinal.testkit.BusKind;
import dev.sinal.testkit.TestBus;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.serviceproxy.ServiceException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;

/** Agent-manager on a real bus and a real database, with a collector that says what the test wants. */
final class AgentsHarness implements AutoCloseable {
    final TestBus bus;
    final RecordingStore store = new RecordingStore();
    final List<JsonObject> events = new CopyOnWriteArrayList<>();
    final List<String> changed = new CopyOnWriteArrayList<>();
    final AgentManager manager;
    private final List<Health> healths = new ArrayList<>();
    final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final String databaseUri;
    private final List<Running> running = new ArrayList<>();

    AgentsHarness(BusKind kind, String databaseUri) {
        this.databaseUri = databaseUri;
        bus = kind.open();
        Proxies.serve(bus.server(), TelemetryStore.class, Addresses.STORE, store);
        var events = bus.client().eventBus().<JsonObject>consumer(Addresses.event(AcpMessage.AGENT_STATUS));
        events.handler(message -> this.events.add(message.body()));
        var changes = bus.client().eventBus().<JsonObject>consumer(Addresses.AGENTS_CHANGED);
        changes.handler(message -> changed.add(message.body().getString("agent_id")));
        TestBus.await(events.completion());
        TestBus.await(changes.completion());
        manager = Proxies.of(bus.client(), AgentManager.class, Addresses.AGENTS, Duration.ofSeconds(70));
    }

    /** Starts a manager; may be called again for a second one. */
    AgentsHarness startManager() {
        return startManager(bus.server());
    }

    AgentsHarness startManager(Vertx vertx) {
        Settings settings = Settings.of(Map.of("database.uri", databaseUri, "agents.silence", "2s"));
        Health health = new Health();
        healths.add(health);
        NodeContext node = new NodeContext(vertx, "node", "lab", Path.of("target"), metrics, health);
        running.add(TestBus.await(new AgentManagerModule().configure(settings).start(node)));
        settings.refuseUnknown();
        return this;
    }

    boolean ready() {
        return healths.stream().allMatch(Health::ready);
    }

    void stopManagers() {
        running.forEach(manager -> TestBus.await(manager.stop()));
        running.clear();
        healths.clear();
    }

    @Override
    public void close() {
        stopManagers();
        bus.close();
    }

    static AgentSpec eeg() {
        return lsl("type='EEG'");
    }

    static AgentSpec lsl(String query) {
        return new AgentSpec("lsl", List.of(new StreamSpec(query, "eeg", null, null, null, null, null, null)));
    }

    static AgentSpec external() {
        return new AgentSpec("external", List.of());
    }

    static StartRequest start(String id, AgentSpec spec, double waitS) {
        return new StartRequest(id, spec, waitS, null, "ann");
    }

    static StopRequest stop(String id, double waitS) {
        return new StopRequest(id, waitS, "ann");
    }

    /** What a collector says of one agent with one stream. */
    static NodeReport says(String agentId, long generation, String state, long pending) {
        StreamStatus stream = new StreamStatus(
                "s1", "eeg", "running", 250, 250, 0.1, 99L, 0, null, new Position(7, 50), new Position(7, 42));
        List<WaitingFor> waiting =
                state.equals("waiting") ? List.of(new WaitingFor("type='EEG'", "not_found", List.of())) : List.of();
        return new NodeReport(
                "n1",
                "lab",
                List.of(new AgentReport(agentId, generation, 1, state, null, 0, pending, waiting, List.of(stream))));
    }

    long generationWanted(String agentId) {
        return TestBus.await(manager.desired("n1")).stream()
                .filter(agent -> agent.agentId().equals(agentId))
                .findFirst()
                .orElseThrow()
                .generation();
    }

    /** Runs an agent: commanded, and reported as running. */
    void run(String agentId) {
        TestBus.await(manager.start(start(agentId, eeg(), 0)));
        TestBus.await(manager.report(says(agentId, generationWanted(agentId), "running", 0)));
    }

    static ServiceException failure(Future<?> call) {
        try {
            Object answer = TestBus.await(call);
            throw new AssertionError("expected a failure, got " + answer);
        } catch (CompletionException failed) {
            assertThat(failed.getCause()).isInstanceOf(ServiceException.class);
            return (ServiceException) failed.getCause();
        }
    }
}
