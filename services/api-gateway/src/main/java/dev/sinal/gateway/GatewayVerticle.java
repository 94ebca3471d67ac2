package dev.sinal.gateway;

import dev.sinal.gateway.auth.Principal;
import dev.sinal.gateway.auth.Tickets;
import dev.sinal.gateway.auth.TokenKeys;
import dev.sinal.gateway.auth.TokenVerifier;
import dev.sinal.gateway.http.Access;
import dev.sinal.gateway.http.Cors;
import dev.sinal.gateway.http.Door;
import dev.sinal.gateway.http.Entrance;
import dev.sinal.gateway.http.Gate;
import dev.sinal.gateway.http.Routes;
import dev.sinal.gateway.http.StaticFiles;
import dev.sinal.gateway.http.TokenBuckets;
import dev.sinal.gateway.http.Unreadable;
import dev.sinal.gateway.live.LiveAuth;
import dev.sinal.gateway.live.LiveContext;
import dev.sinal.gateway.live.LiveLimits;
import dev.sinal.gateway.live.LiveRoutes;
import dev.sinal.gateway.routes.Api;
import dev.sinal.gateway.routes.Services;
import dev.sinal.gateway.routes.StoreBreaker;
import dev.sinal.runtime.NodeContext;
import io.micrometer.core.instrument.Gauge;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Wires the doors to the services behind them. Decides nothing. */
final class GatewayVerticle extends VerticleBase {
    private final GatewayConfig config;
    private final TokenKeys keys;
    private final TokenVerifier verifier;
    private final NodeContext context;
    private @Nullable HttpServer server;
    private @Nullable StoreBreaker breaker;
    private @Nullable LiveRoutes live;
    private List<Route> routes = List.of();

    GatewayVerticle(GatewayConfig config, TokenKeys keys, NodeContext context) {
        this.config = config;
        this.keys = keys;
        this.verifier = new TokenVerifier(keys, Clock.systemUTC());
        this.context = context;
    }

    List<Route> routes() {
        return routes;
    }

    int port() {
        return server == null ? -1 : server.actualPort();
    }

    @Override
    public Future<?> start() {
        StoreBreaker guarded = new StoreBreaker(vertx, context.metrics());
        breaker = guarded;
        Router router = router(Services.of(vertx, config.storeTimeout(), guarded));
        routes = router.getRoutes();
        HttpServer http = vertx.createHttpServer(Door.options(config.host(), config.port()));
        Door.limitConnections(vertx, http, config.maxConnections(), context.metrics());
        return http.requestHandler(router)
                .invalidRequestHandler(Unreadable::answer)
                .listen()
                .onSuccess(listening -> server = listening);
    }

    @Override
    public Future<?> stop() {
        if (breaker != null) {
            breaker.close();
        }
        Future<Void> told = live == null ? Future.succeededFuture() : live.stop();
        return told.compose(done -> server == null ? Future.succeededFuture() : server.close());
    }

    private Router router(Services services) {
        Router router = Router.router(vertx);
        Tickets tickets = new Tickets(vertx, context.metrics());
        Gauge.builder("sinal.gateway.tokens.known", verifier, TokenVerifier::known)
                .register(context.metrics());
        Gate gate = new Gate(verifier, new TokenBuckets(config.rate(), config.burst()), context.metrics());
        Routes routes = new Routes(router, gate, config.maxBody());
        router.route()
                .putMetadata(Access.KEY, Access.OPEN)
                .handler(new Entrance(config.allowedHosts(), config.closeAfterBody(), context.metrics()))
                .handler(new Cors(config.corsOrigins()));
        mountLive(router, services, tickets);
        new Api(vertx, services, keys, tickets, gate, context, config.maxTelemetry()).mount(routes);
        StaticFiles.mount(router);
        routes.refuseUndeclared();
        return router;
    }

    private void mountLive(Router router, Services services, Tickets tickets) {
        LiveAuth auth = new LiveAuth() {
            @Override
            public Future<Principal> verify(String token) {
                return verifier.verify(token);
            }

            @Override
            public Future<Principal> redeem(String ticket) {
                return tickets.redeem(ticket);
            }
        };
        live = LiveRoutes.mount(
                router,
                new LiveContext(
                        vertx,
                        services.agents(),
                        services.store(),
                        auth,
                        config.corsOrigins(),
                        context.metrics(),
                        LiveLimits.defaults(config.live()).withLeeway(Duration.ofSeconds(TokenVerifier.LEEWAY_S))));
    }
}
