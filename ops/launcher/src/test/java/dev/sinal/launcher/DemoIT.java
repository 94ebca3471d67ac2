package dev.sinal.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.testkit.suite.LslTestConfig;
import dev.sinal.testkit.suite.SinalProcess;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./sinal demo} as its user meets it: one process, real sockets, real PostgreSQL. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class DemoIT {
    @TempDir
    static Path folder;

    private SinalProcess demo;

    @BeforeAll
    void start() throws Exception {
        demo = startDemo();
    }

    @AfterAll
    void stop() throws Exception {
        demo.close();
    }

    private static SinalProcess startDemo() throws Exception {
        return SinalProcess.start(
                        folder,
                        "demo",
                        LslTestConfig.environment(folder),
                        "demo",
                        "--port",
                        "0",
                        "--data-dir",
                        folder.resolve("data").toString())
                .awaitReady();
    }

    @Test
    @Order(1)
    void theReadyFileSaysWhereAndOnlyItsOwnerMayReadIt() throws Exception {
        JsonObject ready = demo.ready();

        assertThat(ready.getLong("pid")).isEqualTo(demo.pid());
        assertThat(ready.getString("url")).startsWith("http://127.0.0.1:");
        assertThat(ready.getJsonArray("services")).contains("telemetry-store", "api-gateway", "lsl-ingest");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("demo.ready.json"))))
                .isEqualTo("rw-------");
        assertThat(demo.get("/health/ready").statusCode()).isEqualTo(200);
    }

    @Test
    @Order(2)
    void bothAgentsRunAndTheirSamplesAreInHistory() throws Exception {
        for (String agent : List.of("headset", "vitals")) {
            JsonObject status = json(demo.get("/agents/status?agent_id=" + agent));
            assertThat(status.getString("state")).isEqualTo("running");
            JsonObject page = json(demo.get("/telemetry/history?agent_id=" + agent + "&page_size=10"));
            assertThat(page.getJsonArray("items")).isNotEmpty();
        }
        JsonObject row = json(demo.get("/telemetry/history?agent_id=headset&stream=eeg&page_size=1"))
                .getJsonArray("items")
                .getJsonObject(0);
        assertThat(row.getString("agent_id")).isEqualTo("headset");
        assertThat(row.getString("stream")).isEqualTo("eeg");
        assertThat(row.getJsonObject("metrics").size()).isEqualTo(8);
        assertThat(row.getString("timestamp")).hasSize(30).endsWith("Z");
    }

    @Test
    @Order(3)
    void historyHasNoHoleWhileNothingFails() throws Exception {
        List<long[]> rows = Awaitility.await()
                .atMost(60, TimeUnit.SECONDS)
                .until(() -> History.positions(demo, "headset", "ecg", "ecg"), list -> list.size() > 1_000);

        assertThat(rows.stream().map(row -> row[0]).distinct().count()).isEqualTo(1);
        for (int i = 0; i < rows.size(); i++) {
            assertThat(rows.get(i)[1]).isEqualTo(i + 1);
        }
    }

    @Test
    @Order(4)
    void theMissionsRpcMessageWorksVerbatim() throws Exception {
        HttpResponse<String> answer = demo.post(
                "/rpc",
                "{\"jsonrpc\":\"2.0\",\"method\":\"start_agent\",\"params\":{\"agent_id\":\"abc123\"},\"id\":1}");

        assertThat(answer.statusCode()).isEqualTo(200);
        JsonObject json = new JsonObject(answer.body());
        assertThat(json.getString("jsonrpc")).isEqualTo("2.0");
        assertThat(json.getInteger("id")).isEqualTo(1);
        assertThat(json.getJsonObject("result").getString("status")).isEqualTo("started");
    }

    @Test
    @Order(5)
    void theMissionsAcpMessageIsStoredAndAnalysed() throws Exception {
        JsonArray updates = new JsonArray();
        for (int i = 0; i < 120; i++) {
            updates.add(new JsonObject()
                    .put("type", "telemetry_update")
                    .put(
                            "payload",
                            new JsonObject()
                                    .put("agent_id", "abc123")
                                    .put(
                                            "metrics",
                                            new JsonObject()
                                                    .put("heart_rate", 72 + 6 * Math.sin(i / 9.0) + i % 3)
                                                    .put("temperature", 36.6 + 0.2 * Math.sin(i / 9.0 + 0.4))))
                    .put("timestamp", "2025-05-08T12:%02d:%02dZ".formatted(i / 60, i % 60)));
        }
        HttpResponse<String> written = demo.post("/telemetry", updates.encode());
        assertThat(written.statusCode()).as(written.body()).isEqualTo(200);
        assertThat(new JsonObject(written.body()).getInteger("committed")).isEqualTo(120);

        JsonObject correlation = json(demo.post("/analysis/run", """
                {"analysis_type": "correlation", "variables": ["heart_rate", "temperature"],
                 "filters": {"agent_id": "abc123", "start_date": "2025-05-01", "end_date": "2025-05-14"}}"""));
        assertThat(correlation.getString("method")).isEqualTo("pearson");
        assertThat(correlation.getJsonObject("result").getDouble("coefficient")).isBetween(0.5, 1.0);
        assertThat(correlation.getJsonObject("receipt").getJsonObject("data").getString("sha256"))
                .hasSize(64);

        JsonObject trend = json(demo.post("/analysis/run", """
                {"analysis_type": "trend", "metric": "heart_rate", "window_size": 60,
                 "filters": {"agent_id": "abc123", "start_date": "2025-05-01", "end_date": "2025-05-14"}}"""));
        assertThat(trend.getJsonObject("result").getJsonArray("values")).hasSize(61);
    }

    @Test
    @Order(6)
    void anEventStreamBringsLiveChunks() throws Exception {
        HttpRequest request = demo.request("/telemetry/live?agent_id=headset&stream=ecg")
                .header("Accept", "text/event-stream")
                .build();
        try (var lines = java.net.http.HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofLines())
                .body()) {
            List<String> data =
                    lines.filter(line -> line.startsWith("data:")).limit(3).toList();
            assertThat(data)
                    .allSatisfy(line -> assertThat(new JsonObject(line.substring(5)).getString("type"))
                            .isEqualTo("telemetry_chunk"));
        }
    }

    @Test
    @Order(7)
    void withoutATokenNothingIsSaid() throws Exception {
        HttpResponse<String> answer = demo.send(
                HttpRequest.newBuilder(java.net.URI.create(demo.ready().getString("url") + "/agents/status")));

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
    }

    @Test
    @Order(8)
    void killedWithoutMercyItKeepsEverythingThatWasCommitted() throws Exception {
        List<long[]> before = History.positions(demo, "headset", "ecg", "ecg");

        demo.kill();
        demo = startDemo();

        List<long[]> after = History.positions(demo, "headset", "ecg", "ecg");
        assertThat(after.size()).isGreaterThanOrEqualTo(before.size());
        for (int i = 0; i < before.size(); i++) {
            assertThat(after.get(i)).containsExactly(before.get(i));
        }
        assertThat(json(demo.get("/telemetry/history?agent_id=abc123&page_size=200"))
                        .getJsonArray("items"))
                .hasSize(120);
    }

    @Test
    @Order(9)
    void aSecondDemoOnTheSameDataIsRefusedWithTheRemedy() throws Exception {
        try (SinalProcess second = SinalProcess.start(
                folder,
                "second",
                LslTestConfig.environment(folder),
                "demo",
                "--port",
                "0",
                "--data-dir",
                folder.resolve("data").toString())) {
            Awaitility.await().atMost(60, TimeUnit.SECONDS).until(() -> !second.alive());
            assertThat(second.log()).contains("is used by another running sinal");
        }
        assertThat(demo.alive()).isTrue();
    }

    @Test
    @Order(10)
    void toldToStopItEndsWithZeroAndEverythingItStartedHasEnded() throws Exception {
        long database = Long.parseLong(Files.readAllLines(folder.resolve("data/postgres/data/postmaster.pid"))
                .get(0)
                .strip());

        assertThat(demo.terminate()).isZero();

        assertThat(folder.resolve("data/postgres/data/postmaster.pid")).doesNotExist();
        assertThat(ProcessHandle.of(database)
                        .filter(handle -> handle.info().command().orElse("").contains("postgres")))
                .isEmpty();
    }

    private static JsonObject json(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body());
    }
}
