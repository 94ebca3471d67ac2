package dev.sinal.gateway.http;

import dev.sinal.contracts.RpcError;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;

/** Cross-origin requests of the origins on the list, compared exactly. Tokens travel in a header, so no credentials are allowed. */
public final class Cors implements Handler<RoutingContext> {
    private static final String METHODS = "GET, POST, DELETE";
    private static final String REQUEST_HEADERS =
            "Authorization, Content-Type, Accept, Idempotency-Key, Last-Event-ID, Prefer, X-Request-Id";
    private static final String ANSWER_HEADERS = "Link, Retry-After, X-Request-Id, Location";

    private final Set<String> origins;

    public Cors(Set<String> origins) {
        this.origins = Set.copyOf(origins);
    }

    @Override
    public void handle(RoutingContext ctx) {
        String origin = ctx.request().getHeader("Origin");
        boolean preflight = ctx.request().method() == HttpMethod.OPTIONS
                && origin != null
                && ctx.request().headers().contains("Access-Control-Request-Method");
        boolean allowed = origin != null && origins.contains(origin);
        if (allowed) {
            ctx.response()
                    .putHeader("Access-Control-Allow-Origin", origin)
                    .putHeader("Access-Control-Expose-Headers", ANSWER_HEADERS);
        }
        if (!preflight) {
            ctx.next();
        } else if (allowed) {
            ctx.response()
                    .putHeader("Access-Control-Allow-Methods", METHODS)
                    .putHeader("Access-Control-Allow-Headers", REQUEST_HEADERS)
                    .putHeader("Access-Control-Max-Age", "600")
                    .setStatusCode(204)
                    .end();
        } else {
            Problems.answer(ctx, RpcError.FORBIDDEN.exception("this origin is not in http.cors.origins"));
        }
    }
}
