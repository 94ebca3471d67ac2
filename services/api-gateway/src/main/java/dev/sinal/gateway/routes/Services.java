package dev.sinal.gateway.routes;

import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.AgentManager;
import dev.sinal.contracts.Analytics;
import dev.sinal.contracts.LslDirectory;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.TelemetryStore;
import dev.sinal.contracts.read.ReadClient;
import dev.sinal.runtime.Proxies;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rest of the suite as the gateway calls it.
 *
 * @param slowAgents waits as long as a start or stop may take
 * @param store through a circuit breaker
 * @param slowStore waits as long as it may take to count what would be deleted
 */
public record Services(
        AgentManager agents,
        AgentManager slowAgents,
        TelemetryStore store,
        TelemetryStore slowStore,
        Analytics analytics,
        LslDirectory directory,
        ReadClient reads,
        StoreBreaker breaker) {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(70);
    private static final Duration LONGEST_ANALYSIS = Duration.ofSeconds(40);
    private static final Duration LONGEST_COUNT = Duration.ofSeconds(40);
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(12);

    public static Services of(Vertx vertx, Duration storeTimeout, StoreBreaker breaker) {
        return new Services(
                Proxies.of(vertx, AgentManager.class, Addresses.AGENTS),
                Proxies.of(vertx, AgentManager.class, Addresses.AGENTS, LONGEST_WAIT),
                Proxies.of(vertx, TelemetryStore.class, Addresses.STORE, storeTimeout),
                Proxies.of(vertx, TelemetryStore.class, Addresses.STORE, LONGEST_COUNT),
                Proxies.of(vertx, Analytics.class, Addresses.ANALYTICS, LONGEST_ANALYSIS),
                Proxies.of(vertx, LslDirectory.class, Addresses.LSL_DIRECTORY, LONGEST_LOOK),
                new ReadClient(vertx, storeTimeout),
                breaker);
    }

    /** Fails with NOT_FOUND for an agent that neither agent-manager nor the store knows; a removed agent's samples stay readable. */
    public Future<Void> requireKnown(String agentId) {
        return agents.status(agentId).<Void>mapEmpty().recover(failure -> {
            if (RpcError.of(failure) != RpcError.NOT_FOUND) {
                return Future.failedFuture(failure);
            }
            return breaker.read(() -> store.streams(agentId))
                    .compose(streams -> streams.isEmpty() ? Future.failedFuture(failure) : Future.succeededFuture());
        });
    }

    /** An empty answer about an agent that nobody knows is NOT_FOUND instead. */
    <T> Future<List<T>> knownUnlessFound(@Nullable String agentId, List<T> found) {
        return agentId == null || !found.isEmpty()
                ? Future.succeededFuture(found)
                : requireKnown(agentId).map(found);
    }
}
