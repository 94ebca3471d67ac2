package dev.sinal.gateway.routes;

import dev.sinal.gateway.http.Access;
import dev.sinal.gateway.http.Answer;
import dev.sinal.gateway.http.Routes;
import dev.sinal.runtime.Health;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;

/** Probes of this process. */
final class HealthRoutes {
    private final Health health;

    HealthRoutes(Health health) {
        this.health = health;
    }

    void mount(Routes routes) {
        routes.get(
                "/health/live",
                Access.OPEN,
                call -> Future.succeededFuture(Answer.json(new JsonObject().put("status", "live"))));
        routes.get(
                "/health/ready",
                Access.OPEN,
                call -> Future.succeededFuture(Answer.json(health.ready() ? 200 : 503, health.toJson())));
    }
}
