package dev.sinal.gateway.http;

import dev.sinal.gateway.auth.Principal;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One request as an endpoint sees it. */
public record Call(RoutingContext ctx, long bodyLimit) {
    private static final String UNSAID = "application/x-www-form-urlencoded";

    /** @throws IllegalStateException on a route without a token */
    public Principal principal() {
        return Gate.principal(ctx);
    }

    /** Whether only the head of the answer is wanted: what would stream need not be read. */
    public boolean headOnly() {
        return ctx.request().method() == HttpMethod.HEAD;
    }

    public Fields query() {
        return Fields.query(ctx.queryParams());
    }

    /** Completes when the answer is sent, or when the client has gone away before. */
    public Future<Void> gone() {
        Promise<Void> over = Promise.promise();
        ctx.addEndHandler(end -> over.tryComplete());
        return over.future();
    }

    /** A part of the path, decoded. */
    public String path(String name) {
        return String.valueOf(ctx.pathParam(name));
    }

    public @Nullable String header(String name) {
        return ctx.request().getHeader(name);
    }

    /** Media type of the body without parameters, lower case; empty when none is given. */
    public String contentType() {
        String type = header("Content-Type");
        if (type == null) {
            return "";
        }
        int end = type.indexOf(';');
        String media = (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
        // What curl -d and others say when nobody told them; forms are served nowhere here, so it means nothing.
        return media.equals(UNSAID) ? "" : media;
    }

    /** The body as one JSON object. A missing content type is taken for JSON. */
    public Future<JsonObject> json() {
        String type = contentType();
        if (!type.isEmpty() && !type.equals("application/json") && !type.endsWith("+json")) {
            return Future.failedFuture(HttpProblem.unsupportedMedia(
                    "Content-Type " + type + " is not understood here; send application/json"));
        }
        return Bodies.read(ctx, bodyLimit).map(StrictJson::object);
    }
}
