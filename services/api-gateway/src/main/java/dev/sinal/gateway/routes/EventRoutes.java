package dev.sinal.gateway.routes;

import dev.sinal.contracts.LogEntry;
import dev.sinal.contracts.LogQuery;
import dev.sinal.contracts.MarkerEntry;
import dev.sinal.contracts.MarkerQuery;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.UtcNanos;
import dev.sinal.gateway.auth.Principal;
import dev.sinal.gateway.auth.Scopes;
import dev.sinal.gateway.format.PublicJson;
import dev.sinal.gateway.format.Times;
import dev.sinal.gateway.http.Access;
import dev.sinal.gateway.http.Answer;
import dev.sinal.gateway.http.Call;
import dev.sinal.gateway.http.Fields;
import dev.sinal.gateway.http.Routes;
import dev.sinal.gateway.http.TimeRange;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Markers and logs: what happened, rather than what was measured. */
public final class EventRoutes {
    private static final int LIMIT = 100;
    private static final int MAX_LIMIT = 1_000;
    private static final int MAX_TEXT = 4_096;
    private static final int MAX_ID = 128;
    private static final double MAX_DURATION_S = 366 * 86_400.0;
    private static final long AHEAD_NS = 86_400L * 1_000_000_000L;

    private final Services services;

    public EventRoutes(Services services) {
        this.services = services;
    }

    public void mount(Routes routes) {
        routes.post("/markers", Access.scope(Scopes.MARKER_WRITE), this::add);
        routes.get("/markers", Access.scope(Scopes.STREAM_READ), this::markers);
        routes.get("/logs", Access.scope(Scopes.LOGS_READ), this::logs);
    }

    private Future<Answer> add(Call call) {
        return call.json().compose(body -> {
            MarkerEntry marker = marker(call.principal(), Fields.json(body), body.getValue("value"));
            String agentId = String.valueOf(marker.agentId());
            return services.agents()
                    .status(agentId)
                    .compose(known -> services.store().addMarker(marker))
                    .map(stored -> Answer.json(PublicJson.marker(stored, Times.RFC3339)));
        });
    }

    private static MarkerEntry marker(Principal principal, Fields in, @Nullable Object value) {
        String id = in.textOrNull("id");
        String agentId = AgentIds.optional(in);
        String recording = in.textOrNull("recording_id");
        String label = in.text("label");
        in.has("value");
        Long timestamp = in.timeOrNull("timestamp");
        Double duration = in.numberOrNull("duration_s", 0, MAX_DURATION_S);
        String source = in.choice("source", "api", "dashboard");
        in.refuseUnknown();
        if (agentId == null) {
            throw recording == null
                    ? in.invalid("agent_id", "is missing")
                    : RpcError.impossible("unsupported", "there are no recordings yet; name the agent");
        }
        principal.requireAgent(agentId);
        limit(in, "id", id, MAX_ID);
        limit(in, "label", label, MAX_TEXT);
        String text = value == null ? null : scalar(in, value);
        limit(in, "value", text, MAX_TEXT);
        long now = UtcNanos.now();
        if (timestamp != null && (timestamp < 0 || timestamp > now + AHEAD_NS)) {
            throw in.invalid("timestamp", "must be after 1970 and at most a day ahead");
        }
        return new MarkerEntry(
                id == null ? UUID.randomUUID().toString() : id,
                agentId,
                null,
                label,
                text,
                timestamp == null ? now : timestamp,
                duration,
                timestamp == null ? "arrival" : "client",
                null,
                source,
                principal.subject());
    }

    private static String scalar(Fields in, Object value) {
        if (value instanceof String || value instanceof Number || value instanceof Boolean) {
            return value.toString();
        }
        throw in.invalid("value", "must be a string, a number or a boolean");
    }

    private static void limit(Fields in, String name, @Nullable String text, int most) {
        if (text != null && text.length() > most) {
            throw in.invalid(name, "has " + text.length() + " characters, at most " + most + " are taken");
        }
    }

    private Future<Answer> markers(Call call) {
        Fields in = call.query();
        @Nullable String agentId = AgentIds.optional(in);
        TimeRange range = in.range();
        Times times = Times.of(in);
        int limit = in.integer("limit", LIMIT, 1, MAX_LIMIT);
        String after = Cursors.read(in, "m", agentId);
        in.refuseUnknown();
        call.principal().requireAgent(agentId);
        MarkerQuery query = new MarkerQuery(agentId, range.from(), range.to(), after, limit + 1);
        return services.breaker()
                .read(() -> services.store().markers(query))
                .compose(found -> services.knownUnlessFound(agentId, found))
                .map(found -> {
                    List<MarkerEntry> page = found.subList(0, Math.min(limit, found.size()));
                    String last = page.isEmpty()
                            ? after
                            : page.get(page.size() - 1).timestamp() + "|"
                                    + page.get(page.size() - 1).id();
                    return Answer.json(new JsonObject()
                            .put("items", PublicJson.array(page, marker -> PublicJson.marker(marker, times)))
                            .put("complete", found.size() <= limit)
                            .put("next_cursor", last == null ? null : Cursors.encode("m", agentId, last)));
                });
    }

    private Future<Answer> logs(Call call) {
        Fields in = call.query();
        @Nullable String agentId = AgentIds.optional(in);
        String level = in.has("level") ? in.choice("level", "debug", "info", "warn", "error") : null;
        String text = in.textOrNull("text");
        TimeRange range = in.range();
        Times times = Times.of(in);
        int limit = in.integer("limit", LIMIT, 1, MAX_LIMIT);
        String after = Cursors.read(in, "l", agentId);
        in.refuseUnknown();
        limit(in, "text", text, MAX_TEXT);
        call.principal().requireAgent(agentId);
        Long afterId = after == null ? null : logId(in, after);
        LogQuery query = new LogQuery(agentId, level, text, range.from(), range.to(), afterId, limit + 1);
        return services.breaker()
                .read(() -> services.store().logs(query))
                .compose(found -> services.knownUnlessFound(agentId, found))
                .map(found -> {
                    List<LogEntry> page = found.subList(0, Math.min(limit, found.size()));
                    Long last =
                            page.isEmpty() ? afterId : page.get(page.size() - 1).id();
                    return Answer.json(new JsonObject()
                            .put("items", PublicJson.array(page, entry -> PublicJson.log(entry, times)))
                            .put("complete", found.size() <= limit)
                            .put("next_cursor", last == null ? null : Cursors.encode("l", agentId, last.toString())));
                });
    }

    private static Long logId(Fields in, String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw in.invalid("cursor", "is not a cursor of this list");
        }
    }
}
