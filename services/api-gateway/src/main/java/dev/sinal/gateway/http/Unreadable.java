package dev.sinal.gateway.http;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;

/** Requests whose head could not be read: refused before any route, and the connection ends, because nobody knows where the next one begins. */
public final class Unreadable {
    private Unreadable() {}

    public static void answer(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        int status = 400;
        if (cause instanceof TooLongHttpLineException) {
            status = 414;
        } else if (cause instanceof TooLongHttpHeaderException) {
            status = 431;
        }
        JsonObject problem = Problems.body(HttpProblem.ofStatus(status));
        request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", Problems.CONTENT_TYPE)
                .putHeader("Connection", "close")
                .end(problem.toBuffer())
                .onComplete(done -> request.connection().close());
    }
}
