package dev.sinal.gateway;

import static dev.sinal.gateway.Gateway.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong is named, and nothing changes. */
final class BadInputTest {
    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = Gateway.start();
        gateway.agents.with("abc123", "external");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static void assertNothingChanged(Runnable request) {
        int starts = gateway.agents.starts.get();
        int writes = gateway.store.writes.size();
        int markers = gateway.store.markers.size();
        String states = gateway.agents.states.toString();
        request.run();
        assertThat(gateway.agents.starts.get()).isEqualTo(starts);
        assertThat(gateway.store.writes).hasSize(writes);
        assertThat(gateway.store.markers).hasSize(markers);
        assertThat(gateway.agents.states.toString()).isEqualTo(states);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/agents/start", "/agents/stop", "/markers", "/analysis/run", "/telemetry"})
    void malformedBodies(String path) {
        for (String body :
                new String[] {"", "{", "[", "nope", "{\"a\":1}{", "{\"a\":1,\"a\":2}", "[1]", "\"x\"", "\u0000"}) {
            assertNothingChanged(() -> {
                HttpResponse<String> response = gateway.post(path, body);
                assertThat(response.statusCode()).as(path + " " + body).isEqualTo(400);
                assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
            });
        }
        assertThat(gateway.post(path, "[".repeat(2_000) + "]".repeat(2_000)).statusCode())
                .isEqualTo(400);
    }

    @Test
    void partsOfTheGatewayDoNotSpeakToItsProgrammers() {
        for (String body : new String[] {"{", "{\"a\":NaN}", "[".repeat(2_000), "{\"a\":'x'}"}) {
            assertThat(json(gateway.post("/agents/start", body)).getString("detail"))
                    .startsWith("not JSON")
                    .doesNotContain("`", "Source", "Feature", "Constraints");
        }
    }

    @Test
    void addressesThatCannotBeDecoded() throws Exception {
        // java.net.URI refuses to send it.
        try (Socket socket = new Socket("127.0.0.1", gateway.port())) {
            socket.getOutputStream()
                    .write(("GET /agents/status?agent_id=%zz HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                                    + gateway.token("admin") + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 400");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/agents/start", "/agents/stop", "/markers", "/analysis/run", "/rpc"})
    void oversizedBodies(String path) {
        assertNothingChanged(() -> {
            HttpResponse<String> response = gateway.post(path, " ".repeat((1 << 20) + 1));
            assertThat(response.statusCode()).as(path).isEqualTo(413);
            assertThat(json(response).getInteger("limit")).isEqualTo(1 << 20);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"/agents/start", "/agents/stop", "/markers", "/analysis/run", "/rpc", "/telemetry"})
    void otherContentTypesAndEncodings(String path) {
        assertThat(gateway.send(gateway.as("admin", path)
                                .header("Content-Type", "text/plain")
                                .POST(BodyPublishers.ofString("{}")))
                        .statusCode())
                .isEqualTo(415);
        assertThat(gateway.send(gateway.as("admin", path)
                                .header("Content-Type", "application/json")
                                .header("Content-Encoding", "gzip")
                                .POST(BodyPublishers.ofString("{}")))
                        .statusCode())
                .isEqualTo(415);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/agents/start|{}|/agent_id",
                "/agents/start|{\"agent_id\":7}|/agent_id",
                "/agents/start|{\"agent_id\":\"x\",\"spec\":{\"kind\":\"lsl\",\"streams\":[{\"query\":\"broken\"}]}}|/spec/streams/0/query",
                "/agents/start|{\"agent_id\":\"\"}|/agent_id",
                "/agents/start|{\"agent_id\":\"../x\"}|/agent_id",
                "/agents/start|{\"agent_id\":\"abc123\",\"wait_s\":\"1\"}|/wait_s",
                "/agents/start|{\"agent_id\":\"abc123\",\"wait_s\":61}|/wait_s",
                "/agents/start|{\"agent_id\":\"abc123\",\"require\":\"magic\"}|/require",
                "/agents/start|{\"agent_id\":\"abc123\",\"spec\":[]}|/spec",
                "/agents/start|{\"agent_id\":\"abc123\",\"spec\":{}}|/spec/kind",
                "/agents/start|{\"agent_id\":\"abc123\",\"spec\":{\"kind\":\"x\"}}|/spec/kind",
                "/agents/start|{\"agent_id\":\"abc123\",\"spec\":{\"kind\":\"lsl\",\"streams\":3}}|/spec/streams",
                "/agents/start|{\"agent_id\":\"abc123\",\"spec\":{\"kind\":\"lsl\",\"streams\":[{}]}}|/spec/streams/0/query",
                "/agents/start|{\"agent_id\":\"abc123\",\"spec\":{\"kind\":\"lsl\",\"streams\":[{\"query\":\"x\",\"q\":1}]}}|/spec/streams/0/q",
                "/agents/start|{\"agent_id\":\"abc123\",\"spec\":{\"kind\":\"lsl\",\"streams\":[{\"query\":\"x\",\"channels\":[{\"label\":\"a\",\"scale\":\"2\"}]}]}}|/spec/streams/0/channels/0/scale",
                "/agents/stop|{\"agent_id\":\"abc123\",\"spec\":{}}|/spec",
                "/agents/stop|{\"agent_id\":\"abc123\",\"wait_s\":-1}|/wait_s",
                "/markers|{\"label\":\"x\"}|/agent_id",
                "/markers|{\"agent_id\":\"abc123\"}|/label",
                "/markers|{\"agent_id\":\"abc123\",\"label\":3}|/label",
                "/markers|{\"agent_id\":\"abc123\",\"label\":\"x\",\"value\":{}}|/value",
                "/markers|{\"agent_id\":\"abc123\",\"label\":\"x\",\"timestamp\":\"today\"}|/timestamp",
                "/markers|{\"agent_id\":\"abc123\",\"label\":\"x\",\"duration_s\":-1}|/duration_s",
                "/markers|{\"agent_id\":\"abc123\",\"label\":\"x\",\"colour\":\"red\"}|/colour",
                "/analysis/run|{}|/filters/agent_id",
                "/analysis/run|{\"filters\":3}|/filters",
                "/analysis/run|{\"filters\":{\"agent_id\":3}}|/filters/agent_id",
                "/analysis/run|{\"filters\":{\"agent_id\":\"abc123\"}}|/analysis_type",
            })
    void wrongFieldsOfBodies(String path, String body, String pointer) {
        assertNothingChanged(() -> {
            HttpResponse<String> response = gateway.post(path, body);
            assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
            assertThat(json(response).getJsonArray("errors").getJsonObject(0).getString("pointer"))
                    .isEqualTo(pointer);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/telemetry/history|agent_id",
                "/telemetry/history?agent_id=abc123&page=-1|page",
                "/telemetry/history?agent_id=abc123&page=x|page",
                "/telemetry/history?agent_id=abc123&page_size=0|page_size",
                "/telemetry/history?agent_id=abc123&page_size=10001|page_size",
                "/telemetry/history?agent_id=abc123&order=random|order",
                "/telemetry/history?agent_id=abc123&start_date=yesterday|start_date",
                "/telemetry/history?agent_id=abc123&start_date=2025-01-01T00:00:00|start_date",
                "/telemetry/history?agent_id=abc123&start_date=2025-01-02&end_date=2025-01-01|end_date",
                "/telemetry/history?agent_id=abc123&tz=Mars|tz",
                "/telemetry/history?agent_id=abc123&cursor=x|cursor",
                "/telemetry/history?agent_id=abc123&agent_id=b|agent_id",
                "/telemetry/history?agent_id=abc123&strat_date=2025-01-01|strat_date",
                "/telemetry/plot?agent_id=abc123&max_points=0|max_points",
                "/streams?visible=maybe|visible",
                "/gaps?agent_id=abc123&limit=0|limit",
                "/logs?agent_id=abc123&level=loud|level",
                "/logs?agent_id=abc123&cursor=AAAA|cursor",
                "/markers?agent_id=abc123&limit=5000|limit",
                "/telemetry/history?agent_id=abc123&start_date=1600-01-01|start_date",
                "/telemetry/history?agent_id=abc123&end_date=3000-01-01|end_date",
                "/telemetry/history?agent_id=abc123&start_date=2025-01-01&end_date=2025-01-01|end_date",
                "/telemetry/history?agent_id=abc123&page=1000001|page",
                "/telemetry/history?agent_id=abc123&page=2147483648|page",
                "/telemetry/history?agent_id=abc123&page_size=99999999999999999999|page_size",
                "/telemetry/history?agent_id=abc123&overlaps=some|overlaps",
                "/telemetry/history?agent_id=abc123&layout=square|layout",
                "/telemetry/plot?agent_id=abc123&max_points=10001|max_points",
                "/telemetry/plot?agent_id=abc123&max_points=-5|max_points",
                "/telemetry/plot?agent_id=abc123&start_date=1600-01-01|start_date",
                "/telemetry/plot?agent_id=abc123&start_date=2025-01-02&end_date=2025-01-01|end_date",
                "/telemetry/plot?agent_id=abc123&cursor=x|cursor",
                "/telemetry/live?agent_id=abc123&n=0|n",
                "/telemetry/live?agent_id=abc123&n=-1|n",
                "/telemetry/live?agent_id=abc123&n=10001|n",
                "/telemetry/live?agent_id=abc123&from=x|from",
                "/telemetry/live|agent_id",
                "/gaps?agent_id=abc123&start_date=3000-01-01|start_date",
                "/gaps?agent_id=abc123&start_date=2025-01-02&end_date=2025-01-01|end_date",
                "/gaps?agent_id=abc123&limit=10001|limit",
                "/logs?agent_id=abc123&limit=0|limit",
                "/logs?agent_id=abc123&limit=1001|limit",
                "/logs?agent_id=abc123&end_date=1600-01-01|end_date",
                "/logs?agent_id=abc123&start_date=2025-01-02&end_date=2025-01-01|end_date",
                "/markers?agent_id=abc123&limit=-1|limit",
                "/markers?agent_id=abc123&cursor=x|cursor",
                "/markers?agent_id=abc123&start_date=2025-01-02&end_date=2025-01-01|end_date",
                "/models/recommendation|agent_id",
                "/models/recommendation?agent_id=abc123&horizon=0|horizon",
                "/agents/status?agent_id=%20|agent_id",
                "/agents/-x|id",
            })
    void wrongParameters(String path, String pointer) {
        HttpResponse<String> response = gateway.get(path);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(json(response).getJsonArray("errors").getJsonObject(0).getString("pointer"))
                .isEqualTo(pointer);
    }

    /** The same bounds hold for the calls. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "telemetry_history|{}|/agent_id",
                "telemetry_history|{\"agent_id\":\"abc123\",\"page\":-1}|/page",
                "telemetry_history|{\"agent_id\":\"abc123\",\"page_size\":10001}|/page_size",
                "telemetry_history|{\"agent_id\":\"abc123\",\"page_size\":\"10\"}|/page_size",
                "telemetry_history|{\"agent_id\":\"abc123\",\"page\":1000001}|/page",
                "telemetry_history|{\"agent_id\":\"abc123\",\"order\":\"random\"}|/order",
                "telemetry_history|{\"agent_id\":\"abc123\",\"start_date\":\"1600-01-01\"}|/start_date",
                "telemetry_history|{\"agent_id\":\"abc123\",\"end_date\":\"3000-01-01\"}|/end_date",
                "telemetry_history|{\"agent_id\":\"abc123\",\"start_date\":\"2025-01-01\",\"end_date\":\"2025-01-01\"}|/end_date",
                "telemetry_history|{\"agent_id\":\"abc123\",\"cursor\":\"x\"}|/cursor",
                "telemetry_recent|{\"agent_id\":\"abc123\",\"n\":0}|/n",
                "telemetry_recent|{\"agent_id\":\"abc123\",\"n\":-3}|/n",
                "telemetry_recent|{\"agent_id\":\"abc123\",\"n\":10001}|/n",
                "telemetry_recent|{\"agent_id\":\"abc123\",\"cursor\":\"x\"}|/cursor",
            })
    void wrongParametersOfCalls(String method, String params, String pointer) {
        HttpResponse<String> response = gateway.post(
                "/rpc", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":" + params + "}");

        assertThat(response.body()).contains("-32602").contains("\"" + pointer + "\"");
    }

    @Test
    void headAnswersAsGetWithoutABody() {
        for (String path : new String[] {
            "/streams",
            "/telemetry/plot?agent_id=abc123",
            "/telemetry/history?agent_id=abc123",
            "/gaps",
            "/agents/status"
        }) {
            HttpResponse<String> get = gateway.get(path);
            HttpResponse<String> head = gateway.send(gateway.as("admin", path).method("HEAD", BodyPublishers.noBody()));

            assertThat(head.statusCode()).as(path).isEqualTo(get.statusCode());
            assertThat(head.headers().firstValue("Content-Type"))
                    .isEqualTo(get.headers().firstValue("Content-Type"));
            assertThat(head.body()).isEmpty();
        }
        HttpResponse<String> stream = gateway.send(gateway.as("admin", "/telemetry/history?agent_id=abc123")
                .header("Accept", "application/x-ndjson")
                .method("HEAD", BodyPublishers.noBody()));
        assertThat(stream.statusCode()).isEqualTo(200);
        assertThat(stream.headers().firstValue("Content-Type").orElse("")).startsWith("application/x-ndjson");
        assertThat(gateway.send(gateway.as("admin", "/telemetry").method("HEAD", BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(405);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/agents/status?agent_id=nobody",
                "/agents/nobody",
                "/streams/nobody/epochs",
                "/streams/nobody/info",
                "/streams/nobody/clock",
                "/streams/nobody/ledger",
                "/telemetry/history?agent_id=nobody",
                "/telemetry/plot?agent_id=nobody",
                "/analysis/results/nobody",
                "/problems/nobody",
                "/streams?agent_id=nobody",
                "/gaps?agent_id=nobody",
                "/markers?agent_id=nobody",
                "/logs?agent_id=nobody",
                "/telemetry/live?agent_id=nobody",
            })
    void unknownThings(String path) {
        HttpResponse<String> response = gateway.get(path);

        assertThat(response.statusCode()).as(response.body()).isEqualTo(404);
        assertThat(json(response).getString("type")).isEqualTo("/problems/not-found");
    }

    @Test
    void unknownAgentsInBodies() {
        assertThat(gateway.post("/agents/start", "{\"agent_id\":\"nobody\"}").statusCode())
                .isEqualTo(404);
        assertThat(gateway.post("/agents/stop", "{\"agent_id\":\"nobody\"}").statusCode())
                .isEqualTo(404);
        assertThat(gateway.post("/markers", "{\"agent_id\":\"nobody\",\"label\":\"x\"}")
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void impossibleThingsSayWhy() {
        HttpResponse<String> response =
                gateway.post("/analysis/run", "{\"analysis_type\":\"constant\",\"filters\":{\"agent_id\":\"abc123\"}}");

        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(json(response).getString("code")).isEqualTo("constant_series");
    }

    @Test
    void analysisWithoutAnAgentListsTheCandidates() {
        assertThat(json(gateway.post("/analysis/run", "{\"analysis_type\":\"describe\"}"))
                        .getJsonArray("candidates"))
                .containsExactly("abc123");
        assertThat(json(gateway.post("/analysis/run?agent_id=abc123", "{\"analysis_type\":\"describe\"}"))
                        .getString("agent_id"))
                .isEqualTo("abc123");
    }
}
