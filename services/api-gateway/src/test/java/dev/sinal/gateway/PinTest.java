package dev.sinal.gateway;

import static dev.sinal.gateway.Gateway.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Keeping samples is asked for with a reason, by those who may delete. */
final class PinTest {
    private static final String RANGE =
            "\"start_date\": \"2026-03-01T10:00:00Z\", \"end_date\": \"2026-03-01T11:00:00Z\"";

    private Gateway gateway;

    @BeforeEach
    void start() {
        gateway = Gateway.start();
        gateway.agents.with("abc123", "external");
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private HttpResponse<String> pin(String role, String fields) {
        return gateway.send(gateway.as(role, "/pins")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{" + fields + "}")));
    }

    private HttpResponse<String> unpin(String role, String id) {
        return gateway.send(gateway.as(role, "/pins/" + id).DELETE());
    }

    @Test
    void aPinIsMadeOnceListedAndRemoved() {
        String fields =
                "\"id\": \"study\", \"agent_id\": \"abc123\", \"stream\": \"eeg\", \"reason\": \"paper\", " + RANGE;

        HttpResponse<String> answer = pin("admin", fields);

        assertThat(answer.statusCode()).isEqualTo(201);
        JsonObject pin = json(answer);
        assertThat(pin.getString("from")).isEqualTo("2026-03-01T10:00:00.000000000Z");
        assertThat(pin.getString("created_by")).isEqualTo("admin-user");
        assertThat(pin.getString("reason")).isEqualTo("paper");
        assertThat(pin.getJsonArray("expired"))
                .isEqualTo(new JsonArray()
                        .add(new JsonObject()
                                .put("from", "2026-03-01T10:00:00.000000000Z")
                                .put("to", "2026-03-01T11:00:00.000000000Z")));
        assertThat(json(pin("admin", fields))).isEqualTo(pin);
        assertThat(pin("admin", fields.replace("paper", "book")).statusCode()).isEqualTo(409);
        assertThat(json(gateway.get("/pins?agent_id=abc123")).getJsonArray("pins"))
                .containsExactly(pin);
        assertThat(json(gateway.get("/pins?limit=1")).getBoolean("complete")).isTrue();
        pin("admin", fields.replace("study", "second"));
        assertThat(json(gateway.get("/pins?limit=1")).getJsonArray("pins")).hasSize(1);
        assertThat(json(gateway.get("/pins?limit=1")).getBoolean("complete")).isFalse();
        assertThat(unpin("admin", "second").statusCode()).isEqualTo(204);
        assertThat(unpin("admin", "study").statusCode()).isEqualTo(204);
        assertThat(unpin("admin", "study").statusCode()).isEqualTo(404);
        assertThat(json(gateway.get("/pins")).getJsonArray("pins")).isEmpty();
    }

    @Test
    void whatIsForgottenOrWrongPinsNothing() {
        String agent = "\"agent_id\": \"abc123\", \"reason\": \"paper\", ";
        for (String fields : new String[] {
            "\"agent_id\": \"abc123\", " + RANGE,
            "\"reason\": \"paper\", " + RANGE,
            agent + "\"all\": false",
            agent + "\"all\": \"yes\"",
            agent + "\"start_date\": \"2026-03-02\", \"end_date\": \"2026-03-01\"",
            agent + "\"streams\": \"eeg\", " + RANGE,
            agent + "\"id\": \"" + "x".repeat(129) + "\", " + RANGE,
            "\"agent_id\": \"abc123\", \"reason\": \"" + "x".repeat(501) + "\", " + RANGE
        }) {
            assertThat(pin("admin", fields).statusCode()).as(fields).isEqualTo(400);
        }
        assertThat(pin("admin", agent.replace("abc123", "nobody") + RANGE).statusCode())
                .isEqualTo(404);
        assertThat(pin("operator", agent + RANGE).statusCode()).isEqualTo(403);
        assertThat(unpin("operator", "study").statusCode()).isEqualTo(403);
        assertThat(gateway.send(gateway.as("operator", "/pins")).statusCode()).isEqualTo(403);
        assertThat(json(gateway.get("/pins")).getJsonArray("pins")).isEmpty();
    }

    @Test
    void deletingPinnedSamplesIsAConflictThatNamesThePinsUnlessForced() {
        pin("admin", "\"id\": \"study\", \"agent_id\": \"abc123\", \"reason\": \"paper\", " + RANGE);
        String path = "/agents/abc123/data?start_date=2026-03-01T10:30:00Z";

        HttpResponse<String> refused = gateway.send(gateway.as("admin", path).DELETE());

        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(json(refused).getString("code")).isEqualTo("pinned");
        assertThat(json(refused).getJsonArray("pins"))
                .isEqualTo(
                        new JsonArray().add(new JsonObject().put("id", "study").put("reason", "paper")));
        assertThat(gateway.send(gateway.as("admin", path + "&dry_run=true").DELETE())
                        .statusCode())
                .isEqualTo(409);
        assertThat(rpc("delete_data", "{\"agent_id\": \"abc123\", \"start_date\": \"2026-03-01T10:30:00Z\"}")
                        .getJsonObject("error")
                        .getInteger("code"))
                .isEqualTo(-32009);
        assertThat(gateway.send(gateway.as("admin", path + "&force=true").DELETE())
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void jsonRpcDoesTheSame() {
        JsonObject pinned = rpc(
                "pin_data", "{\"agent_id\": \"abc123\", \"reason\": \"all of it\", \"all\": true, \"id\": \"mine\"}");
        assertThat(pinned.getJsonObject("result").getValue("to")).isNull();
        assertThat(rpc("list_pins", "{}").getJsonObject("result").getJsonArray("pins"))
                .containsExactly(pinned.getJsonObject("result"));
        assertThat(rpc("unpin_data", "{\"id\": \"mine\"}")
                        .getJsonObject("result")
                        .getBoolean("removed"))
                .isTrue();
        assertThat(rpc("unpin_data", "{\"id\": \"mine\"}")
                        .getJsonObject("error")
                        .getInteger("code"))
                .isEqualTo(-32004);
        assertThat(rpc("pin_data", "{\"agent_id\": \"abc123\"}")
                        .getJsonObject("error")
                        .getInteger("code"))
                .isEqualTo(-32602);
    }

    private JsonObject rpc(String method, String params) {
        return json(gateway.post(
                "/rpc",
                "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"" + method + "\", \"params\": " + params + "}"));
    }
}
