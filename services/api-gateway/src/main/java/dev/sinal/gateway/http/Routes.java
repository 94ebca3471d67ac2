package dev.sinal.gateway.http;

import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;

/** The only way onto the router: a route with its access. */
public final class Routes {
    static final String ROUTE_NAME = "sinal.route";

    private final Router router;
    private final Gate gate;
    private final long bodyLimit;
    private final List<Declared> declared = new ArrayList<>();

    /** @param path as vertx-web writes it, e.g. {@code /agents/:id} */
    public record Declared(HttpMethod method, String path, Access access) {}

    public Routes(Router router, Gate gate, long bodyLimit) {
        this.router = router;
        this.gate = gate;
        this.bodyLimit = bodyLimit;
    }

    public void get(String path, Access access, Endpoint endpoint) {
        add(HttpMethod.GET, path, access, endpoint);
    }

    public void post(String path, Access access, Endpoint endpoint) {
        add(HttpMethod.POST, path, access, endpoint);
    }

    public void delete(String path, Access access, Endpoint endpoint) {
        add(HttpMethod.DELETE, path, access, endpoint);
    }

    private void add(HttpMethod method, String path, Access access, Endpoint endpoint) {
        declared.add(new Declared(method, path, access));
        Route route = router.route(method, path);
        if (method == HttpMethod.GET) {
            // The server leaves the body out.
            route.method(HttpMethod.HEAD);
        }
        route.putMetadata(Access.KEY, access);
        route.handler(ctx -> {
            ctx.put(ROUTE_NAME, method + " " + path);
            run(ctx, access, endpoint);
        });
    }

    private void run(RoutingContext ctx, Access access, Endpoint endpoint) {
        Future<Answer> answer;
        try {
            answer = gate.enter(ctx, access).compose(entered -> endpoint.answer(new Call(ctx, bodyLimit)));
        } catch (RuntimeException e) {
            answer = Future.failedFuture(e);
        }
        answer.onComplete(done -> {
            if (done.failed()) {
                Problems.answer(ctx, done.cause());
            } else if (done.result() != Answer.STREAMED) {
                send(ctx, done.result());
            }
        });
    }

    static void send(RoutingContext ctx, Answer answer) {
        HttpServerResponse response = ctx.response();
        if (response.ended() || response.closed()) {
            return;
        }
        response.setStatusCode(answer.status());
        answer.headers().forEach((name, value) -> response.headers().set(name, value));
        Bodies.drain(ctx);
        if (answer.contentType().isEmpty()) {
            response.end();
        } else {
            response.putHeader("Content-Type", answer.contentType()).end(answer.body());
        }
    }

    public List<Declared> declared() {
        return List.copyOf(declared);
    }

    /** @throws IllegalStateException for a route that nobody declared an access for */
    public void refuseUndeclared() {
        for (Route route : router.getRoutes()) {
            if (!(route.getMetadata(Access.KEY) instanceof Access)) {
                throw new IllegalStateException(
                        "route " + route.methods() + " " + route.getPath() + " declares no access");
            }
        }
    }
}
