package dev.sinal.gateway;

import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.AgentManager;
import dev.sinal.contracts.Analytics;
import dev.sinal.contracts.LslDirectory;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.TelemetryStore;
import dev.sinal.gateway.auth.TokenKeys;
import dev.sinal.runtime.Health;
import dev.sinal.runtime.NodeContext;
import dev.sinal.runtime.Proxies;
import dev.sinal.runtime.Settings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import io.vertx.serviceproxy.ServiceException;
import io.vertx.serviceproxy.ServiceExceptionMessageCodec;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A gateway on a free port, with in-memory services served over the real bus. */
final class Gateway implements AutoCloseable {
    final Vertx vertx = Vertx.vertx();
    final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    final TokenKeys keys = TokenKeys.inMemory();
    final FakeAgents agents = new FakeAgents();
    final FakeStore store;
    final FakeAnalytics analytics = new FakeAnalytics();
    private final RunningGateway running;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Gateway(Map<String, String> settings, boolean withStore) {
        vertx.eventBus().registerDefaultCodec(ServiceException.class, new ServiceExceptionMessageCodec());
        store = new FakeStore(vertx);
        Proxies.serve(vertx, AgentManager.class, Addresses.AGENTS, agents);
        if (withStore) {
            store.listen();
            Proxies.serve(vertx, TelemetryStore.class, Addresses.STORE, store);
        }
        Proxies.serve(vertx, Analytics.class, Addresses.ANALYTICS, analytics);
        Proxies.serve(
                vertx,
                LslDirectory.class,
                Addresses.LSL_DIRECTORY,
                (query, timeout) -> "broken".equals(query)
                        ? RpcError.INVALID_PARAMS.fail("a value is missing")
                        : Future.succeededFuture(List.of()));
        Map<String, String> all = new HashMap<>(Map.of("http.port", "0"));
        all.putAll(settings);
        NodeContext context = new NodeContext(vertx, "node-1", "test", Path.of("."), metrics, new Health());
        running = (RunningGateway)
                await(new ApiGatewayModule(keys).configure(Settings.of(all)).start(context));
    }

    /** Another one on the same bus, with the same keys. */
    RunningGateway beside() {
        NodeContext context =
                new NodeContext(vertx, "node-2", "test", Path.of("."), new SimpleMeterRegistry(), new Health());
        Settings settings = Settings.of(Map.of("http.port", "0"));
        return (RunningGateway)
                await(new ApiGatewayModule(keys).configure(settings).start(context));
    }

    static Gateway start() {
        return start(Map.of());
    }

    static Gateway start(Map<String, String> settings) {
        return new Gateway(settings, true);
    }

    static Gateway withoutStore() {
        return new Gateway(Map.of(), false);
    }

    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    List<Route> routes() {
        return ((ApiGatewayModule.Deployed) running).routes();
    }

    int port() {
        return running.port();
    }

    String token(String role) {
        return keys.sign(role + "-user", role, Duration.ofMinutes(5));
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .timeout(Duration.ofSeconds(20));
    }

    HttpRequest.Builder as(String role, String path) {
        return request(path).header("Authorization", "Bearer " + token(role));
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    HttpResponse<byte[]> bytes(HttpRequest.Builder request) {
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    HttpResponse<String> get(String path) {
        return send(as("admin", path));
    }

    HttpResponse<String> post(String path, String body) {
        return send(as("admin", path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)));
    }

    static JsonObject json(HttpResponse<String> response) {
        return new JsonObject(response.body());
    }

    @Override
    public void close() {
        await(running.stop());
        await(vertx.close());
    }
}
