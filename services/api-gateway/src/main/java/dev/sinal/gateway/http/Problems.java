package dev.sinal.gateway.http;

import dev.sinal.contracts.RpcError;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import io.vertx.serviceproxy.ServiceException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Failures as RFC 9457 {@code application/problem+json}. Details never hold internals; a bug is logged here, once. */
public final class Problems {
    public static final String CONTENT_TYPE = "application/problem+json";
    static final int RETRY_AFTER_S = 2;

    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
    private static final Map<String, String> PAGES = pages();

    private Problems() {}

    /** Answers with the failure, if an answer is still possible; a stream that has begun is cut instead. */
    public static void answer(RoutingContext ctx, Throwable failure) {
        HttpServerResponse response = ctx.response();
        if (response.ended() || response.closed()) {
            return;
        }
        if (response.headWritten()) {
            // Only a missing last chunk tells the reader that the stream is not whole.
            LOG.warn("stream cut requestId={} reason={}", requestId(ctx), failure.toString());
            ctx.request().connection().close();
            return;
        }
        JsonObject problem = body(failure);
        int status = problem.getInteger("status");
        if (status == 500) {
            LOG.error("request failed requestId={} route={}", requestId(ctx), routeOf(ctx), failure);
        }
        problem.put("request_id", requestId(ctx));
        response.setStatusCode(status).putHeader("Content-Type", CONTENT_TYPE);
        if (status == 401) {
            response.putHeader("WWW-Authenticate", "Bearer realm=\"sinal\"");
        }
        if (status == 429 || status == 503) {
            response.putHeader("Retry-After", Integer.toString(retryAfter(problem)));
        }
        Bodies.drain(ctx);
        response.end(problem.toBuffer());
    }

    /** {@code type, title, status, detail}, and what the failure's data hold. */
    public static JsonObject body(Throwable failure) {
        if (failure instanceof HttpProblem http) {
            return problem(http.status(), http.name(), http.title(), String.valueOf(http.getMessage()), http.data());
        }
        if (failure instanceof HttpException unreadable && unreadable.getStatusCode() == 400) {
            return body(HttpProblem.badRequest(
                    "the address could not be read: a '%' needs two hexadecimal digits after it"));
        }
        RpcError error = RpcError.of(failure);
        JsonObject data = RpcError.data(failure);
        return problem(error.status(), error.problem(), error.title(), detail(error, failure), data)
                .put("rpc_code", error.code());
    }

    /** What may be told: our own typed failures speak, everything else stays inside. */
    public static String detail(RpcError error, Throwable failure) {
        boolean ours = failure instanceof ServiceException
                || (failure instanceof ReplyException reply
                        && reply.failureType() == ReplyFailure.RECIPIENT_FAILURE
                        && reply.getMessage() != null);
        if (ours && error != RpcError.INTERNAL) {
            return String.valueOf(failure.getMessage());
        }
        return switch (error) {
            case UNAVAILABLE -> "a part of the suite that is needed for this does not answer now";
            case INTERNAL -> "an error of ours; the request id finds it in the log";
            default -> error.title();
        };
    }

    private static JsonObject problem(int status, String name, String title, String detail, JsonObject data) {
        JsonObject body = new JsonObject()
                .put("type", "/problems/" + name)
                .put("title", title)
                .put("status", status)
                .put("detail", detail);
        data.forEach(field -> {
            if (!body.containsKey(field.getKey())) {
                body.put(field.getKey(), field.getValue());
            }
        });
        return body;
    }

    private static int retryAfter(JsonObject problem) {
        return problem.getValue("retry_after_s") instanceof Number seconds
                ? Math.max(1, seconds.intValue())
                : RETRY_AFTER_S;
    }

    private static String requestId(RoutingContext ctx) {
        Object id = ctx.get(Entrance.REQUEST_ID);
        return id == null ? "none" : id.toString();
    }

    private static String routeOf(RoutingContext ctx) {
        return ctx.currentRoute() == null
                ? "none"
                : String.valueOf(ctx.currentRoute().getPath());
    }

    /** Titles by name, for {@code GET /problems/{name}}. */
    public static Map<String, String> known() {
        return PAGES;
    }

    private static Map<String, String> pages() {
        Map<String, String> pages = new LinkedHashMap<>();
        for (RpcError error : RpcError.values()) {
            pages.put(error.problem(), error.title() + ". HTTP " + error.status() + ", JSON-RPC " + error.code() + ".");
        }
        for (int status : new int[] {400, 405, 406, 414, 415, 431}) {
            HttpProblem problem = HttpProblem.ofStatus(status);
            pages.put(problem.name(), problem.title() + ". HTTP " + status + ".");
        }
        HttpProblem timeout = HttpProblem.timeout("");
        pages.put(timeout.name(), timeout.title() + ". HTTP 408.");
        return pages;
    }
}
