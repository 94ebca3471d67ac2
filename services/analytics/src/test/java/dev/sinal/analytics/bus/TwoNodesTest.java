package dev.sinal.analytics.bus;

import static dev.sinal.analytics.bus.Samples.SECOND;
import static dev.sinal.analytics.bus.Samples.every;
import static dev.sinal.analytics.bus.Samples.store;
import static dev.sinal.analytics.bus.Samples.stream;
import static dev.sinal.testkit.TestBus.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.sinal.analytics.AnalyticsModule;
import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.AnalysisRequest;
import dev.sinal.contracts.Analytics;
import dev.sinal.contracts.RpcError;
import dev.sinal.runtime.Health;
import dev.sinal.runtime.NodeContext;
import dev.sinal.runtime.Proxies;
import dev.sinal.runtime.Settings;
import dev.sinal.runtime.SinalModule;
import dev.sinal.testkit.BusKind;
import dev.sinal.testkit.MemoryStore;
import dev.sinal.testkit.TestBus;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two analytics nodes take turns with the calls; a result is found whichever of them is asked. */
class TwoNodesTest {
    private static final long T0 = 1_767_323_045_000_000_000L; // 2026-01-02T03:04:05Z
    private static final int CALLS = 6;

    @TempDir
    Path dir;

    private TestBus bus;

    @AfterEach
    void close() {
        bus.close();
    }

    @ParameterizedTest
    @EnumSource
    void aResultIsFoundWhicheverNodeIsAsked(BusKind kind) throws Exception {
        bus = kind.open();
        MemoryStore memory = new MemoryStore(bus.server());
        store(memory, stream("abc123", "main", "external", 0, "x"), 1, every(T0, SECOND, 3), new double[] {1, 2, 3});
        await(memory.start());
        SinalModule.Running first = node(bus.server(), "first");
        SinalModule.Running second = node(bus.client(), "second");
        Analytics analytics = Proxies.of(bus.client(), Analytics.class, Addresses.ANALYTICS, Duration.ofSeconds(60));

        Set<String> ids = new HashSet<>();
        for (int call = 0; call < CALLS; call++) {
            ids.add(await(analytics.run(describe())).getString("id"));
        }
        assertThat(ids).as("each node keeps its own").hasSize(2);
        for (String id : ids) {
            for (int call = 0; call < CALLS; call++) {
                JsonObject result = await(analytics.result(id));
                assertThat(result.getString("id")).isEqualTo(id);
                assertThat(await(analytics.data(id, 0)).getString("text")).endsWith("\r\n");
            }
        }

        await(second.stop());
        Set<String> found = new HashSet<>();
        for (String id : ids) {
            Throwable gone = catchThrowable(() -> await(analytics.result(id)));
            if (gone == null) {
                found.add(id);
            } else {
                assertThat(RpcError.of(gone.getCause())).isSameAs(RpcError.NOT_FOUND);
            }
        }
        assertThat(found).as("those of the node that stays").hasSize(1);
        await(first.stop());
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNoIdAsksNobody(BusKind kind) throws Exception {
        bus = kind.open();
        SinalModule.Running only = node(bus.server(), "only");
        Analytics analytics = Proxies.of(bus.client(), Analytics.class, Addresses.ANALYTICS);

        for (String id : new String[] {"x", "", "0123456789abcdef01234567", "0123456789abcdef01234567-../../agents"}) {
            Throwable failure = catchThrowable(() -> await(analytics.result(id)));
            assertThat(RpcError.of(failure.getCause())).as(id).isSameAs(RpcError.NOT_FOUND);
        }
        await(only.stop());
    }

    private static AnalysisRequest describe() {
        return new AnalysisRequest(
                new JsonObject("{\"analysis_type\": \"describe\", \"variables\": [\"x\"],"
                        + " \"filters\": {\"agent_id\": \"abc123\"}}"),
                null);
    }

    private SinalModule.Running node(Vertx vertx, String name) {
        return await(new AnalyticsModule()
                .configure(Settings.of(Map.of()))
                .start(new NodeContext(vertx, name, name, dir, new SimpleMeterRegistry(), new Health())));
    }
}
