package dev.sinal.contracts;

import io.vertx.codegen.annotations.ProxyGen;
import io.vertx.codegen.annotations.VertxGen;
import io.vertx.core.Future;

/**
 * Declared interest in an agent's samples. While anybody watches, whoever publishes the agent's live frames also publishes them as ACP messages on
 * {@link Addresses#telemetry}; while nobody does, nothing is made or sent. {@code TelemetryTopic} does both, watching and receiving.
 */
@ProxyGen
@VertxGen
public interface LiveTelemetry {
    /** Longest time that one call watches for, seconds. */
    int MAX_TTL_S = 30;

    /**
     * Watches an agent from now on; said again before the time is over, it goes on. An agent that does not exist yet may be watched.
     *
     * @param ttlS how long, seconds, 1 to 30
     * @return fails with INVALID_PARAMS for another {@code ttlS}, NOT_FOUND for what cannot be an agent's id, UNAVAILABLE when too many agents are watched
     */
    Future<Watch> watch(String agentId, int ttlS);
}
