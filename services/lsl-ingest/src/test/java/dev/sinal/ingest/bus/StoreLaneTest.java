package dev.sinal.ingest.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sinal.chunk.SampleBlock;
import dev.sinal.contracts.StoreNote;
import dev.sinal.contracts.UtcNanos;
import dev.sinal.ingest.LogEntries;
import dev.sinal.ingest.ScriptedStore;
import dev.sinal.ingest.ScriptedStore.Fault;
import dev.sinal.ingest.log.DurableLog;
import dev.sinal.ingest.log.LogLimits;
import dev.sinal.ingest.log.LogUse;
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

    @TempDir
    Path folder;

    private Vertx vertx;
    private Context context;
    private DurableLog log;
    private StoreLane lane;

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
        startLane();

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
        lane = onLoop(() -> new StoreLane(vertx, log, new SimpleMeterRegistry(), QUICK));
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
