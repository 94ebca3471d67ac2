package dev.sinal.runtime;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;

/** The management port of a process: {@code /health/live}, {@code /health/ready}, {@code /metrics}. Loopback by default, no token. */
final class Management {
    private static final int MAX_HEADER_BYTES = 8_192;

    private final HttpServer server;

    private Management(HttpServer server) {
        this.server = server;
    }

    static Future<Management> start(Vertx vertx, NodeConfig config, Health health, PrometheusMeterRegistry metrics) {
        HttpServerOptions options = new HttpServerOptions()
                .setHost(config.managementHost())
                .setPort(config.managementPort())
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setIdleTimeout(30);
        return vertx.createHttpServer(options)
                .requestHandler(request -> answer(vertx, request, health, metrics))
                .listen()
                .map(Management::new);
    }

    int port() {
        return server.actualPort();
    }

    Future<Void> close() {
        return server.close();
    }

    private static void answer(Vertx vertx, HttpServerRequest request, Health health, PrometheusMeterRegistry metrics) {
        switch (request.path()) {
            case "/health/live" -> json(request, 200, new JsonObject().put("status", "live"));
            case "/health/ready" -> json(request, health.ready() ? 200 : 503, health.toJson());
            case "/metrics" ->
                vertx.executeBlocking(metrics::scrape, false)
                        .onSuccess(text -> request.response()
                                .putHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
                                .end(text))
                        .onFailure(
                                failure -> request.response().setStatusCode(500).end());
            default -> json(request, 404, new JsonObject().put("status", "not found"));
        }
    }

    private static void json(HttpServerRequest request, int status, JsonObject body) {
        request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .end(body.toBuffer());
    }
}
