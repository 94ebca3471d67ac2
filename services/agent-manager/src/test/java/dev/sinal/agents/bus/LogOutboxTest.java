package dev.sinal.agents.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sinal.agents.RecordingStore;
import dev.sinal.contracts.LogEntry;
import dev.sinal.contracts.RpcError;
import dev.sinal.testkit.TestBus;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LogOutboxTest {
    private final Vertx vertx = Vertx.vertx();
    private final RecordingStore store = new RecordingStore();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final LogOutbox outbox = new LogOutbox(vertx, store, 2, new AgentsMetrics(registry));

    @AfterEach
    void close() {
        TestBus.await(vertx.close());
    }

    @Test
    void rowsAreWrittenInOrderWhenTheStoreIsBack() {
        store.failure = RpcError.UNAVAILABLE;
        add("a", "b");
        store.failure = null;

        await().untilAsserted(() ->
                assertThat(store.written).extracting(LogEntry::message).containsExactly("a", "b"));
        assertThat(dropped()).isZero();
    }

    @Test
    void theOldestIsDroppedAndCountedWhenTheQueueIsFull() {
        store.failure = RpcError.UNAVAILABLE;
        add("a", "b", "c");
        store.failure = null;

        await().untilAsserted(() ->
                assertThat(store.written).extracting(LogEntry::message).containsExactly("b", "c"));
        assertThat(dropped()).isEqualTo(1);
    }

    @Test
    void rowsThatTheStoreWillNeverTakeDoNotBlockThoseBehind() {
        store.failure = RpcError.INVALID_PARAMS;
        add("a");
        await().until(() -> dropped() == 1);
        store.failure = null;
        add("b");

        await().untilAsserted(() ->
                assertThat(store.written).extracting(LogEntry::message).containsExactly("b"));
    }

    @Test
    void closingTriesOnceMore() {
        store.failure = RpcError.UNAVAILABLE;
        add("a");
        store.failure = null;
        TestBus.await(outbox.close());

        assertThat(store.written).hasSize(1);
    }

    private void add(String... messages) {
        for (String message : messages) {
            outbox.add(new LogEntry(null, "x", 1, "info", "test", message, null));
        }
    }

    private double dropped() {
        return registry.get("sinal.agents.log.dropped").counter().count();
    }
}
