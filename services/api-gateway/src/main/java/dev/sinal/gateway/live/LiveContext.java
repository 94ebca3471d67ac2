package dev.sinal.gateway.live;

import dev.sinal.contracts.AgentManager;
import dev.sinal.contracts.TelemetryStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.util.Set;

/**
 * What the live routes need.
 *
 * @param allowedOrigins other origins than the gateway's own that may open a WebSocket, exact, e.g. {@code https://lab.example}
 */
public record LiveContext(
        Vertx vertx,
        AgentManager agents,
        TelemetryStore store,
        LiveAuth auth,
        Set<String> allowedOrigins,
        MeterRegistry metrics,
        LiveLimits limits) {
    public LiveContext {
        allowedOrigins = Set.copyOf(allowedOrigins);
    }

    public LiveContext(
            Vertx vertx,
            AgentManager agents,
            TelemetryStore store,
            LiveAuth auth,
            Set<String> allowedOrigins,
            MeterRegistry metrics) {
        this(vertx, agents, store, auth, allowedOrigins, metrics, LiveLimits.defaults());
    }
}
