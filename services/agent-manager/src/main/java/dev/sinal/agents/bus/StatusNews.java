package dev.sinal.agents.bus;

import dev.sinal.agents.domain.Agent;
import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.AgentStatus;
import dev.sinal.contracts.LogEntry;
import dev.sinal.contracts.StreamStatus;
import dev.sinal.contracts.UtcNanos;
import dev.sinal.contracts.Wire;
import dev.sinal.contracts.acp.AcpMessage;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells everyone of a change of state: an ACP {@code agent_status} event now, a log row for later. */
public final class StatusNews {
    private static final Logger LOG = LoggerFactory.getLogger(StatusNews.class);
    private static final String SOURCE = "agent-manager";

    private final Vertx vertx;
    private final LogOutbox logs;
    private final AgentsMetrics metrics;

    public StatusNews(Vertx vertx, LogOutbox logs, AgentsMetrics metrics) {
        this.vertx = vertx;
        this.logs = logs;
        this.metrics = metrics;
    }

    /** @param before null for a new agent */
    void tell(@Nullable Agent before, Agent after) {
        if (!after.newsSince(before)) {
            return;
        }
        String previous = before == null ? null : before.state();
        JsonObject payload = payload(after.status());
        if (previous != null) {
            payload.put("previous", previous);
        }
        JsonObject event = AcpMessage.now(AcpMessage.AGENT_STATUS, payload)
                .toJson()
                .put("source", SOURCE)
                .put("version", 1);
        vertx.eventBus().publish(Addresses.event(AcpMessage.AGENT_STATUS), event);
        if (before == null || !after.state().equals(before.state())) {
            metrics.entered(after.state());
        }
        LOG.info(
                "agents.state agent={} state={} reason={} node={}",
                after.id(),
                after.state(),
                after.reason(),
                after.node());
        logs.add(logRow(previous, after));
    }

    private static LogEntry logRow(@Nullable String previous, Agent after) {
        JsonObject data = new JsonObject().put("state", after.state()).put("generation", after.generation());
        putIfPresent(data, "previous", previous);
        putIfPresent(data, "reason", after.reason());
        putIfPresent(data, "node", after.node());
        String because = after.reason() == null ? "" : " (" + after.reason() + ")";
        return new LogEntry(
                null,
                after.id(),
                UtcNanos.now(),
                level(after),
                SOURCE,
                "agent " + after.id() + " is " + after.state() + because,
                data);
    }

    private static String level(Agent agent) {
        if (agent.state().equals(AgentStatus.FAILED)) {
            return "error";
        }
        boolean worrying = agent.state().equals(AgentStatus.DEGRADED) || Agent.NO_COLLECTOR.equals(agent.reason());
        return worrying ? "warn" : "info";
    }

    private static void putIfPresent(JsonObject json, String key, @Nullable String value) {
        if (value != null) {
            json.put(key, value);
        }
    }

    /** The public shape of a status: as {@code GET /agents/status} answers it, times as text. */
    static JsonObject payload(AgentStatus status) {
        JsonArray streams = new JsonArray();
        for (StreamStatus stream : status.streams()) {
            JsonObject json = Wire.write(stream);
            if (stream.lastSample() != null) {
                json.put("last_sample", UtcNanos.format(stream.lastSample()));
            }
            streams.add(json);
        }
        return Wire.write(status).put("since", UtcNanos.format(status.since())).put("streams", streams);
    }
}
