package dev.sinal.gateway.http;

import dev.sinal.contracts.RpcError;
import dev.sinal.gateway.auth.Principal;
import dev.sinal.gateway.auth.TokenVerifier;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** Lets a request in when its token allows it, at a bounded rate per caller. */
public final class Gate {
    private static final String PRINCIPAL = "sinal.principal";
    private static final String BEARER = "Bearer ";
    private static final double FAILURES_PER_SECOND = 20;
    private static final double FAILURE_BURST = 200;

    private final TokenVerifier verifier;
    private final TokenBuckets perCaller;
    private final TokenBuckets failures = new TokenBuckets(FAILURES_PER_SECOND, FAILURE_BURST);
    private final Counter refused;
    private final Counter limited;

    public Gate(TokenVerifier verifier, TokenBuckets perCaller, MeterRegistry metrics) {
        this.verifier = verifier;
        this.perCaller = perCaller;
        this.refused = metrics.counter("sinal.gateway.auth.failures");
        this.limited = metrics.counter("sinal.gateway.rate.limited");
    }

    /** Checks the bearer token of a request. Fails with UNAUTHORIZED, or RATE_LIMITED after too many failures of one address. */
    public Future<Principal> authenticate(HttpServerRequest request) {
        String address = request.remoteAddress() == null
                ? "unknown"
                : String.valueOf(request.remoteAddress().hostAddress());
        List<String> headers = request.headers().getAll("Authorization");
        String token = headers.size() == 1 && headers.get(0).regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? headers.get(0).substring(BEARER.length()).strip()
                : "";
        // A valid token always passes: strangers behind the same address must not lock its owner out.
        return verifier.verify(token).recover(failure -> {
            refused.increment();
            double wait = failures.take(address);
            return wait > 0 ? tooMany(wait) : Future.failedFuture(failure);
        });
    }

    /** Counts one operation of the caller. Fails with RATE_LIMITED. */
    public Future<Void> admit(Principal principal) {
        double wait = perCaller.take(principal.subject());
        return wait > 0 ? tooMany(wait) : Future.succeededFuture();
    }

    private <T> Future<T> tooMany(double seconds) {
        limited.increment();
        int whole = (int) Math.max(1, Math.ceil(seconds));
        return RpcError.RATE_LIMITED.fail(
                "too many requests: try again in " + whole + " s", new JsonObject().put("retry_after_s", whole));
    }

    Future<Void> enter(RoutingContext ctx, Access access) {
        if (!access.token()) {
            return Future.succeededFuture();
        }
        return authenticate(ctx.request()).compose(principal -> {
            ctx.put(PRINCIPAL, principal);
            String scope = access.scope();
            if (scope != null) {
                principal.requireScope(scope);
            }
            return admit(principal);
        });
    }

    static Principal principal(RoutingContext ctx) {
        Principal principal = ctx.get(PRINCIPAL);
        if (principal == null) {
            throw new IllegalStateException("an open route has no principal");
        }
        return principal;
    }
}
