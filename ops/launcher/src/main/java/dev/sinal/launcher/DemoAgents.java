package dev.sinal.launcher;

import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.AgentManager;
import dev.sinal.contracts.AgentSpec;
import dev.sinal.contracts.AgentStatus;
import dev.sinal.contracts.StartReport;
import dev.sinal.contracts.StartRequest;
import dev.sinal.contracts.StreamSpec;
import dev.sinal.runtime.Proxies;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;

/** The agents of {@code ./sinal demo}: two that collect the simulator's own streams and one that waits for posted data. */
final class DemoAgents {
    static final List<String> COLLECTING = List.of("headset", "vitals");
    private static final double WAIT_S = 30;

    private final AgentManager agents;
    private final String prefix;

    /** @param instance of the simulator: other people's streams of the same type are left alone */
    DemoAgents(Vertx vertx, String instance) {
        this.agents = Proxies.of(vertx, AgentManager.class, Addresses.AGENTS, Duration.ofSeconds(60));
        this.prefix = "sinal-demo-" + instance + "-";
    }

    Future<Void> start() {
        Future<StartReport> headset = start(
                "headset",
                lsl(List.of(
                        stream("eeg", "eeg", null),
                        stream("ecg", "ecg", null),
                        stream("markers", "markers", "markers"))));
        Future<StartReport> vitals =
                start("vitals", lsl(List.of(stream("hr", "hr", null), stream("temp", "temp", null))));
        Future<StartReport> external = start("abc123", new AgentSpec(AgentSpec.EXTERNAL, List.of()));
        return Future.all(headset, vitals, external).mapEmpty();
    }

    /** Whether both agents run and a sample of each is in the database. */
    Future<Boolean> collecting() {
        return Future.all(COLLECTING.stream().map(agents::status).toList())
                .map(all -> all.<AgentStatus>list().stream().allMatch(DemoAgents::committing));
    }

    private static boolean committing(AgentStatus status) {
        return status.state().equals(AgentStatus.RUNNING)
                && status.streams().stream().anyMatch(stream -> stream.committed() != null);
    }

    private Future<StartReport> start(String id, AgentSpec spec) {
        return agents.start(new StartRequest(id, spec, WAIT_S, null, "demo"));
    }

    private static AgentSpec lsl(List<StreamSpec> streams) {
        return new AgentSpec(AgentSpec.LSL, streams);
    }

    /** Markers come when they come: the agent runs without one. */
    private StreamSpec stream(String source, String name, @org.jspecify.annotations.Nullable String role) {
        return new StreamSpec(
                "source_id='" + prefix + source + "'", name, StreamSpec.ONE, role == null, role, List.of(), null, null);
    }
}
