package dev.sinal.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sinal.chunk.SampleBlock;
import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.AgentReport;
import dev.sinal.contracts.AgentSpec;
import dev.sinal.contracts.DesiredAgent;
import dev.sinal.contracts.LslDirectory;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.StoreNote;
import dev.sinal.contracts.StreamSpec;
import dev.sinal.contracts.VisibleStream;
import dev.sinal.ingest.net.LslPorts;
import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.Lsl;
import dev.sinal.lsl.LslConfig;
import dev.sinal.lsl.Outlet;
import dev.sinal.lsl.OutletOptions;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.runtime.Health;
import dev.sinal.runtime.NodeContext;
import dev.sinal.runtime.Proxies;
import dev.sinal.runtime.Settings;
import dev.sinal.runtime.SinalModule;
import dev.sinal.testkit.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.DoubleStream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole service: real LSL sockets, real bus, real PostgreSQL, with the other services' ends scripted. */
class LslIngestModuleIT {
    @TempDir
    Path folder;

    private final LslConfig lsl = LslPorts.own();
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private TestDatabase database;
    private Vertx vertx;
    private Lsl producer;
    private ScriptedManager manager;
    private ScriptedStore store;
    private SinalModule.Running running;

    @BeforeEach
    void open() throws Exception {
        database = TestDatabase.fresh();
        vertx = Vertx.vertx();
        producer = Lsl.create(vertx, lsl);
        manager = new ScriptedManager(vertx);
        store = ScriptedStore.honest(vertx);
        running = start("node-a", folder.resolve("a"), database.uri());
    }

    @AfterEach
    void close() throws Exception {
        get(running.stop());
        get(producer.close());
        get(vertx.close());
        database.close();
    }

    @Test
    void anAgentThatIsWantedCollectsAndOneThatIsNotAnyMoreDrains() throws Exception {
        Outlet outlet = outlet();
        manager.want(agent(1, true));
        get(outlet.whenConsumers(1));
        push(outlet, 0, 300);

        slowly().until(() -> store.samples() == 300 && state().equals("running"));
        assertThat(store.heads().get(0).fence()).isEqualTo(1);
        assertThat(store.heads().get(0).node()).isEqualTo("node-a");

        manager.want(agent(2, false));
        slowly().until(() -> state().equals("stopped"));
        AgentReport report = manager.heard("a1");
        assertThat(report.generation()).isEqualTo(2);
        assertThat(report.pending()).isZero();
        assertThat(report.streams().get(0).committed().seq()).isEqualTo(300);
        assertThat(store.values()).containsExactlyElementsOf(numbers(300));
        assertThat(metrics.counter("sinal.ingest.samples", "stage", "committed").count())
                .isEqualTo(300);
    }

    @Test
    void afterARestartTheStreamGoesOnWithAGapThatNamesTheCollector() throws Exception {
        Outlet outlet = outlet();
        manager.want(agent(1, true));
        get(outlet.whenConsumers(1));
        push(outlet, 0, 100);
        slowly().until(() -> store.samples() == 100);

        get(running.stop());
        running = start("node-a", folder.resolve("a"), database.uri());
        get(outlet.whenConsumers(1));
        push(outlet, 100, 100);

        slowly().until(() -> store.samples() == 200);
        assertThat(store.committed().stream().map(SampleBlock::streamId).distinct())
                .hasSize(1);
        slowly().until(() -> store.notes(StoreNote.GAP).size() == 1);
        assertThat(store.notes(StoreNote.GAP).get(0).payload().getString("cause"))
                .isEqualTo("collector_down");
        assertThat(store.heads().get(store.heads().size() - 1).fence()).isEqualTo(2);
    }

    @Test
    void collectionGoesOnAfterARestartWithoutManagerAndDatabase() throws Exception {
        Outlet outlet = outlet();
        manager.want(agent(1, true));
        get(outlet.whenConsumers(1));
        push(outlet, 0, 100);
        slowly().until(() -> store.samples() == 100);
        get(running.stop());
        get(manager.goAway());

        running = start("node-a", folder.resolve("a"), "postgresql://nobody:x@127.0.0.1:1/none");

        get(outlet.whenConsumers(1));
        push(outlet, 100, 50);
        slowly().until(() -> store.samples() == 150);
    }

    @Test
    void whenANodeStopsAnotherTakesItsAgents() throws Exception {
        Outlet outlet = outlet();
        manager.want(agent(1, true));
        get(outlet.whenConsumers(1));
        SinalModule.Running other = start("node-b", folder.resolve("b"), database.uri());
        push(outlet, 0, 50);
        slowly().until(() -> store.samples() == 50);

        get(running.stop());

        slowly().until(() -> outlet.consumers() == 1);
        push(outlet, 50, 50);
        slowly().until(() -> store.samples() == 100);
        assertThat(store.heads().get(store.heads().size() - 1).node()).isEqualTo("node-b");
        running = other;
    }

    @Test
    void theDirectorySaysWhatIsOnTheNetworkAndWhereAQueryIsWrong() throws Exception {
        outlet();
        LslDirectory directory = Proxies.of(vertx, LslDirectory.class, Addresses.LSL_DIRECTORY, Duration.ofSeconds(15));

        List<VisibleStream> found = get(directory.resolve("name='numbers'", 1.5));

        assertThat(found).hasSize(1);
        assertThat(found.get(0).channels()).extracting("metric").containsExactly("x");
        assertThatThrownBy(() -> get(directory.resolve("name=", 1)))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .satisfies(e -> assertThat(RpcError.of(e)).isEqualTo(RpcError.INVALID_PARAMS));
    }

    private SinalModule.Running start(String name, Path data, String uri) throws Exception {
        java.nio.file.Files.createDirectories(data);
        Map<String, String> flags = new HashMap<>();
        flags.put("database.uri", uri);
        flags.put("lsl.loopback", "true");
        flags.put("lsl.multicastPort", Integer.toString(lsl.multicastPort()));
        flags.put("lsl.basePort", Integer.toString(lsl.basePort()));
        flags.put("lsl.portRange", Integer.toString(lsl.portRange()));
        flags.put("lsl.sessionId", lsl.sessionId());
        flags.put("ingest.log.minFreeBytes", "0");
        Settings settings = Settings.of(flags);
        SinalModule.Starter starter = new LslIngestModule().configure(settings);
        settings.refuseUnknown();
        return get(starter.start(
                new NodeContext(vertx, name + "-" + System.nanoTime(), name, data, metrics, new Health())));
    }

    private String state() {
        AgentReport report = manager.heard("a1");
        return report == null ? "" : report.state();
    }

    private Outlet outlet() throws Exception {
        StreamInfo info = StreamInfo.builder("numbers", "EEG", 1, 100, ChannelFormat.DOUBLE64, "src")
                .channel("x", "", "")
                .build();
        return get(producer.openOutlet(info, OutletOptions.defaults()));
    }

    private static DesiredAgent agent(long generation, boolean wanted) {
        StreamSpec spec = new StreamSpec("name='numbers'", null, null, null, null, null, null, null);
        return new DesiredAgent("a1", new AgentSpec(AgentSpec.LSL, List.of(spec)), generation, wanted);
    }

    private static void push(Outlet outlet, int from, int count) {
        double[] values = DoubleStream.iterate(from, x -> x + 1).limit(count).toArray();
        outlet.pushChunk(values, count, null, 0);
    }

    private static List<Double> numbers(int count) {
        return DoubleStream.iterate(0, x -> x + 1).limit(count).boxed().toList();
    }

    private static ConditionFactory slowly() {
        return await().atMost(Duration.ofSeconds(25));
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
}
