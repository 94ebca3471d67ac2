package dev.sinal.gateway.routes;

import dev.sinal.contracts.DeletionQuery;
import dev.sinal.contracts.DeletionRecord;
import dev.sinal.contracts.DeletionRequest;
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

/** Deleting samples for good, and the record of what was deleted. The same operations serve JSON-RPC. */
public final class DeletionRoutes {
    private static final int LIMIT = 100;
    private static final int MAX_LIMIT = 1_000;

    private final Services services;

    public DeletionRoutes(Services services) {
        this.services = services;
    }

    public void mount(Routes routes) {
        routes.delete("/agents/:id/data", Access.scope(Scopes.DATA_DELETE), this::delete);
        routes.get(
                "/deletions",
                Access.scope(Scopes.AUDIT_READ),
                call -> list(call.principal(), call.query()).map(Answer::json));
        routes.get("/deletions/:id", Access.scope(Scopes.AUDIT_READ), this::one);
    }

    /** JSON-RPC {@code delete_data}. */
    public Future<JsonObject> delete(Principal principal, Fields in) {
        return delete(principal, AgentIds.required(in), in);
    }

    private Future<Answer> delete(Call call) {
        String agentId = AgentIds.check("id", call.path("id"));
        return delete(call.principal(), agentId, call.query()).map(deletion -> {
            boolean running = DeletionRecord.RUNNING.equals(deletion.getString("state"));
            return running
                    ? Answer.json(202, deletion).with("Location", "/deletions/" + deletion.getString("id"))
                    : Answer.json(deletion);
        });
    }

    private Future<JsonObject> delete(Principal principal, String agentId, Fields in) {
        String stream = in.textOrNull("stream");
        TimeRange range = in.range();
        boolean all = in.flag("all", false);
        boolean dryRun = in.flag("dry_run", false);
        boolean force = in.flag("force", false);
        Times times = Times.of(in);
        in.refuseUnknown();
        principal.requireAgent(agentId);
        if (range.from() == null && range.to() == null && !all) {
            throw in.invalid("start_date", "or end_date has to be named, or all=true to delete everything stored");
        }
        DeletionRequest request =
                new DeletionRequest(agentId, stream, range.from(), range.to(), all, dryRun, force, principal.subject());
        return services.requireKnown(agentId)
                .compose(known -> services.slowStore().deleteData(request))
                .map(deletion -> PublicJson.deletion(deletion, times));
    }

    /** JSON-RPC {@code list_deletions}. */
    public Future<JsonObject> list(Principal principal, Fields in) {
        @Nullable String agentId = AgentIds.optional(in);
        int limit = in.integer("limit", LIMIT, 1, MAX_LIMIT);
        Times times = Times.of(in);
        in.refuseUnknown();
        principal.requireAgent(agentId);
        return services.breaker()
                .read(() -> services.store().deletions(new DeletionQuery(agentId, null, limit)))
                .compose(found -> services.knownUnlessFound(agentId, found))
                .map(found -> new JsonObject()
                        .put("deletions", PublicJson.array(found, one -> PublicJson.deletion(one, times))));
    }

    private Future<Answer> one(Call call) {
        String id = call.path("id");
        Fields in = call.query();
        Times times = Times.of(in);
        in.refuseUnknown();
        return services.breaker()
                .read(() -> services.store().deletions(new DeletionQuery(null, id, 1)))
                .compose(found -> {
                    if (found.isEmpty()) {
                        return RpcError.NOT_FOUND.fail("there is no deletion " + id);
                    }
                    call.principal().requireAgent(found.get(0).agentId());
                    return Future.succeededFuture(Answer.json(PublicJson.deletion(found.get(0), times)));
                });
    }
}
