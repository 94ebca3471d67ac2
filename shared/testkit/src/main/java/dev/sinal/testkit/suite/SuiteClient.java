package dev.sinal.testkit.suite;

import dev.sinal.contracts.UtcNanos;
import dev.sinal.testkit.SampleAccount.Gap;
import dev.sinal.testkit.SampleAccount.Row;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A user of the public API at one gateway, with a token that may do everything. */
public final class SuiteClient {
    private final String url;
    private final String token;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    /** @param gateway ready */
    public SuiteClient(SinalProcess gateway, String token) {
        this(urlOf(gateway), token);
    }

    public SuiteClient(String url, String token) {
        this.url = url;
        this.token = token;
    }

    private static String urlOf(SinalProcess gateway) {
        try {
            return gateway.ready().getString("url");
        } catch (IOException e) {
            throw new IllegalStateException("the gateway is not ready", e);
        }
    }

    public String url() {
        return url;
    }

    public String token() {
        return token;
    }

    public HttpClient http() {
        return http;
    }

    /** An authorized request, to be completed with a method. */
    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path))
                .timeout(Duration.ofSeconds(90))
                .header("Authorization", "Bearer " + token);
    }

    /** @throws Refused when the answer is not 200 */
    public JsonObject get(String path) throws IOException, InterruptedException {
        return new JsonObject(
                answer(http.send(request(path).GET().build(), HttpResponse.BodyHandlers.ofString()), path));
    }

    /** @throws Refused when the answer is not 200 */
    public JsonObject post(String path, String body) throws IOException, InterruptedException {
        HttpRequest request = request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return new JsonObject(answer(http.send(request, HttpResponse.BodyHandlers.ofString()), path));
    }

    /** The {@code result} of a JSON-RPC call. @throws Refused when it has none */
    public JsonObject call(String method, JsonObject params) throws IOException, InterruptedException {
        JsonObject answer = post(
                "/rpc",
                new JsonObject()
                        .put("jsonrpc", "2.0")
                        .put("method", method)
                        .put("params", params)
                        .put("id", 1)
                        .encode());
        if (!answer.containsKey("result")) {
            throw new Refused(method, 200, answer.encode());
        }
        return answer.getJsonObject("result");
    }

    public JsonObject status(String agentId) throws IOException, InterruptedException {
        return get("/agents/status?agent_id=" + agentId);
    }

    /** How many samples of the agent are committed. */
    public long stored(String agentId) throws IOException, InterruptedException {
        JsonArray streams = get("/streams?agent_id=" + agentId).getJsonArray("streams");
        return IntStream.range(0, streams.size())
                .mapToObj(streams::getJsonObject)
                .mapToLong(stream -> stream.getLong("samples", 0L))
                .sum();
    }

    /** The whole history of a numbered agent, in the order in which it is given. */
    public List<Row> rows(String agentId) throws IOException, InterruptedException {
        String path = "/telemetry/history?agent_id=" + agentId;
        HttpRequest request =
                request(path).header("Accept", "application/x-ndjson").GET().build();
        HttpResponse<InputStream> answer = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = answer.body()) {
            if (answer.statusCode() != 200) {
                throw new Refused(path, answer.statusCode(), new String(body.readAllBytes(), StandardCharsets.UTF_8));
            }
            return new String(body.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .map(SuiteClient::row)
                    .toList();
        }
    }

    public List<Gap> gaps(String agentId) throws IOException, InterruptedException {
        JsonArray gaps = get("/gaps?agent_id=" + agentId).getJsonArray("gaps");
        List<Gap> result = new ArrayList<>();
        for (int i = 0; i < gaps.size(); i++) {
            JsonObject gap = gaps.getJsonObject(i);
            String to = gap.getString("to");
            result.add(new Gap(
                    UtcNanos.parse(gap.getString("from")),
                    to == null ? null : UtcNanos.parse(to),
                    gap.getLong("estimated_samples"),
                    gap.getString("cause")));
        }
        return result;
    }

    private static Row row(String line) {
        JsonObject json = new JsonObject(line);
        JsonObject metrics = json.getJsonObject("metrics");
        return new Row(
                json.getLong("epoch"),
                json.getLong("seq"),
                UtcNanos.parse(json.getString("timestamp")),
                metrics.getLong("index"),
                metrics.getDouble("hash"));
    }

    private static String answer(HttpResponse<String> answer, String path) throws Refused {
        if (answer.statusCode() != 200) {
            throw new Refused(path, answer.statusCode(), answer.body());
        }
        return answer.body();
    }

    /** An answer that says no. */
    public static final class Refused extends IOException {
        private final int status;

        private Refused(String path, int status, String body) {
            super(path + " answered " + status + ": " + body);
            this.status = status;
        }

        public int status() {
            return status;
        }
    }
}
