package dev.sinal.gateway.routes;

import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.UtcNanos;
import dev.sinal.gateway.auth.Principal;
import dev.sinal.gateway.auth.Tickets;
import dev.sinal.gateway.auth.TokenKeys;
import dev.sinal.gateway.http.Access;
import dev.sinal.gateway.http.Answer;
import dev.sinal.gateway.http.Call;
import dev.sinal.gateway.http.Routes;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** {@code /auth/*}: what a caller can do with its own token. */
public final class AuthRoutes {
    private final TokenKeys keys;
    private final Tickets tickets;

    public AuthRoutes(TokenKeys keys, Tickets tickets) {
        this.keys = keys;
        this.tickets = tickets;
    }

    public void mount(Routes routes) {
        routes.get("/auth/me", Access.TOKEN, this::me);
        routes.post("/auth/refresh", Access.TOKEN, this::refresh);
        routes.post("/auth/ticket", Access.TOKEN, this::ticket);
    }

    private Future<Answer> me(Call call) {
        Principal principal = call.principal();
        JsonObject body = new JsonObject()
                .put("subject", principal.subject())
                .put("role", principal.role())
                .put("scopes", sorted(principal.scopes()))
                .put("expires_at", time(principal.expiresAt()));
        Set<String> agents = principal.agents();
        body.put("agents", agents == null ? null : sorted(agents));
        return Future.succeededFuture(Answer.json(body));
    }

    /** A new token with the same rights and as long a life. */
    private Future<Answer> refresh(Call call) {
        if (!keys.canSign()) {
            return RpcError.CONFLICT.fail("this gateway holds public keys only: ask the issuer for a new token");
        }
        Principal principal = call.principal();
        String role = principal.role();
        List<String> roles = role == null ? List.of() : List.of(role.split(" "));
        Set<String> agents = principal.agents();
        Duration lifetime = Duration.ofSeconds(principal.expiresAt() - principal.issuedAt());
        String token = keys.sign(
                principal.subject(),
                roles,
                principal.scopes().stream().sorted().toList(),
                agents == null ? List.of() : List.copyOf(agents),
                lifetime);
        return Future.succeededFuture(Answer.json(new JsonObject()
                .put("token", token)
                .put("token_type", "Bearer")
                .put("expires_in", lifetime.toSeconds())));
    }

    private Future<Answer> ticket(Call call) {
        return tickets.issue(call.principal())
                .map(ticket -> Answer.json(
                        new JsonObject().put("ticket", ticket).put("expires_in", Tickets.LIFETIME.toSeconds())));
    }

    private static String time(long seconds) {
        return UtcNanos.format(UtcNanos.of(Instant.ofEpochSecond(seconds)));
    }

    private static JsonArray sorted(Set<String> values) {
        return new JsonArray(values.stream().sorted().toList());
    }
}
