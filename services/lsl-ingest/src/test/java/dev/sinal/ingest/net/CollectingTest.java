package dev.sinal.ingest.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sinal.chunk.SampleBlock;
import dev.sinal.chunk.TimeBasis;
import dev.sinal.contracts.AgentReport;
import dev.sinal.contracts.AgentSpec;
import dev.sinal.contracts.DesiredAgent;
import dev.sinal.contracts.StoreNote;
import dev.sinal.contracts.StreamSpec;
import dev.sinal.contracts.StreamStatus;
import dev.sinal.contracts.UtcNanos;
import dev.sinal.ingest.ScriptedStore;
import dev.sinal.ingest.bus.CollectingAgent;
import dev.sinal.ingest.bus.Events;
import dev.sinal.ingest.bus.StoreLane;
import dev.sinal.ingest.log.DurableLog;
import dev.sinal.ingest.log.LogLimits;
import dev.sinal.ingest.log.LogRefused;
import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.Lsl;
import dev.sinal.lsl.LslClock;
import dev.sinal.lsl.LslConfig;
import dev.sinal.lsl.Outlet;
import dev.sinal.lsl.OutletOptions;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.runtime.live.WatchedTelemetry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From an outlet of ours over sockets, through inlet, log and store lane, to a store on the real bus. */
class CollectingTest {
    @TempDir
    Path folder;

    private final LslConfig config = LslPorts.own();
    private SimpleMeterRegistry metrics;
    private WatchedTelemetry watched;
    private Vertx vertx;
    private Context context;
    private Lsl producer;
    private Lsl lsl;
    private DurableLog log;
    private StoreLane lane;
    private Collectors collectors;

    @BeforeEach
    void start() throws Exception {
        start(64 << 20);
    }

    private void start(long logBytes) throws Exception {
        metrics = new SimpleMeterRegistry();
        vertx = Vertx.vertx();
        producer = Lsl.create(vertx, config);
        context = vertx.getOrCreateContext();
        log = DurableLog.open(
                folder, LogLimits.of(logBytes, 0), task -> context.runOnContext(v -> task.run()), UtcNanos::now);
        onLoop(() -> {
            lsl = Lsl.create(vertx, config);
            lane = new StoreLane(vertx, log, metrics);
            watched = new WatchedTelemetry(vertx, "node-a", "lsl-ingest", metrics);
            Tools tools = new Tools(
                    vertx,
                    "node-a",
                    lsl,
                    log,
                    lane,
                    new Events(vertx, "node-a"),
                    watched,
                    new BlockEncoder(vertx, "encode"),
                    new IngestStats(metrics),
                    new Random(1));
            collectors = new Collectors(tools, List.of());
            return null;
        });
        get(onLoop(() -> lane.start()));
        get(onLoop(() -> watched.start()));
    }

    @AfterEach
    void stop() throws Exception {
        get(lsl.close());
        get(producer.close());
        get(log.close());
        get(vertx.close());
    }

    @Test
    void everySampleOfAnOutletIsStoredOnceInOrder() throws Exception {
        ScriptedStore store = ScriptedStore.honest(vertx);
        Outlet outlet = outlet("numbers", 1000);
        CollectingAgent agent = agent("name='numbers'");
        get(outlet.whenConsumers(1));

        push(outlet, 0, 2_000, 1000);

        await().atMost(Duration.ofSeconds(20)).until(() -> store.samples() >= 2_000);
        assertThat(store.values()).containsExactlyElementsOf(numbers(2_000));
        assertThat(store.committed().stream().map(SampleBlock::epoch).distinct())
                .hasSize(1);
        assertThat(store.committed().get(0).basis()).isEqualTo(TimeBasis.LSL);
        long[] stamps = store.committed().stream()
                .flatMapToLong(block -> LongStream.of(block.timestamps()))
                .toArray();
        assertThat(stamps).isSorted();
        assertThat(Math.abs(stamps[0] - UtcNanos.now())).isLessThan(60_000_000_000L);
        assertThat(onLoop(() -> agent.report(1, 1)).state()).isEqualTo("running");
        await().until(() -> !store.notes(StoreNote.INFO).isEmpty());
        assertThat(store.heads().get(0).stream().channels())
                .extracting("metric")
                .containsExactly("Cz", "Pz");
    }

    @Test
    void anAgentThatWasStoppedHasEverythingCommittedAndSaysSo() throws Exception {
        ScriptedStore store = ScriptedStore.honest(vertx);
        Outlet outlet = outlet("numbers", 500);
        CollectingAgent agent = agent("name='numbers'");
        get(outlet.whenConsumers(1));
        push(outlet, 0, 700, 500);
        await().until(() -> onLoop(() -> agent.report(1, 1)).streams().get(0).rate() > 0);

        get(onLoop(() -> agent.stop(CollectingAgent.End.STOPPED)));

        await().until(() -> onLoop(() -> agent.report(2, 1)).state().equals("stopped"));
        AgentReport report = onLoop(() -> agent.report(2, 1));
        assertThat(report.pending()).isZero();
        assertThat(report.streams().get(0).committed().seq()).isEqualTo(700);
        assertThat(store.values()).containsExactlyElementsOf(numbers(700));
        await().until(() -> store.notes(StoreNote.EPOCH_CLOSED).size() == 1);
    }

    @Test
    void anOutletThatRestartsGivesAGapAndAnotherEpochOfTheSameStream() throws Exception {
        ScriptedStore store = ScriptedStore.honest(vertx);
        Outlet first = outlet("numbers", 100);
        agent("name='numbers'");
        get(first.whenConsumers(1));
        push(first, 0, 100, 100);
        await().atMost(Duration.ofSeconds(10)).until(() -> store.samples() >= 100);
        get(first.close());

        Outlet second = outlet("numbers", 100);
        get(second.whenConsumers(1));
        push(second, 100, 100, 100);

        await().atMost(Duration.ofSeconds(20)).until(() -> store.samples() >= 200);
        assertThat(store.values()).containsExactlyElementsOf(numbers(200));
        assertThat(store.committed().stream().map(SampleBlock::streamId).distinct())
                .hasSize(1);
        assertThat(store.committed().stream().map(SampleBlock::epoch).distinct())
                .hasSize(2);
        await().until(() -> !store.notes(StoreNote.GAP).isEmpty());
        assertThat(store.notes(StoreNote.GAP).get(0).payload().getString("cause"))
                .isEqualTo("outlet_restart");
    }

    @Test
    void anOutletThatIsAwayOpensItsBreakerAndItsSuccessorIsFoundAtOnce() throws Exception {
        ScriptedStore store = ScriptedStore.honest(vertx);
        Outlet first = outlet("numbers", 500);
        CollectingAgent agent = agent("name='numbers'");
        get(first.whenConsumers(1));
        push(first, 0, 100, 500);
        await().until(() -> store.samples() > 0);

        get(first.close());

        await().atMost(Duration.ofSeconds(30))
                .until(() -> metrics.get("sinal.ingest.outlet.breakers")
                                .tag("state", "open")
                                .gauge()
                                .value()
                        == 1);
        AgentReport report = onLoop(() -> agent.report(1, 1));
        assertThat(report.streams().get(0).reason()).contains("takes no connection");
        assertThat(report.state()).isEqualTo("degraded");
        assertThat(report.reason()).contains("numbers");

        Outlet second = outlet("numbers", 500);
        get(second.whenConsumers(1));
        push(second, 100, 100, 500);

        await().atMost(Duration.ofSeconds(20)).until(() -> store.samples() == 200);
        assertThat(onLoop(() -> agent.report(1, 1)).streams().get(0).reason()).isNull();
    }

    @Test
    void twoSuccessorsOfOneOutletAreNotReadUntilOneIsLeft() throws Exception {
        ScriptedStore store = ScriptedStore.honest(vertx);
        Outlet first = outlet("numbers", 500);
        CollectingAgent agent = agent("name='numbers'");
        get(first.whenConsumers(1));
        push(first, 0, 100, 500);
        await().until(() -> store.samples() > 0);
        Outlet left = outlet("numbers", 500);
        Outlet right = outlet("numbers", 500);

        get(first.close());

        await().atMost(Duration.ofSeconds(30))
                .until(() -> metrics.counter("sinal.ingest.streams.duplicate").count() > 0);
        assertThat(onLoop(() -> agent.report(1, 1)).streams().get(0).reason()).contains("2 outlets have its identity");
        assertThat(left.consumers() + right.consumers()).isZero();
        get(left.close());
        get(right.whenConsumers(1));
        push(right, 100, 100, 500);
        await().atMost(Duration.ofSeconds(20)).until(() -> store.samples() == 200);
        assertThat(onLoop(() -> agent.report(1, 1)).streams().get(0).reason()).isNull();
    }

    @Test
    void aStreamThatComesBackAtAnotherRateIsCollectedAnew() throws Exception {
        ScriptedStore store = ScriptedStore.honest(vertx);
        Outlet first = outlet("numbers", 500);
        CollectingAgent agent = agent("name='numbers'");
        get(first.whenConsumers(1));
        push(first, 0, 100, 500);
        await().until(() -> store.samples() > 0);
        get(first.close());

        Outlet second = outlet("numbers", 250);

        await().atMost(Duration.ofSeconds(40)).until(() -> {
            List<StreamStatus> streams = onLoop(() -> agent.report(1, 1)).streams();
            return streams.size() == 1 && streams.get(0).nominalRate() == 250 && second.consumers() == 1;
        });
        push(second, 100, 100, 250);
        await().atMost(Duration.ofSeconds(20)).until(() -> store.samples() == 200);
    }

    @Test
    void anOutletThatStampsWithUnixTimeIsCollectedAndToldOf() throws Exception {
        ScriptedStore store = ScriptedStore.honest(vertx);
        Outlet outlet = outlet("numbers", 100);
        CollectingAgent agent = agent("name='numbers'");
        get(outlet.whenConsumers(1));

        double now = UtcNanos.now() / 1e9;
        outlet.pushChunk(new double[] {1, 1, 2, 2}, 2, new double[] {now - 0.01, now}, now);

        await().atMost(Duration.ofSeconds(20)).until(() -> store.samples() == 2);
        assertThat(store.committed().get(0).basis()).isEqualTo(TimeBasis.UNIX);
        AgentReport report = onLoop(() -> agent.report(1, 1));
        assertThat(report.state()).isEqualTo("running");
        assertThat(report.streams().get(0).reason()).contains("Unix time");
        assertThat(metrics.counter("sinal.ingest.stamps.suspect", "kind", "unix_time")
                        .count())
                .isEqualTo(1);
    }

    @Test
    void twoStreamsThatFitAreNobodysUntilOneIsLeft() throws Exception {
        outlet("left", 10);
        Outlet right = outlet("right", 10);
        CollectingAgent agent = agent("type='EEG'");

        await().until(() -> onLoop(() -> agent.report(1, 1)).state().equals("waiting")
                && onLoop(() -> agent.report(1, 1)).waitingFor().get(0).reason().equals("ambiguous"));
        assertThat(onLoop(() -> agent.report(1, 1)).waitingFor().get(0).candidates())
                .hasSize(2);

        get(right.close());
        await().atMost(Duration.ofSeconds(20))
                .until(() -> onLoop(() -> agent.report(1, 1)).streams().size() == 1);
        assertThat(onLoop(() -> agent.report(1, 1)).streams().get(0).name()).isEqualTo("left");
    }

    @Test
    void aQueryThatCannotBeUnderstoodFailsTheAgentAndSaysWhere() throws Exception {
        CollectingAgent agent = agent("type='EEG");

        AgentReport report = onLoop(() -> agent.report(1, 1));

        assertThat(report.state()).isEqualTo("failed");
        assertThat(report.reason()).contains("query").contains("position");
    }

    @Test
    void aFullLogRefusesNewSamplesAndItsGapCountsExactlyThose() throws Exception {
        stop();
        start(LogLimits.SMALLEST);
        Outlet outlet = outlet("numbers", 10_000);
        agent("name='numbers'");
        get(outlet.whenConsumers(1));
        int pushed = 100_000;
        Random random = new Random(2);
        for (int from = 0; from < pushed; from += 1000) {
            double[] values = random.doubles(2000).toArray(); // does not compress
            outlet.pushChunk(values, 1000, null, 0);
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> count("accepted") + count("refused") == pushed);
        assertThat(count("refused")).isGreaterThan(10_000);
        assertThat(log.refused(LogRefused.Reason.FULL)).isPositive();

        ScriptedStore store = ScriptedStore.honest(vertx);
        await().atMost(Duration.ofSeconds(20)).until(() -> log.use().chunks() == 0);
        double refused = count("refused");
        push(outlet, 0, 500, 10_000);

        await().atMost(Duration.ofSeconds(20)).until(() -> store.samples() == pushed + 500 - (long) refused);
        await().until(() -> store.notes(StoreNote.GAP).stream()
                .anyMatch(note -> note.payload().getString("cause").equals("log_full")));
        long gaps = store.notes(StoreNote.GAP).stream()
                .filter(note -> note.payload().getString("cause").equals("log_full"))
                .mapToLong(note -> note.payload().getLong("estimated_samples"))
                .sum();
        assertThat(gaps).isEqualTo((long) refused);
    }

    private double count(String stage) {
        return metrics.counter("sinal.ingest.samples", "stage", stage).count();
    }

    private Outlet outlet(String name, double rate) throws Exception {
        StreamInfo info = StreamInfo.builder(name, "EEG", 2, rate, ChannelFormat.DOUBLE64, "src-" + name)
                .channel("Cz", "microvolts", "EEG")
                .channel("Pz", "microvolts", "EEG")
                .build();
        return get(producer.openOutlet(info, OutletOptions.defaults()));
    }

    private CollectingAgent agent(String query) throws Exception {
        StreamSpec spec = new StreamSpec(query, null, null, null, null, null, null, null);
        DesiredAgent desired = new DesiredAgent("a1", new AgentSpec(AgentSpec.LSL, List.of(spec)), 1, true);
        return onLoop(() -> collectors.start(desired, () -> 7, false, () -> {}));
    }

    private static void push(Outlet outlet, int from, int count, double rate) {
        double[] values = new double[2 * count];
        double[] stamps = new double[count];
        double last = LslClock.now();
        for (int i = 0; i < count; i++) {
            values[2 * i] = from + i;
            values[2 * i + 1] = -from - i;
            stamps[i] = last - (count - 1 - i) / rate;
        }
        outlet.pushChunk(values, count, stamps, last);
    }

    private static List<Double> numbers(int count) {
        return DoubleStream.iterate(0, x -> x + 1).limit(count).boxed().toList();
    }

    private <T> T onLoop(Callable<T> work) throws Exception {
        AtomicReference<T> result = new AtomicReference<>();
        get(Future.future(promise -> context.runOnContext(v -> {
            try {
                result.set(work.call());
                promise.complete();
            } catch (Exception e) {
                promise.fail(e);
            }
        })));
        return result.get();
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}
