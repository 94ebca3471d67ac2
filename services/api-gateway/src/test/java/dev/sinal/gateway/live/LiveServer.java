package dev.sinal.gateway.live;

import dev.sinal.contracts.RpcError;
import dev.sinal.gateway.auth.Principal;
import dev.sinal.gateway.http.Door;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The live routes on a real server, with the suite in memory behind them. */
final class LiveServer implements AutoCloseable {
    final Vertx vertx;
    final Suite suite;
    final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    final Map<String, Principal> tokens = new ConcurrentHashMap<>();
    final Map<String, Principal> tickets = new ConcurrentHashMap<>();
    private final WebSocketClient webSockets;
    final HttpClient http;
    final int port;
    private final Server server;
    private final boolean first;
    private final String deployment;

    LiveServer() {
        this(LiveLimits.defaults());
    }

    LiveServer(LiveLimits limits) {
        this(Vertx.vertx(), null, limits);
    }

    /** A second gateway on the same bus and store. */
    LiveServer another() {
        return new LiveServer(vertx, suite, LiveLimits.defaults());
    }

    private LiveServer(Vertx vertx, @Nullable Suite shared, LiveLimits limits) {
        this.vertx = vertx;
        this.first = shared == null;
        this.suite = shared == null ? new Suite(vertx) : shared;
        this.webSockets = vertx.createWebSocketClient(new WebSocketClientOptions().setMaxConnections(500));
        this.http = vertx.createHttpClient();
        tokens.put("viewer", principal("ada", 3_600, null));
        tokens.put("restricted", principal("bob", 3_600, Set.of("vitals")));
        tokens.put("scopeless", new Principal("eve", null, Set.of("agent:read"), null, 0, 4_102_444_800L));
        LiveAuth auth = new LiveAuth() {
            @Override
            public Future<Principal> verify(String token) {
                Principal known = tokens.get(token);
                return known == null ? RpcError.UNAUTHORIZED.fail("no such token") : Future.succeededFuture(known);
            }

            @Override
            public Future<Principal> redeem(String ticket) {
                Principal known = tickets.remove(ticket);
                return known == null ? RpcError.UNAUTHORIZED.fail("no such ticket") : Future.succeededFuture(known);
            }
        };
        LiveContext context = new LiveContext(
                vertx, suite.agentManager(), suite.store(), auth, Set.of("https://lab.example"), metrics, limits);
        server = new Server(context);
        deployment = get(vertx.deployVerticle(server));
        port = server.http.actualPort();
    }

    static Principal principal(String subject, long seconds, @Nullable Set<String> agents) {
        long now = System.currentTimeMillis() / 1_000;
        return new Principal(subject, "viewer", Set.of("stream:live", "stream:read"), agents, now, now + seconds);
    }

    private static final class Server extends VerticleBase {
        private final LiveContext context;
        private HttpServer http;
        private LiveRoutes routes;

        Server(LiveContext context) {
            this.context = context;
        }

        Context context() {
            return super.context;
        }

        @Override
        public Future<?> start() {
            Router router = Router.router(vertx);
            routes = LiveRoutes.mount(router, context);
            http = vertx.createHttpServer(Door.options("127.0.0.1", 0));
            return http.requestHandler(router).listen();
        }
    }

    Future<LiveClient> tryConnect(String uri, MultiMap headers) {
        WebSocketConnectOptions options = new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(port)
                .setURI(uri)
                .setHeaders(headers);
        return webSockets.connect(options).map(LiveClient::new);
    }

    /** Connected, not yet authenticated. */
    LiveClient connect() {
        return get(tryConnect("/ws", MultiMap.caseInsensitiveMultiMap()));
    }

    /** Connected and authenticated. */
    LiveClient viewer() {
        LiveClient client = connect();
        client.call("authenticate", new JsonObject().put("token", "viewer"));
        return client;
    }

    double count(String metric) {
        return metrics.get(metric).counter().count();
    }

    /** As a gateway does before it closes its server. */
    void stopRoutes() {
        Promise<Void> stopped = Promise.promise();
        server.context().runOnContext(next -> server.routes.stop().onComplete(stopped));
        get(stopped.future());
    }

    static <T> T get(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        get(first ? vertx.close() : vertx.undeploy(deployment));
    }
}
