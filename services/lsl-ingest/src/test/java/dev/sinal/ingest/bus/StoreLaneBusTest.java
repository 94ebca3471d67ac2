package dev.sinal.ingest.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sinal.contracts.UtcNanos;
import dev.sinal.ingest.LogEntries;
import dev.sinal.ingest.ScriptedStore;
import dev.sinal.ingest.ScriptedStore.Fault;
import dev.sinal.ingest.log.DurableLog;
import dev.sinal.ingest.log.LogLimits;
import dev.sinal.testkit.BusKind;
import dev.sinal.testkit.TestBus;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The lane behaves the same when the store is in this process and when it is behind a socket. */
class StoreLaneBusTest {
    private static final LaneRules QUICK =
            new LaneRules(8, 1 << 20, 64 << 10, 4 << 20, 1 << 20, 1000, 1000, 2_000, 5, 40, 5);

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(BusKind.class)
    void eachSampleIsStoredOnceThoughAnswersAndRequestsAreLost(BusKind kind) throws Exception {
        try (TestBus bus = kind.open()) {
            Random random = new Random(4);
            ScriptedStore store = new ScriptedStore(bus.server(), "store-1", (n, block) -> switch (random.nextInt(10)) {
                case 0 -> Fault.LOSE_ANSWER;
                case 1 -> Fault.LOSE_REQUEST;
                default -> null;
            });
            Context context = bus.client().getOrCreateContext();
            DurableLog log = DurableLog.open(
                    folder, LogLimits.of(64 << 20, 0), task -> context.runOnContext(v -> task.run()), UtcNanos::now);
            for (int c = 0; c < 40; c++) {
                TestBus.await(log.append(LogEntries.entry("s1", 1000, 1 + c * 10L, 10)));
            }

            context.runOnContext(v -> new StoreLane(bus.client(), log, new SimpleMeterRegistry(), QUICK).start());

            await().atMost(Duration.ofSeconds(40)).until(() -> log.use().chunks() == 0);
            assertThat(store.values())
                    .containsExactlyElementsOf(DoubleStream.iterate(0, x -> x + 1)
                            .limit(400)
                            .boxed()
                            .toList());
            TestBus.await(log.close());
        }
    }
}
