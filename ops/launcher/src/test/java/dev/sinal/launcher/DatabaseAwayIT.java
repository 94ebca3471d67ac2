package dev.sinal.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.agents.AgentManagerModule;
import dev.sinal.analytics.AnalyticsModule;
import dev.sinal.gateway.ApiGatewayModule;
import dev.sinal.gateway.RunningGateway;
import dev.sinal.gateway.auth.TokenKeys;
import dev.sinal.runtime.Health;
import dev.sinal.runtime.NodeContext;
import dev.sinal.runtime.Settings;
import dev.sinal.runtime.SinalModule;
import dev.sinal.runtime.SinalModule.Running;
import dev.sinal.store.TelemetryStoreModule;
import dev.sinal.testkit.TestDatabase;
import dev.sinal.testkit.TestServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The database is gone, or there but silent: every route that needs it says so, soon, and none hangs. */
final class DatabaseAwayIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** 3 s are promised; the rest is for a machine that is busy with other tests. */
    private static final long LONGEST_MS = 4_500;

    /** @param body null = GET */
    private record Ask(String path, String accept, String body) {
        static Ask get(String path) {
            return new Ask(path, "*/*", null);
        }

        @Override
        public String toString() {
            return (body == null ? "GET " : "POST ") + path + " " + accept;
        }
    }

    private record Told(int status, boolean retryAfter, long ms, String body) {}

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final List<Running> running = new ArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private TestServer server;
    private TestDatabase database;
    private String url;
    private String token;
    private String stream;

    @BeforeEach
    void start() throws Exception {
        server = TestServer.start();
        database = server.database();
        TokenKeys keys = TokenKeys.inMemory();
        Settings settings = Settings.of(Map.of("database.uri", database.uri(), "http.port", "0"));
        Health health = new Health();
        NodeContext node = new NodeContext(vertx, "node-1", "test", folder, new SimpleMeterRegistry(), health);
        for (SinalModule module : List.of(
                new TelemetryStoreModule(),
                new AgentManagerModule(),
                new AnalyticsModule(),
                new ApiGatewayModule(keys))) {
            running.add(await(module.configure(settings).start(node)));
        }
        url = "http://127.0.0.1:" + ((RunningGateway) running.get(3)).port();
        token = keys.sign("test", "admin", Duration.ofMinutes(30));
        Awaitility.await().atMost(PATIENCE).until(health::ready);
        assertThat(ask(new Ask("/telemetry", "*/*", update())).status()).isEqualTo(200);
        stream = new JsonObject(ask(Ask.get("/streams?agent_id=abc")).body())
                .getJsonArray("streams")
                .getJsonObject(0)
                .getString("id");
    }

    @AfterEach
    void stop() throws Exception {
        for (int i = running.size() - 1; i >= 0; i--) {
            await(running.get(i).stop());
        }
        await(vertx.close());
        database.close();
        server.close();
    }

    private static String update() {
        return new JsonObject()
                .put("type", "telemetry_update")
                .put("payload", new JsonObject().put("agent_id", "abc").put("metrics", new JsonObject().put("x", 1)))
                .put("timestamp", "2026-03-01T10:00:00Z")
                .encode();
    }

    private static Ask rpc(String method, JsonObject params) {
        return new Ask(
                "/rpc",
                "*/*",
                new JsonObject()
                        .put("jsonrpc", "2.0")
                        .put("id", 1)
                        .put("method", method)
                        .put("params", params)
                        .encode());
    }

    private List<Ask> reads() {
        String history = "/telemetry/history?agent_id=abc";
        return List.of(
                Ask.get(history),
                Ask.get(history + "&order=committed"),
                new Ask(history, "application/x-ndjson", null),
                new Ask(history, "text/csv", null),
                new Ask(history, "application/msgpack", null),
                new Ask(history, "application/vnd.sinal.chunk", null),
                Ask.get("/telemetry/plot?agent_id=abc"),
                Ask.get("/telemetry/live?agent_id=abc"),
                Ask.get("/streams?agent_id=abc"),
                Ask.get("/streams"),
                Ask.get("/streams/" + stream + "/epochs"),
                Ask.get("/streams/" + stream + "/info"),
                Ask.get("/streams/" + stream + "/clock"),
                Ask.get("/streams/" + stream + "/ledger"),
                Ask.get("/gaps?agent_id=abc"),
                Ask.get("/logs?agent_id=abc"),
                Ask.get("/markers?agent_id=abc"));
    }

    private List<Ask> writes() {
        return List.of(
                new Ask("/telemetry", "*/*", update()),
                new Ask(
                        "/markers",
                        "*/*",
                        new JsonObject()
                                .put("agent_id", "abc")
                                .put("label", "x")
                                .encode()));
    }

    private List<Ask> calls() {
        JsonObject agent = new JsonObject().put("agent_id", "abc");
        return List.of(rpc("telemetry_history", agent), rpc("telemetry_recent", agent));
    }

    @Test
    void aServerThatIsStopped() throws Exception {
        assertEverythingAnswers();
        server.stop();
        assertEverythingIsRefused();
        server.startAgain();
        comesBack();
    }

    @Test
    void aServerThatIsSilent() throws Exception {
        assertEverythingAnswers();
        List<Long> processes = Stream.concat(
                        Stream.of(server.pid()),
                        ProcessHandle.of(server.pid())
                                .orElseThrow()
                                .descendants()
                                .map(ProcessHandle::pid))
                .toList();
        signal("-STOP", processes);
        try {
            assertEverythingIsRefused();
        } finally {
            signal("-CONT", processes);
        }
        comesBack();
    }

    private void assertEverythingAnswers() throws Exception {
        SoftAssertions all = new SoftAssertions();
        for (Ask ask :
                Stream.of(reads(), writes(), calls()).flatMap(List::stream).toList()) {
            boolean nothingToTell = ask.path().endsWith("/info");
            all.assertThat(ask(ask).status()).as(ask.toString()).isEqualTo(nothingToTell ? 404 : 200);
        }
        all.assertAll();
    }

    private void assertEverythingIsRefused() throws Exception {
        SoftAssertions all = new SoftAssertions();
        for (Ask ask : Stream.of(reads(), writes()).flatMap(List::stream).toList()) {
            Told told = ask(ask);
            all.assertThat(told.status()).as(ask + ": " + told.body()).isEqualTo(503);
            all.assertThat(told.retryAfter()).as(ask + ": Retry-After").isTrue();
            all.assertThat(told.ms()).as(ask.toString()).isLessThan(LONGEST_MS);
        }
        for (Ask ask : calls()) {
            Told told = ask(ask);
            all.assertThat(told.body()).as(ask.body()).contains("-32053");
            all.assertThat(told.ms()).as(ask.body()).isLessThan(LONGEST_MS);
        }
        all.assertAll();
    }

    private void comesBack() {
        Awaitility.await()
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> Stream.concat(reads().stream(), writes().stream())
                        .filter(ask -> !ask.path().endsWith("/info"))
                        .allMatch(ask -> ok(ask)));
    }

    private boolean ok(Ask ask) {
        try {
            return ask(ask).status() == 200;
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private Told ask(Ask ask) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + ask.path()))
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + token)
                .header("Accept", ask.accept());
        if (ask.body() != null) {
            request.header("Content-Type", "application/json").POST(BodyPublishers.ofString(ask.body()));
        }
        long began = System.nanoTime();
        HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        return new Told(
                response.statusCode(),
                response.headers().firstValue("Retry-After").isPresent(),
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began),
                response.body());
    }

    private static void signal(String signal, List<Long> processes) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("kill", signal));
        processes.forEach(pid -> command.add(pid.toString()));
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }
}
