package dev.sinal.gateway.routes;

import dev.sinal.contracts.PinQuery;
import dev.sinal.contracts.PinRecord;
import dev.sinal.contracts.PinRequest;
import dev.sinal.contracts.RpcError;
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
import org.jspecify.annotations.Nullable;

/** Keeping samples from retention and deletions. The same operations serve JSON-RPC. */
public final class PinRoutes {
    private static final int LIMIT = 100;
    /** As many as there can be. */
    private static final int MAX_LIMIT = 1_000;

    private static final int MAX_ID = 128;
    private static final int MAX_REASON = 500;

    private final Services services;

    public PinRoutes(Services services) {
        this.services = services;
    }

    public void mount(Routes routes) {
        routes.post("/pins", Access.scope(Scopes.DATA_DELETE), this::pin);
        routes.get(
                "/pins",
                Access.scope(Scopes.AUDIT_READ),
                call -> list(call.principal(), call.query()).map(Answer::json));
        routes.delete("/pins/:id", Access.scope(Scopes.DATA_DELETE), this::unpin);
    }

    private Future<Answer> pin(Call call) {
        call.query().refuseUnknown();
        return call.json()
                .compose(body -> pin(call.principal(), Fields.json(body)))
                .map(pin -> Answer.json(201, pin));
    }

    /** JSON-RPC {@code pin_data}. */
    public Future<JsonObject> pin(Principal principal, Fields in) {
        String agentId = AgentIds.required(in);
        String id = in.textOrNull("id");
        String stream = in.textOrNull("stream");
        TimeRange range = in.range();
        boolean all = in.flag("all", false);
        String reason = in.text("reason");
        Times times = Times.of(in);
        in.refuseUnknown();
        principal.requireAgent(agentId);
        limit(in, "id", id, MAX_ID);
        limit(in, "reason", reason, MAX_REASON);
        if (range.from() == null && range.to() == null && !all) {
            throw in.invalid("start_date", "or end_date has to be named, or all=true to keep everything for ever");
        }
        PinRequest request =
                new PinRequest(id, agentId, stream, range.from(), range.to(), all, reason, principal.subject());
        return services.requireKnown(agentId)
                .compose(known -> services.slowStore().pinData(request))
                .map(pin -> PublicJson.pin(pin, times));
    }

    private static void limit(Fields in, String name, @Nullable String text, int most) {
        if (text != null && text.length() > most) {
            throw in.invalid(name, "has " + text.length() + " characters, at most " + most + " are taken");
        }
    }

    /** JSON-RPC {@code list_pins}. */
    public Future<JsonObject> list(Principal principal, Fields in) {
        @Nullable String agentId = AgentIds.optional(in);
        int limit = in.integer("limit", LIMIT, 1, MAX_LIMIT);
        Times times = Times.of(in);
        in.refuseUnknown();
        principal.requireAgent(agentId);
        return services.breaker()
                .read(() -> services.store().pins(new PinQuery(agentId, null, limit + 1)))
                .compose(found -> services.knownUnlessFound(agentId, found))
                .map(found -> new JsonObject()
                        .put(
                                "pins",
                                PublicJson.array(
                                        found.subList(0, Math.min(found.size(), limit)),
                                        one -> PublicJson.pin(one, times)))
                        .put("complete", found.size() <= limit));
    }

    private Future<Answer> unpin(Call call) {
        call.query().refuseUnknown();
        return unpin(call.principal(), call.path("id")).map(removed -> Answer.noContent());
    }

    /** JSON-RPC {@code unpin_data}. */
    public Future<JsonObject> unpin(Principal principal, Fields in) {
        String id = in.text("id");
        in.refuseUnknown();
        return unpin(principal, id).map(pin -> new JsonObject().put("id", id).put("removed", true));
    }

    private Future<PinRecord> unpin(Principal principal, String id) {
        return services.breaker()
                .read(() -> services.store().pins(new PinQuery(null, id, 1)))
                .compose(found -> {
                    if (found.isEmpty()) {
                        return RpcError.NOT_FOUND.fail("there is no pin " + id);
                    }
                    principal.requireAgent(found.get(0).agentId());
                    return services.slowStore()
                            .unpinData(id, principal.subject())
                            .map(found.get(0));
                });
    }
}
