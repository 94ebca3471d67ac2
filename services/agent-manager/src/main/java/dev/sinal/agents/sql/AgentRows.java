package dev.sinal.agents.sql;

import dev.sinal.agents.domain.Agent;
import dev.sinal.contracts.AgentSpec;
import dev.sinal.contracts.StreamStatus;
import dev.sinal.contracts.UtcNanos;
import dev.sinal.contracts.WaitingFor;
import dev.sinal.contracts.Wire;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/** From a row of {@code agents.agents} to an {@link Agent}. */
final class AgentRows {
    private AgentRows() {}

    static Agent read(Row row) {
        OffsetDateTime reportedAt = row.getOffsetDateTime("reported_at");
        return new Agent(
                row.getString("id"),
                AgentSpec.fromJson(row.getJsonObject("spec")),
                "running".equals(row.getString("wanted")),
                row.getLong("generation"),
                row.getBoolean("removed"),
                nanos(row.getOffsetDateTime("commanded_at")),
                row.getString("state"),
                nanos(row.getOffsetDateTime("since")),
                row.getString("reason"),
                row.getString("node_id"),
                row.getString("node"),
                row.getLong("fence"),
                row.getLong("reported_generation"),
                reportedAt == null ? null : nanos(reportedAt),
                row.getInteger("restarts"),
                row.getLong("pending"),
                list(row.getJsonArray("waiting_for"), WaitingFor.class),
                list(row.getJsonArray("streams"), StreamStatus.class),
                row.getString("preferred"),
                row.getLong("version"));
    }

    static String wanted(Agent agent) {
        return agent.wanted() ? "running" : "stopped";
    }

    static long nanos(OffsetDateTime time) {
        return UtcNanos.of(time.toInstant());
    }

    private static <T> List<T> list(JsonArray items, Class<T> type) {
        List<T> records = new ArrayList<>(items.size());
        for (int i = 0; i < items.size(); i++) {
            JsonObject item = items.getJsonObject(i);
            records.add(Wire.read(item, type));
        }
        return records;
    }
}
