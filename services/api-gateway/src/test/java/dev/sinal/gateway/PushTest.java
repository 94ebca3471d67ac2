package dev.sinal.gateway;

import static dev.sinal.gateway.Gateway.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.contracts.AgentStatus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;

/** Samples of external agents. */
final class PushTest {
    private static final String UPDATE = """
            {"type":"telemetry_update","payload":{"agent_id":"abc123","metrics":{"heart_rate":72,"temperature":36.6}},
             "timestamp":"2025-05-08T12:00:00Z"}""";
    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = Gateway.start();
        gateway.agents.with("abc123", "external").with("headset", "lsl").with("resting", "external");
        gateway.agents.states.put("resting", AgentStatus.STOPPED);
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void anUpdateIsCommittedAndReadBack() {
        gateway.agents.with("verbatim", "external");
        HttpResponse<String> response = gateway.post("/telemetry", UPDATE.replace("abc123", "verbatim"));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(json(response)).isEqualTo(new JsonObject("{\"committed\":1,\"created_agents\":[]}"));
        JsonArray items =
                json(gateway.get("/telemetry/history?agent_id=verbatim")).getJsonArray("items");
        JsonObject row = items.getJsonObject(items.size() - 1);
        assertThat(row.getString("stream")).isEqualTo("main");
        assertThat(row.getJsonObject("metrics").getDouble("temperature")).isEqualTo(36.6);
        assertThat(row.getJsonObject("metrics").getInteger("heart_rate")).isEqualTo(72);
        assertThat(row.getString("timestamp")).isEqualTo("2025-05-08T12:00:00.000000000Z");
    }

    @Test
    void aChunkHasOneArrayAChannel() {
        String chunk = """
                {"type":"telemetry_chunk","timestamp":"2025-05-08T12:00:00Z","payload":{"agent_id":"chunky","stream":"eeg",
                 "t0":"2025-05-08T12:00:00Z","rate":250,"channels":["a","b"],"values":[[1,2,3],[4,null,"x"]]}}""";
        HttpResponse<String> mixed = gateway.post("/telemetry", chunk);
        assertThat(mixed.statusCode()).isEqualTo(400);
        assertThat(json(mixed).getJsonArray("errors").getJsonObject(0).getString("pointer"))
                .isEqualTo("/payload/values/1/2");

        HttpResponse<String> stored = gateway.post("/telemetry", chunk.replace("\"x\"", "6"));
        assertThat(json(stored).getInteger("committed")).as(stored.body()).isEqualTo(3);
        assertThat(json(stored).getJsonArray("created_agents")).containsExactly("chunky");
        JsonArray rows = json(gateway.get("/telemetry/history?agent_id=chunky")).getJsonArray("items");
        assertThat(rows.getJsonObject(1).getString("timestamp")).isEqualTo("2025-05-08T12:00:00.004000000Z");
        assertThat(rows.getJsonObject(1).getJsonObject("metrics").fieldNames()).containsExactly("a");
    }

    @Test
    void arraysAndLinesAreTakenWhole() {
        String array = "[" + UPDATE + "," + UPDATE + "]";
        assertThat(json(gateway.post("/telemetry", array)).getInteger("committed"))
                .isEqualTo(2);
        HttpResponse<String> lines = gateway.send(gateway.as("operator", "/telemetry")
                .header("Content-Type", "application/x-ndjson")
                .POST(BodyPublishers.ofString(UPDATE.replace("\n", "") + "\n" + UPDATE.replace("\n", "") + "\n")));
        assertThat(json(lines).getInteger("committed")).as(lines.body()).isEqualTo(2);
        int before = gateway.store.writes.size();

        String half = "[" + UPDATE + "," + UPDATE.replace("72", "true") + "]";
        HttpResponse<String> refused = gateway.post("/telemetry", half);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(json(refused).getJsonArray("errors").getJsonObject(0).getString("pointer"))
                .isEqualTo("/1/payload/metrics/heart_rate");
        assertThat(gateway.store.writes).hasSize(before);
    }

    @Test
    void msgpackIsTaken() throws Exception {
        try (MessageBufferPacker packer = MessagePack.newDefaultBufferPacker()) {
            packer.packMapHeader(3).packString("type").packString("telemetry_update");
            packer.packString("timestamp").packString("2025-05-08T12:00:00Z");
            packer.packString("payload").packMapHeader(2).packString("agent_id").packString("abc123");
            packer.packString("metrics").packMapHeader(1).packString("x").packDouble(1.25);
            HttpResponse<String> response = gateway.send(gateway.as("operator", "/telemetry")
                    .header("Content-Type", "application/msgpack")
                    .POST(BodyPublishers.ofByteArray(packer.toByteArray())));
            assertThat(json(response).getInteger("committed"))
                    .as(response.body())
                    .isEqualTo(1);
        }
        // An array that announces 2^32-1 entries in five bytes.
        HttpResponse<String> bomb = gateway.send(gateway.as("operator", "/telemetry")
                .header("Content-Type", "application/msgpack")
                .POST(BodyPublishers.ofByteArray(new byte[] {(byte) 0xdd, 127, -1, -1, -1})));
        assertThat(bomb.statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "telemetry_update|telemetry_upd|/type",
                "\"agent_id\":\"abc123\",||/payload/agent_id",
                "abc123|-bad-|/payload/agent_id",
                "72|null|/payload/metrics/heart_rate",
                "72|[1]|/payload/metrics/heart_rate",
                "72|1e999|/payload/metrics/heart_rate",
                "2025-05-08T12:00:00Z|2025-05-08T12:00:00|/timestamp",
                "2025-05-08T12:00:00Z|1969-05-08T12:00:00Z|/timestamp",
                "2025-05-08T12:00:00Z|2925-05-08T12:00:00Z|/timestamp",
                "\"metrics\"|\"metrix\"|/payload/metrics",
            })
    void badMessagesNameTheirField(String part, String other, String pointer) {
        int before = gateway.store.writes.size();

        HttpResponse<String> response = gateway.post("/telemetry", UPDATE.replace(part, other == null ? "" : other));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(json(response).getJsonArray("errors").getJsonObject(0).getString("pointer"))
                .isEqualTo(pointer);
        assertThat(gateway.store.writes).hasSize(before);
    }

    @Test
    void malformedTextsAreRefused() {
        for (String text : List.of("", "{", "[]", "[1]", "nonsense", UPDATE + "x", UPDATE.replace("72", "NaN"))) {
            assertThat(gateway.post("/telemetry", text).statusCode()).as(text).isEqualTo(400);
        }
        assertThat(gateway.post("/telemetry", UPDATE.replace("\"type\"", "\"type\":\"x\",\"type\""))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void onlyRunningExternalAgentsTakeSamples() {
        assertThat(gateway.post("/telemetry", UPDATE.replace("abc123", "headset"))
                        .statusCode())
                .isEqualTo(409);
        assertThat(gateway.post("/telemetry", UPDATE.replace("abc123", "resting"))
                        .statusCode())
                .isEqualTo(409);
    }

    @Test
    void anUnknownAgentIsCreatedOnlyByWhoMay() {
        String body = UPDATE.replace("abc123", "fresh");
        String writer = gateway.keys.sign(
                "svc", List.of("service"), List.of("telemetry:write"), List.of(), Duration.ofMinutes(1));
        HttpResponse<String> refused = gateway.send(gateway.request("/telemetry")
                .header("Authorization", "Bearer " + writer)
                .POST(BodyPublishers.ofString(body)));
        assertThat(refused.statusCode()).isEqualTo(404);

        HttpResponse<String> created = gateway.post("/telemetry", body);
        assertThat(json(created).getJsonArray("created_agents")).containsExactly("fresh");
    }

    @Test
    void nothingIsCreatedWhenAnotherAgentOfTheRequestIsRefused() {
        String body = "[" + UPDATE.replace("abc123", "never") + "," + UPDATE.replace("abc123", "headset") + "]";

        assertThat(gateway.post("/telemetry", body).statusCode()).isEqualTo(409);
        assertThat(gateway.agents.specs).doesNotContainKey("never");
    }

    @Test
    void idempotencyKeysWriteOnce() {
        String key = "key-" + System.nanoTime();
        int before = gateway.store.writes.size();
        for (int i = 0; i < 3; i++) {
            HttpResponse<String> response = gateway.send(gateway.as("operator", "/telemetry")
                    .header("Idempotency-Key", key)
                    .POST(BodyPublishers.ofString(UPDATE)));
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("Idempotent-Replayed").isPresent())
                    .isEqualTo(i > 0);
        }
        assertThat(gateway.store.writes).hasSize(before + 1);
        HttpResponse<String> other = gateway.send(gateway.as("operator", "/telemetry")
                .header("Idempotency-Key", key)
                .POST(BodyPublishers.ofString(UPDATE.replace("72", "73"))));
        assertThat(other.statusCode()).isEqualTo(422);
        assertThat(json(other).getString("code")).isEqualTo("idempotency_key_reused");
    }

    @Test
    void tooManyMessagesStateTheLimit() {
        String small = "{\"type\":\"telemetry_update\",\"payload\":{\"agent_id\":\"abc123\",\"metrics\":{\"x\":1}},"
                + "\"timestamp\":\"2025-05-08T12:00:00Z\"}";
        HttpResponse<String> fits = gateway.post("/telemetry", "[" + (small + ",").repeat(9_999) + small + "]");
        assertThat(json(fits).getInteger("committed")).as(fits.body()).isEqualTo(10_000);
        HttpResponse<String> over = gateway.post("/telemetry", "[" + (small + ",").repeat(10_000) + small + "]");
        assertThat(over.statusCode()).isEqualTo(413);
        assertThat(json(over).getInteger("limit")).isEqualTo(10_000);
        HttpResponse<String> large = gateway.post("/telemetry", " ".repeat((16 << 20) + 1));
        assertThat(large.statusCode()).isEqualTo(413);
        assertThat(json(large).getInteger("limit")).isEqualTo(16 << 20);
    }

    @Test
    void otherContentTypesAreUnsupported() {
        assertThat(gateway.send(gateway.as("operator", "/telemetry")
                                .header("Content-Type", "text/xml")
                                .POST(BodyPublishers.ofString("<x/>")))
                        .statusCode())
                .isEqualTo(415);
    }
}
