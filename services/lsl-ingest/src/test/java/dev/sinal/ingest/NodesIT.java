package dev.sinal.ingest;

import static dev.sinal.testkit.TestBus.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.AgentReport;
import dev.sinal.contracts.AgentSpec;
import dev.sinal.contracts.ChunkEnvelope;
import dev.sinal.contracts.DesiredAgent;
import dev.sinal.contracts.LslDirectory;
import dev.sinal.contracts.NodeReport;
import dev.sinal.contracts.StoreNote;
import dev.sinal.contracts.StreamSpec;
import dev.sinal.contracts.VisibleStream;
import dev.sinal.ingest.net.LslPorts;
import dev.sinal.lsl.LslConfig;
import dev.sinal.runtime.Health;
import dev.sinal.runtime.NodeContext;
import dev.sinal.runtime.Proxies;
import dev.sinal.runtime.Settings;
import dev.sinal.runtime.SinalModule;
import dev.sinal.testkit.BusKind;
import dev.sinal.testkit.NumberedOutlet;
import dev.sinal.testkit.TestBus;
import dev.sinal.testkit.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two collecting nodes on a clustered bus, with real LSL sockets and a real PostgreSQL; every sample has its number. */
class NodesIT {
    private static final double RATE = 200;

    @TempDir
    Path folder;

    private final LslConfig lsl = LslPorts.own();
    private final List<NumberedOutlet> outlets = new ArrayList<>();
    private final Map<String, SinalModule.Running> nodes = new HashMap<>();
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private TestDatabase database;
    private TestBus bus;
    private ScriptedManager manager;
    private ScriptedStore store;

    @BeforeEach
    void open() throws Exception {
        database = TestDatabase.fresh();
        bus = BusKind.CLUSTERED.open();
        manager = new ScriptedManager(bus.server());
        store = ScriptedStore.honest(bus.server());
        start("node-a", bus.server());
        start("node-b", bus.client());
        slowly().until(() -> manager.reportOf("node-a") != null && manager.reportOf("node-b") != null);
    }

    @AfterEach
    void close() throws Exception {
        nodes.values().forEach(node -> await(node.stop()));
        for (NumberedOutlet outlet : outlets) {
            outlet.close();
        }
        bus.close();
        database.close();
    }

    @Test
    void anAgentThatIsMovedLosesNothingAndHasNothingTwice() throws Exception {
        outlet("x");
        firstCollectedByA(agent("x", 1, true, "node-a"));

        manager.want(agent("x", 1, true, "node-b"));
        slowly().until(() ->
                agentsOf("node-b").contains("x") && agentsOf("node-a").isEmpty());
        slowly().until(() -> samplesOf("node-b") > 2 * RATE);
        manager.want(agent("x", 1, true, "node-a"));
        slowly().until(() ->
                agentsOf("node-a").contains("x") && agentsOf("node-b").isEmpty());
        long before = store.samples();
        slowly().until(() -> store.samples() > before + 4 * RATE);

        theAccountBalances();
        assertThat(metrics.counter("sinal.ingest.handovers", "outcome", "done").count())
                .isEqualTo(2);
        assertThat(store.heads().stream().map(ChunkEnvelope::fence).distinct()).containsExactly(1L, 2L, 3L);
    }

    @Test
    void aNodeThatStopsHandsItsAgentsOverWhileItCollects() throws Exception {
        outlet("x");
        manager.want(agent("x", 1, true, "node-b"));
        slowly().until(() -> agentsOf("node-b").contains("x") && samplesOf("node-b") > RATE);
        // Whoever has taken an agent from another node knows that there is one.
        manager.want(agent("x", 1, true, "node-a"));
        slowly().until(() ->
                agentsOf("node-a").contains("x") && agentsOf("node-b").isEmpty());
        slowly().until(() -> samplesOf("node-a") > RATE);
        long before = samplesOf("node-b");

        await(nodes.remove("node-a").stop());
        slowly().until(() -> samplesOf("node-b") > before + 2 * RATE);

        theAccountBalances();
    }

    @Test
    void aDrainedNodeGivesItsAgentsAway() throws Exception {
        List<String> four = List.of("x1", "x2", "x3", "x4");
        for (String name : four) {
            outlet(name);
        }
        // Wishes, because who comes first among equals depends on who is awake: LeaseKeeperIT holds how they spread.
        four.forEach(name -> manager.want(agent(name, 1, true, name.compareTo("x3") < 0 ? "node-a" : "node-b")));
        slowly().until(() ->
                agentsOf("node-a").size() == 2 && agentsOf("node-b").size() == 2);
        slowly().until(() -> manager.reportOf("node-a").load() > RATE);

        manager.drain("node-a", true);
        slowly().until(() ->
                agentsOf("node-b").size() == 4 && agentsOf("node-a").isEmpty());
        assertThat(manager.reportOf("node-a").draining()).isTrue();
        long before = store.samples();
        slowly().until(() -> store.samples() > before + 8 * RATE);
        theAccountBalances();

        manager.drain("node-a", false);
        slowly().until(() -> !manager.reportOf("node-a").draining());
        assertThat(agentsOf("node-b"))
                .as("nothing that runs is moved by itself")
                .hasSize(4);
    }

    @Test
    void anExclusiveAgentIsNeverCollectedByTwo() throws Exception {
        outlet("x");
        firstCollectedByA(exclusive("x", "node-a"));

        manager.want(exclusive("x", "node-b"));
        slowly().until(() -> samplesOf("node-b") > RATE);

        List<Double> values = store.values();
        assertThat(values).doesNotHaveDuplicates();
        assertThat(store.heads().stream().map(ChunkEnvelope::fence).distinct()).containsExactly(1L, 2L);
        assertThat(metrics.find("sinal.ingest.handovers").counters())
                .as("one ends before the other begins")
                .isEmpty();
    }

    @Test
    void whoCollectsAStreamIsKnownOnEveryNode() throws Exception {
        outlet("x");
        manager.want(agent("x", 1, true, "node-b"));
        slowly().until(() -> samplesOf("node-b") > 0);
        LslDirectory directory =
                Proxies.of(bus.server(), LslDirectory.class, Addresses.LSL_DIRECTORY, Duration.ofSeconds(15));

        Set<String> told = new java.util.HashSet<>();
        slowly().until(() -> {
            VisibleStream seen = await(directory.resolve("name='x'", 2)).get(0);
            return seen.collectedBy().equals(List.of("x")) && told.add(seen.seenBy()) && told.size() == 2;
        });
    }

    /**
     * A node that wakes up first may take an agent that is wished elsewhere, and hand it over a moment later. Here the other one takes nothing until
     * node-a has it, so that the lease has its first fence and nothing was moved.
     */
    private void firstCollectedByA(DesiredAgent agent) {
        manager.drain("node-b", true);
        slowly().until(() -> manager.reportOf("node-b").draining());
        manager.want(agent);
        slowly().until(() -> agentsOf("node-a").contains(agent.agentId()) && store.samples() > RATE);
        manager.drain("node-b", false);
        slowly().until(() -> !manager.reportOf("node-b").draining());
    }

    /** 0, 1, 2 … up to the last: none is missing, none is there twice, and nobody speaks of a gap. */
    private void theAccountBalances() {
        Map<String, List<Integer>> numbers = new HashMap<>();
        for (var block : store.committed()) {
            List<Integer> of = numbers.computeIfAbsent(block.streamId(), id -> new ArrayList<>());
            for (int i = 0; i < block.size(); i++) {
                of.add((int) block.column(0).doubleAt(i));
            }
        }
        numbers.values().forEach(of -> {
            List<Integer> sorted = of.stream().sorted().toList();
            int first = sorted.get(0);
            // The lanes of two nodes may be at different places: what counts is what is there up to the first that is
            // still under way.
            List<Integer> expected =
                    IntStream.range(first, first + sorted.size()).boxed().toList();
            assertThat(sorted).isEqualTo(expected);
        });
        assertThat(store.notes(StoreNote.GAP)).isEmpty();
        Set<String> reasons = store.notes(StoreNote.EPOCH_CLOSED).stream()
                .map(note -> note.payload().getString("reason"))
                .collect(Collectors.toSet());
        assertThat(reasons).containsExactly("handed_over");
    }

    private long samplesOf(String node) {
        long samples = 0;
        List<ChunkEnvelope> heads = store.heads();
        var blocks = store.committed();
        for (int i = 0; i < heads.size() && i < blocks.size(); i++) {
            samples += heads.get(i).node().equals(node) ? blocks.get(i).size() : 0;
        }
        return samples;
    }

    private Set<String> agentsOf(String node) {
        NodeReport report = manager.reportOf(node);
        return report.agents().stream()
                .filter(agent -> agent.state().equals("running"))
                .map(AgentReport::agentId)
                .collect(Collectors.toSet());
    }

    private void outlet(String name) throws Exception {
        outlets.add(NumberedOutlet.start(lsl, name, "src-" + name, RATE));
    }

    private static DesiredAgent agent(String name, long generation, boolean wanted, String node) {
        return new DesiredAgent(name, new AgentSpec(AgentSpec.LSL, streams(name)), generation, wanted, node);
    }

    private static DesiredAgent exclusive(String name, String node) {
        return new DesiredAgent(name, new AgentSpec(AgentSpec.LSL, streams(name), true), 1, true, node);
    }

    private static List<StreamSpec> streams(String name) {
        return List.of(new StreamSpec("name='" + name + "'", null, null, null, null, null, null, null));
    }

    private void start(String name, Vertx vertx) throws Exception {
        Path data = Files.createDirectories(folder.resolve(name));
        Map<String, String> flags = new HashMap<>();
        flags.put("database.uri", database.uri());
        flags.put("lsl.loopback", "true");
        flags.put("lsl.multicastPort", Integer.toString(lsl.multicastPort()));
        flags.put("lsl.basePort", Integer.toString(lsl.basePort()));
        flags.put("lsl.portRange", Integer.toString(lsl.portRange()));
        flags.put("lsl.sessionId", lsl.sessionId());
        flags.put("ingest.log.minFreeBytes", "0");
        Settings settings = Settings.of(flags);
        SinalModule.Starter starter = new LslIngestModule().configure(settings);
        settings.refuseUnknown();
        nodes.put(name, await(starter.start(new NodeContext(vertx, name + "-id", name, data, metrics, new Health()))));
    }

    private static ConditionFactory slowly() {
        return org.awaitility.Awaitility.await().atMost(Duration.ofSeconds(90));
    }
}
