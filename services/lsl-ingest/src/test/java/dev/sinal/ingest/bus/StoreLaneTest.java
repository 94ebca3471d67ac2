package dev.sinal.ingest.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.sinal.chunk.SampleBlock;
import dev.sinal.contracts.StoreNote;
import dev.sinal.contracts.UtcNanos;
import dev.sinal.ingest.LogEntries;
import dev.sinal.ingest.ScriptedStore;
import dev.sinal.ingest.ScriptedStore.Fault;
import dev.sinal.ingest.domain.Rendezvous;
import dev.sinal.ingest.log.DurableLog;
import dev.sinal.ingest.log.LogEntryToWrite;
import dev.sinal.ingest.log.LogLimits;
import dev.sinal.ingest.log.LogUse;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The lane on a real bus against a store that misbehaves: each sample is there exactly once, in order, and the log empties. */
class StoreLaneTest {
    private static final LaneRules QUICK =
            new LaneRules(8, 1 << 20, 64 << 10, 4 << 20, 1 << 20, 250, 250, 500, 5, 40, 5);
    /** For tests that count: on a machine that stands still for a moment an answer that is on its way must not be late. */
    private static final LaneRules PATIENT =
            new LaneRules(8, 1 << 20, 64 << 10, 4 << 20, 1 << 20, 3_000, 3_000, 6_000, 5, 40, 5);

    @TempDir
    Path folder;

    private Vertx vertx;
    private Context context;
    private DurableLog log;
    private StoreLane lane;
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

    @BeforeEach
    void open() throws Exception {
        vertx = Vertx.vertx();
        context = vertx.getOrCreateContext();
        log = DurableLog.open(
                folder, LogLimits.of(64 << 20, 0), task -> context.runOnContext(v -> task.run()), UtcNanos::now);
    }

    @AfterEach
    void close() throws Exception {
        get(log.close());
        get(vertx.close());
    }

    @Test
    void whatAnHonestStoreCommitsLeavesTheLog() throws Exception {
        ScriptedStore store = ScriptedStore.honest(vertx);
        startLane(PATIENT);

        append("s1", 1000, 40);
        append("s2", 1000, 40);

        committed(store, "s1", 40);
        committed(store, "s2", 40);
        empty();
        assertThat(store.requests()).isEqualTo(80);
    }

    @Test
    void whatTheLogHeldAtStartIsSent() throws Exception {
        append("s1", 1000, 25);
        ScriptedStore store = ScriptedStore.honest(vertx);

        startLane();

        committed(store, "s1", 25);
        empty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void anyMixOfLostAnswersLostRequestsAndBusyStoresEachSampleOnce(long seed) throws Exception {
        Random random = new Random(seed);
        ScriptedStore store = new ScriptedStore(vertx, "store-1", (n, block) -> switch (random.nextInt(8)) {
            case 0 -> Fault.LOSE_ANSWER;
            case 1 -> Fault.LOSE_REQUEST;
            case 2 -> Fault.BUSY;
            default -> null;
        });
        startLane();

        append("s1", 1000, 60);
        append("s2", 2000, 60);

        committed(store, "s1", 60);
        committed(store, "s2", 60);
        empty();
    }

    @Test
    void aStoreThatComesLateGetsEverything() throws Exception {
        startLane();
        append("s1", 1000, 10);

        ScriptedStore store = ScriptedStore.honest(vertx);

        committed(store, "s1", 10);
    }

    @Test
    void whenAStoreFallsSilentItsStreamsGoToAnother() throws Exception {
        ScriptedStore dead = new ScriptedStore(vertx, "store-dead", (n, block) -> Fault.LOSE_REQUEST);
        startLane();
        append("s1", 1000, 10);
        await().until(() -> dead.requests() > 0);

        dead.silence();
        ScriptedStore store = ScriptedStore.honest(vertx);

        committed(store, "s1", 10);
        empty();
    }

    @Test
    void aStoreThatSaysGoodbyeCostsNobodyATimeoutAndOnlyItsStreamsMove() throws Exception {
        ScriptedStore one = ScriptedStore.honest(vertx);
        ScriptedStore two = one.beside("store-2", (n, block) -> null);
        startLane(PATIENT);
        await().until(() -> metrics.get("sinal.ingest.lane.stores").gauge().value() == 2);
        List<String> streams = IntStream.range(0, 12).mapToObj(i -> "s" + i).toList();
        for (String stream : streams) {
            append(stream, 1000, 5);
        }
        long ofTwo = streams.stream()
                .filter(stream -> "store-2".equals(Rendezvous.pick(stream, List.of("store-1", "store-2"))))
                .count();
        assertThat(ofTwo).isBetween(1L, 11L);
        await().until(() -> two.requests() == ofTwo * 5);

        two.sayGoodbye();
        await().until(() -> metrics.get("sinal.ingest.lane.stores").gauge().value() == 1);
        for (String stream : streams) {
            append(stream, 1001, 5);
        }

        await().until(() -> one.samples() == 12 * 2 * 50);
        empty();
        assertThat(two.requests()).isEqualTo(ofTwo * 5);
        assertThat(counted("sinal.ingest.lane.retargets")).isEqualTo(ofTwo);
        assertThat(metrics.get("sinal.ingest.lane.unanswered").counters())
                .allSatisfy(counter -> assertThat(counter.count()).isZero());
    }

    @Test
    void aKilledStoreCostsAStreamOneTimeout() throws Exception {
        ScriptedStore one = ScriptedStore.honest(vertx);
        ScriptedStore dead = one.beside("store-2", (n, block) -> Fault.LOSE_REQUEST);
        startLane(PATIENT);
        await().until(() -> metrics.get("sinal.ingest.lane.stores").gauge().value() == 2);
        String stream = IntStream.range(0, 100)
                .mapToObj(i -> "s" + i)
                .filter(id -> "store-2".equals(Rendezvous.pick(id, List.of("store-1", "store-2"))))
                .findFirst()
                .orElseThrow();
        dead.silence();

        append(stream, 1000, 8);

        committed(one, stream, 8);
        empty();
        assertThat(dead.requests()).isLessThanOrEqualTo(8);
        assertThat(counted("sinal.ingest.lane.retargets")).isEqualTo(1);
    }

    @Test
    void everyDecisionShowsInTheMetrics() throws Exception {
        ScriptedStore store = new ScriptedStore(vertx, "store-1", (n, block) -> n == 30 ? Fault.BUSY : null);
        startLane();

        append("s1", 1000, 60);

        committed(store, "s1", 60);
        empty();
        assertThat(metrics.get("sinal.ingest.lane.roundtrip").timer().count()).isPositive();
        assertThat(metrics.get("sinal.ingest.lane.window").summary().max()).isBetween(1.0, 8.0);
        assertThat(metrics.get("sinal.ingest.lane.window.share").gauge().value())
                .isBetween(0.1, 1.0);
        assertThat(counted("sinal.ingest.lane.resends")).isPositive();
        assertThat(metrics.get("sinal.ingest.lane.unanswered")
                        .tag("why", "busy")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(ofStore("sinal.ingest.lane.timeout")).isBetween(0.25, 0.5);
        assertThat(ofStore("sinal.ingest.lane.srtt")).isPositive();
        assertThat(ofStore("sinal.ingest.lane.limit")).isBetween(1.0 * (1 << 20), 4.0 * (1 << 20));
        assertThat(ofStore("sinal.ingest.lane.store.inflight")).isZero();
        assertThat(metrics.get("sinal.ingest.lane.inflight").gauge().value()).isZero();
    }

    private double counted(String name) {
        return metrics.get(name).counter().count();
    }

    private double ofStore(String name) {
        return metrics.get(name).tag("store", "store-1").gauge().value();
    }

    @Test
    void aNoteThatTheStoreNeverTakesIsPutAsideAndLaterOnesGoOn() throws Exception {
        ScriptedStore store = ScriptedStore.honest(vertx);
        store.refuse(note -> note.payload().getString("xml", "").equals("bad"));
        append("s1", 1000, 1);
        for (String xml : List.of("first", "bad", "last")) {
            note("s1", StoreNote.INFO, new JsonObject().put("xml", xml));
        }

        startLane();

        await().until(() -> store.notes(StoreNote.INFO).size() == 2);
        empty();
        assertThat(store.notes(StoreNote.INFO))
                .extracting(note -> note.payload().getString("xml"))
                .containsExactlyInAnyOrder("first", "last");
        assertThat(get(log.quarantinedNotes())).isEqualTo(1);
        assertThat(counted("sinal.ingest.lane.notes.quarantined")).isEqualTo(1);
    }

    @Test
    void theEndOfAnEpochThatMovedIsToldInTheNumbersItWasSentWith() throws Exception {
        ScriptedStore store = new ScriptedStore(
                vertx, "store-1", (n, block) -> block.column(0).doubleAt(0) == 30 ? Fault.REJECT : null);
        startLane();
        append("s1", 1000, 8);
        await().until(() -> store.samples() == 70);

        note("s1", StoreNote.EPOCH_CLOSED, new JsonObject().put("last_seq", 80).put("reason", "lost"));

        await().until(() -> store.notes(StoreNote.EPOCH_CLOSED).size() == 2);
        long moved = store.committed().get(store.committed().size() - 1).epoch();
        assertThat(store.notes(StoreNote.EPOCH_CLOSED))
                .extracting(
                        StoreNote::epoch,
                        note -> note.payload().getLong("last_seq"),
                        note -> note.payload().getString("reason"))
                .containsExactlyInAnyOrder(tuple(1000L, 40L, "moved"), tuple(moved, 40L, "lost"));
    }

    private void note(String stream, String kind, JsonObject payload) throws Exception {
        LogEntryToWrite entry = LogEntries.entry(stream, 1000, 1, 1);
        get(log.note("agent", stream, 1000, entry.head(), kind, payload.encode(), false));
        if (lane != null) {
            onLoop(() -> {
                lane.noted();
                return null;
            });
        }
    }

    @Test
    void aPoisonousChunkIsPutAsideAfterFiveTriesAndTheRestGoesOnAsAnotherEpoch() throws Exception {
        ScriptedStore store = new ScriptedStore(
                vertx, "store-1", (n, block) -> block.column(0).doubleAt(0) == 30 ? Fault.REJECT : null);
        startLane();

        append("s1", 1000, 8);

        await().until(() -> store.samples() == 70);
        empty();
        assertThat(store.values())
                .doesNotContain(30.0, 39.0)
                .contains(29.0, 40.0, 79.0)
                .doesNotHaveDuplicates();
        assertThat(store.committed().stream().map(SampleBlock::epoch).distinct())
                .hasSize(2);
        assertThat(get(log.quarantined())).isEqualTo(1);
        await().until(() -> store.notes(StoreNote.GAP).size() == 1);
        StoreNote gap = store.notes(StoreNote.GAP).get(0);
        assertThat(gap.payload().getString("cause")).isEqualTo("quarantined");
        assertThat(gap.payload().getLong("estimated_samples")).isEqualTo(10);
    }

    @Test
    void chunksOfAFencedEpochAreStoredUnderAnother() throws Exception {
        ScriptedStore store =
                new ScriptedStore(vertx, "store-1", (n, block) -> block.epoch() == 1000 ? Fault.FENCED : null);
        startLane();

        append("s1", 1000, 5);

        committed(store, "s1", 5);
        empty();
        assertThat(store.committed()).allMatch(block -> block.epoch() > 1000);
    }

    @Test
    void aStoreWhoseDatabaseWasSetBackGetsTheRestAndAGapIsNoted() throws Exception {
        ScriptedStore store = ScriptedStore.honest(vertx);
        startLane();
        append("s1", 1000, 5);
        committed(store, "s1", 5);
        empty();
        store.setBack();

        get(log.append(LogEntries.entry("s1", 1000, 51, 10)));
        onLoop(() -> {
            lane.accepted("s1", UtcNanos.now());
            return null;
        });

        await().until(() -> store.samples() == 60);
        assertThat(store.values()).doesNotHaveDuplicates();
        await().until(() -> store.notes(StoreNote.GAP).size() == 1);
        assertThat(store.notes(StoreNote.GAP).get(0).payload().getString("cause"))
                .isEqualTo("store_lost");
        empty();
    }

    @Test
    void drainedCompletesOnceEverythingIsCommitted() throws Exception {
        append("s1", 1000, 20);
        startLane();
        Future<Void> drained = onLoop(() -> lane.drained());
        assertThat(drained.isComplete()).isFalse();

        ScriptedStore store = ScriptedStore.honest(vertx);

        get(drained);
        assertThat(store.samples()).isEqualTo(200);
    }

    private void startLane() throws Exception {
        startLane(QUICK);
    }

    private void startLane(LaneRules rules) throws Exception {
        lane = onLoop(() -> new StoreLane(vertx, log, metrics, rules));
        get(onLoop(() -> lane.start()));
    }

    /** Chunks of ten samples each. */
    private void append(String stream, long epoch, int chunks) throws Exception {
        for (int c = 0; c < chunks; c++) {
            get(log.append(LogEntries.entry(stream, epoch, 1 + c * 10L, 10)));
            if (lane != null) {
                onLoop(() -> {
                    lane.accepted(stream, UtcNanos.now());
                    return null;
                });
            }
        }
    }

    private void committed(ScriptedStore store, String stream, int chunks) {
        await().atMost(Duration.ofSeconds(30)).until(() -> of(store, stream).size() >= chunks * 10);
        assertThat(of(store, stream)).hasSize(chunks * 10).isSorted().doesNotHaveDuplicates();
    }

    private static List<Double> of(ScriptedStore store, String stream) {
        return store.committed().stream()
                .filter(block -> block.streamId().equals(stream))
                .flatMap(block -> java.util.stream.IntStream.range(0, block.size())
                        .mapToObj(i -> block.column(0).doubleAt(i)))
                .toList();
    }

    private void empty() {
        await().atMost(Duration.ofSeconds(10)).until(() -> {
            LogUse use = log.use();
            return use.chunks() == 0 && use.notes() == 0;
        });
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
