package dev.sinal.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.contracts.UtcNanos;
import dev.sinal.gateway.auth.TokenKeys;
import dev.sinal.lsl.LslConfig;
import dev.sinal.testkit.NumberedOutlet;
import dev.sinal.testkit.SampleAccount;
import dev.sinal.testkit.TestDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ingest, then the store, die by SIGKILL while numbered samples flow; afterwards every sample is accounted for. */
final class KillIT {
    private static final double RATE_HZ = 250;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final long TOLERANCE_NS = 50_000_000;
    private static final long TOLERANCE_SAMPLES = 3;

    @TempDir
    Path folder;

    private final Map<String, String> environment = new HashMap<>();
    private final List<Integer> ports = new ArrayList<>();
    private String token = "";

    @Test
    void everySampleIsStoredOnceOrInsideARecordedGap() throws Exception {
        prepare();
        try (TestDatabase database = TestDatabase.fresh();
                NumberedOutlet outlet = NumberedOutlet.start(lslConfig(), "Numbered", "numbered-1", RATE_HZ)) {
            environment.put("SINAL_DATABASE_URI", database.uri());
            SinalProcess store = node("store", 0, "telemetry-store");
            SinalProcess ingest = node("ingest", 1, "lsl-ingest");
            try (SinalProcess front = node("front", 2, "agent-manager", "api-gateway")) {
                store.awaitReady();
                ingest.awaitReady();
                front.awaitReady();
                token = TokenKeys.load(folder.resolve("keys.json"))
                        .sign("test", List.of("admin"), List.of(), List.of(), Duration.ofHours(1));
                start(front);
                awaitRows(front, 500);

                ingest.kill();
                ingest = node("ingest", 1, "lsl-ingest").awaitReady();
                awaitRows(front, rows(front).size() + 500);

                store.kill();
                long whileDown = outlet.sent() + 500;
                Awaitility.await().atMost(PATIENCE).until(() -> outlet.sent() > whileDown);
                store = node("store", 0, "telemetry-store").awaitReady();
                awaitRows(front, rows(front).size() + 1_000);

                JsonObject stopped = post(front, "/agents/stop", "{\"agent_id\": \"numbered\", \"wait_s\": 60}");
                assertThat(stopped.getBoolean("drained")).isTrue();

                SampleAccount account = SampleAccount.of(rows(front), gaps(front), TOLERANCE_NS, TOLERANCE_SAMPLES);
                System.out.println(
                        "kill -9 account: sent=" + outlet.sent() + " stored=" + account.stored() + " missing="
                                + account.missing() + " in recorded gaps=" + account.explained() + " faults="
                                + account.faults().size());
                assertThat(account.faults()).isEmpty();
                assertThat(account.missing())
                        .as("ingest was away: something must be missing")
                        .isPositive();
            } finally {
                ingest.close();
                store.close();
            }
        }
    }

    private void prepare() throws Exception {
        environment.putAll(LslTestConfig.environment(folder));
        TokenKeys.create(folder.resolve("keys.json"));
        environment.put("SINAL_AUTH_KEY_FILE", folder.resolve("keys.json").toString());
        for (int i = 0; i < 3; i++) {
            try (ServerSocket socket = new ServerSocket(0)) {
                ports.add(socket.getLocalPort());
            }
        }
    }

    private LslConfig lslConfig() throws Exception {
        Path file = folder.resolve("lsl_api.cfg");
        return LslConfig.parse(Files.readString(file), file.toString());
    }

    private SinalProcess node(String name, int number, String... services) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("node"));
        arguments.addAll(List.of(services));
        arguments.addAll(List.of(
                "--node-name",
                name,
                "--cluster",
                "--cluster-port",
                ports.get(number).toString(),
                "--join",
                String.join(",", ports.stream().map(port -> "127.0.0.1:" + port).toList()),
                "--data-dir",
                folder.resolve("data-" + name).toString(),
                "--port",
                "0"));
        return SinalProcess.start(folder, name, environment, arguments.toArray(String[]::new));
    }

    private void start(SinalProcess front) throws Exception {
        JsonObject started = post(front, "/agents/start", """
                {"agent_id": "numbered", "wait_s": 60,
                 "spec": {"kind": "lsl", "streams": [{"query": "source_id='numbered-1'", "name": "numbers"}]}}""");
        assertThat(started.getString("status")).isEqualTo("started");
    }

    private void awaitRows(SinalProcess front, long atLeast) {
        Awaitility.await("rows >= " + atLeast)
                .atMost(PATIENCE)
                .pollInterval(250, TimeUnit.MILLISECONDS)
                .ignoreExceptions()
                .until(() -> rows(front).size() >= atLeast);
    }

    private List<SampleAccount.Row> rows(SinalProcess front) throws Exception {
        HttpResponse<String> answer = front.send(front.request("/telemetry/history?agent_id=numbered")
                .setHeader("Authorization", "Bearer " + token)
                .header("Accept", "application/x-ndjson")
                .GET());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body()
                .lines()
                .filter(line -> !line.isBlank())
                .map(KillIT::row)
                .toList();
    }

    private static SampleAccount.Row row(String line) {
        JsonObject json = new JsonObject(line);
        JsonObject metrics = json.getJsonObject("metrics");
        return new SampleAccount.Row(
                json.getLong("epoch"),
                json.getLong("seq"),
                UtcNanos.parse(json.getString("timestamp")),
                metrics.getLong("index"),
                metrics.getDouble("hash"));
    }

    private List<SampleAccount.Gap> gaps(SinalProcess front) throws Exception {
        JsonObject answer = new JsonObject(front.send(front.request("/gaps?agent_id=numbered")
                        .setHeader("Authorization", "Bearer " + token)
                        .GET())
                .body());
        JsonArray gaps = answer.getJsonArray("gaps");
        List<SampleAccount.Gap> result = new ArrayList<>();
        for (int i = 0; i < gaps.size(); i++) {
            JsonObject gap = gaps.getJsonObject(i);
            String to = gap.getString("to");
            result.add(new SampleAccount.Gap(
                    UtcNanos.parse(gap.getString("from")),
                    to == null ? null : UtcNanos.parse(to),
                    gap.getLong("estimated_samples"),
                    gap.getString("cause")));
        }
        return result;
    }

    private JsonObject post(SinalProcess front, String path, String body) throws Exception {
        HttpResponse<String> answer = front.send(front.request(path)
                .setHeader("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString(body)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body());
    }
}
