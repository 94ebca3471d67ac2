package dev.sinal.gateway;

import static dev.sinal.gateway.Gateway.json;
import static dev.sinal.gateway.Samples.SECOND;
import static dev.sinal.gateway.Samples.T0;
import static dev.sinal.gateway.Samples.block;
import static dev.sinal.gateway.Samples.counting;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What one gateway gave holds at another behind the same load balancer. */
final class TwoGatewaysTest {
    private static Gateway first;
    private static RunningGateway second;

    @BeforeAll
    static void start() {
        first = Gateway.start();
        second = first.beside();
        first.agents.with("lab", "lsl").with("pushed", "external");
        first.store.add(
                Samples.stream("s1", "lab", "eeg", "double64", "a"),
                block("s1", 1, 1, T0, counting(1, 10)),
                block("s1", 1, 11, T0 + 10 * SECOND, counting(11, 10)));
        first.store.add(Samples.stream("s0", "lab", "ecg", "double64", "b"), block("s0", 1, 1, T0, counting(101, 20)));
    }

    @AfterAll
    static void stop() {
        Gateway.await(second.stop());
        first.close();
    }

    private static HttpRequest.Builder atSecond(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + second.port() + path))
                .header("Authorization", "Bearer " + first.token("admin"));
    }

    private static HttpResponse<String> push(HttpRequest.Builder request, String key, double value) {
        return first.send(request.header("Idempotency-Key", key)
                .POST(BodyPublishers.ofString("{\"type\":\"telemetry_update\",\"payload\":{\"agent_id\":\"pushed\","
                        + "\"metrics\":{\"x\":" + value + "}},\"timestamp\":\"2025-05-08T12:00:00Z\"}")));
    }

    @Test
    void aRequestThatIsRepeatedAtAnotherGatewayIsDoneOnce() {
        String key = "key-" + System.nanoTime();
        int before = first.store.writes.size();
        HttpResponse<String> once = push(first.as("admin", "/telemetry"), key, 1);
        HttpResponse<String> again = push(atSecond("/telemetry"), key, 1);

        assertThat(once.statusCode()).isEqualTo(200);
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(once.body());
        assertThat(once.headers().firstValue("Idempotent-Replayed")).isEmpty();
        assertThat(again.headers().firstValue("Idempotent-Replayed")).contains("true");
        assertThat(first.store.writes).hasSize(before + 1);
        assertThat(push(atSecond("/telemetry"), key, 2).statusCode()).isEqualTo(422);
    }

    @Test
    void aCommandThatIsRepeatedAtAnotherGatewayIsAnsweredAsTheFirstTime() {
        String key = "key-" + System.nanoTime();
        HttpResponse<String> once = start(first.as("admin", "/agents/start"), key);
        HttpResponse<String> again = start(atSecond("/agents/start"), key);

        assertThat(once.statusCode()).as(once.body()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(once.body());
        assertThat(once.headers().firstValue("Idempotent-Replayed")).isEmpty();
        assertThat(again.headers().firstValue("Idempotent-Replayed")).contains("true");
    }

    private static HttpResponse<String> start(HttpRequest.Builder request, String key) {
        return first.send(
                request.header("Idempotency-Key", key).POST(BodyPublishers.ofString("{\"agent_id\":\"lab\"}")));
    }

    @Test
    void aFailureIsTriedAgainAtAnotherGateway() {
        String key = "key-" + System.nanoTime();
        assertThat(first.send(first.as("admin", "/agents/start")
                                .header("Idempotency-Key", key)
                                .POST(BodyPublishers.ofString("{\"agent_id\":\"missing\"}")))
                        .statusCode())
                .isEqualTo(404);
        assertThat(first.send(atSecond("/agents/start")
                                .header("Idempotency-Key", key)
                                .POST(BodyPublishers.ofString("{\"agent_id\":\"missing\"}")))
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void aTicketIsTakenOnceAtTheOther() {
        String ticket = json(first.send(first.as("admin", "/auth/ticket").POST(BodyPublishers.noBody())))
                .getString("ticket");
        for (int expected : new int[] {200, 401}) {
            HttpResponse<String> answer = first.send(HttpRequest.newBuilder(URI.create(
                    "http://127.0.0.1:" + second.port() + "/telemetry/live?agent_id=lab&n=1&ticket=" + ticket)));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(expected);
        }
    }

    @Test
    void aRenewedTokenIsGoodAtBoth() {
        HttpResponse<String> renewed =
                first.send(first.as("viewer", "/auth/refresh").POST(BodyPublishers.noBody()));
        String token = json(renewed).getString("token");
        for (int port : new int[] {first.port(), second.port()}) {
            HttpResponse<String> me =
                    first.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/auth/me"))
                            .header("Authorization", "Bearer " + token));
            assertThat(json(me).getString("subject")).isEqualTo("viewer-user");
        }
    }

    @Test
    void cursorsOfHistoryAndPollAreTakenByEachOtherWhereTheyMeanAPlace() {
        JsonObject page = json(first.get("/telemetry/history?agent_id=lab&stream=eeg&page_size=5"));
        JsonObject live = json(first.send(
                atSecond("/telemetry/live?agent_id=lab&stream=eeg&n=5&from=" + page.getString("next_cursor"))));
        assertThat(seqs(live)).isEqualTo(IntStream.rangeClosed(6, 10).boxed().toList());
        assertThat(live.getBoolean("complete")).isFalse();

        JsonObject behind = json(first.get(
                "/telemetry/history?agent_id=lab&stream=eeg&page_size=100&cursor=" + live.getString("next_cursor")));
        assertThat(seqs(behind)).isEqualTo(IntStream.rangeClosed(11, 20).boxed().toList());

        JsonObject both = json(first.get("/telemetry/live?agent_id=lab&n=3"));
        HttpResponse<String> several =
                first.get("/telemetry/history?agent_id=lab&cursor=" + both.getString("next_cursor"));
        assertThat(several.statusCode()).isEqualTo(400);
        assertThat(several.body()).contains("several streams").contains("from=");
        assertThat(json(first.get("/telemetry/live?agent_id=lab&from=" + both.getString("next_cursor")))
                        .getJsonArray("items"))
                .isEmpty();

        String committed = json(first.get("/telemetry/history?agent_id=lab&order=committed"))
                .getString("next_cursor");
        assertThat(first.get("/telemetry/live?agent_id=lab&from=" + committed).body())
                .contains("order=committed");
        assertThat(first.get("/telemetry/live?agent_id=pushed&from=" + both.getString("next_cursor"))
                        .statusCode())
                .isEqualTo(400);
    }

    private static List<Integer> seqs(JsonObject page) {
        return page.getJsonArray("items").stream()
                .map(row -> ((JsonObject) row).getInteger("seq"))
                .toList();
    }
}
