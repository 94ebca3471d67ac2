package dev.sinal.gateway.http;

import io.vertx.core.Future;

/** Answers one request. A thrown or failed exception becomes a problem. */
@FunctionalInterface
public interface Endpoint {
    Future<Answer> answer(Call call);
}
