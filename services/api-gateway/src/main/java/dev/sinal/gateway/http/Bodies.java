package dev.sinal.gateway.http;

import dev.sinal.contracts.RpcError;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** Request bodies, bounded in bytes and in time. Requests arrive paused, so that nothing is lost while the token is checked. */
public final class Bodies {
    private static final long TIMEOUT_MS = 30_000;
    /** How much of a refused body is read and thrown away, so that the client gets to see the refusal. */
    private static final long DRAIN_BYTES = 64L << 20;

    private Bodies() {}

    /** @param limit bytes; one more fails with TOO_LARGE, which states the limit and the actual size */
    public static Future<Buffer> read(RoutingContext ctx, long limit) {
        HttpServerRequest request = ctx.request();
        long declared = declaredLength(request);
        if (declared > limit) {
            return Future.failedFuture(tooLarge(limit, declared));
        }
        String encoding = request.getHeader("Content-Encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            return Future.failedFuture(HttpProblem.unsupportedMedia(
                    "Content-Encoding " + encoding + " is not accepted; send the body as it is"));
        }
        if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
            ctx.response().writeContinue();
        }
        Promise<Buffer> promise = Promise.promise();
        Buffer body = Buffer.buffer((int) Math.max(64, Math.min(declared, 1 << 20)));
        long timer = ctx.vertx()
                .setTimer(
                        TIMEOUT_MS,
                        id -> promise.tryFail(
                                HttpProblem.timeout("the whole body must arrive within " + TIMEOUT_MS / 1000 + " s")));
        request.handler(part -> {
            if (promise.future().isComplete()) {
                return;
            }
            if (body.length() + part.length() > limit) {
                promise.tryFail(tooLarge(limit, Math.max(declared, body.length() + part.length())));
            } else {
                body.appendBuffer(part);
            }
        });
        request.exceptionHandler(promise::tryFail);
        request.endHandler(end -> promise.tryComplete(body));
        request.resume();
        return promise.future().onComplete(done -> ctx.vertx().cancelTimer(timer));
    }

    /** Throws the rest of a refused request's body away, up to a bound. */
    static void drain(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        if (request.isEnded()) {
            return;
        }
        boolean notSentYet = "100-continue".equalsIgnoreCase(request.getHeader("Expect"));
        if (notSentYet) {
            ctx.response().putHeader("Connection", "close");
            ctx.response().endHandler(end -> request.connection().close());
            return;
        }
        long[] seen = {0};
        try {
            request.handler(part -> {
                seen[0] += part.length();
                if (seen[0] > DRAIN_BYTES) {
                    request.connection().close();
                }
            });
            request.exceptionHandler(ignored -> {});
            request.endHandler(end -> {});
            request.resume();
        } catch (IllegalStateException alreadyRead) {
            // Ended between the check and here: nothing is left to throw away.
            return;
        }
    }

    private static long declaredLength(HttpServerRequest request) {
        String header = request.getHeader("Content-Length");
        if (header == null) {
            return -1;
        }
        try {
            return Long.parseLong(header.strip());
        } catch (NumberFormatException e) {
            throw HttpProblem.badRequest("Content-Length must be one whole number");
        }
    }

    public static RuntimeException tooLarge(long limit, long actual) {
        return RpcError.TOO_LARGE.exception(
                "the body has at least " + actual + " bytes, at most " + limit + " are taken",
                new JsonObject().put("limit", limit).put("actual", actual));
    }
}
