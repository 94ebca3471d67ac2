package dev.sinal.gateway;

import static dev.sinal.gateway.Gateway.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.contracts.DeletionRequest;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Deleting is asked for in so many words, by those who may, and leaves a record. */
final class DeletionTest {
    private static final String RANGE = "start_date=2026-03-01T10:00:00Z&end_date=2026-03-01T11:00:00Z";
    private static final long FROM = 1_772_359_200_000_000_000L;

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

    private HttpResponse<String> delete(String role, String path) {
        return gateway.send(gateway.as(role, path).DELETE());
    }

    @Test
    void aRangeIsDeletedAndTheRecordTellsOfIt() {
        HttpResponse<String> answer = delete("admin", "/agents/abc123/data?stream=eeg&" + RANGE);

        assertThat(answer.statusCode()).isEqualTo(200);
        JsonObject deletion = json(answer);
        assertThat(deletion.getString("state")).isEqualTo("finished");
        assertThat(deletion.getString("from")).isEqualTo("2026-03-01T10:00:00.000000000Z");
        assertThat(deletion.getLong("samples")).isEqualTo(7);
        assertThat(deletion.getJsonArray("streams").getJsonObject(0).getString("name"))
                .isEqualTo("eeg");
        DeletionRequest asked = gateway.store.asked.get(0);
        assertThat(asked)
                .isEqualTo(new DeletionRequest(
                        "abc123", "eeg", FROM, FROM + 3_600_000_000_000L, false, false, false, "admin-user"));
        assertThat(json(gateway.get("/deletions?agent_id=abc123"))
                        .getJsonArray("deletions")
                        .getJsonObject(0))
                .isEqualTo(deletion);
        assertThat(json(gateway.get("/deletions/" + deletion.getString("id")))).isEqualTo(deletion);
        assertThat(gateway.get("/deletions/unknown").statusCode()).isEqualTo(404);
    }

    @Test
    void aDryRunDeletesNothing() {
        JsonObject plan = json(delete("admin", "/agents/abc123/data?all=true&dry_run=true"));

        assertThat(plan.getString("state")).isEqualTo("planned");
        assertThat(plan.getString("id")).isNull();
        assertThat(gateway.store.asked.get(0).dryRun()).isTrue();
    }

    @Test
    void aLongOneGoesOnAndSaysWhere() {
        gateway.store.slow = true;

        HttpResponse<String> answer = delete("admin", "/agents/abc123/data?" + RANGE);

        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.headers().firstValue("Location")).contains("/deletions/d1");
        assertThat(json(gateway.get("/deletions/d1")).getString("state")).isEqualTo("running");
        gateway.store.slow = false;
        assertThat(json(gateway.get("/deletions/d1")).getString("state")).isEqualTo("finished");
    }

    @Test
    void whatIsForgottenOrWrongDeletesNothing() {
        for (String query : new String[] {
            "", "?dry_run=true", "?start_date=2026-03-02&end_date=2026-03-01", "?all=yes", "?" + RANGE + "&streams=eeg"
        }) {
            assertThat(delete("admin", "/agents/abc123/data" + query).statusCode())
                    .as(query)
                    .isEqualTo(400);
        }
        assertThat(delete("admin", "/agents/abc123/data").body()).contains("all=true");
        assertThat(delete("admin", "/agents/nobody/data?all=true").statusCode()).isEqualTo(404);
        assertThat(delete("operator", "/agents/abc123/data?all=true").statusCode())
                .isEqualTo(403);
        assertThat(gateway.send(gateway.as("operator", "/deletions")).statusCode())
                .isEqualTo(403);
        assertThat(gateway.store.asked).isEmpty();
    }

    @Test
    void jsonRpcDoesTheSame() {
        JsonObject deleted = json(gateway.post("/rpc", """
                        {"jsonrpc": "2.0", "id": 1, "method": "delete_data", "params": {"agent_id": "abc123", "all": true}}
                        """)).getJsonObject("result");
        JsonObject listed = json(gateway.post("/rpc", """
                        {"jsonrpc": "2.0", "id": 2, "method": "list_deletions", "params": {}}
                        """)).getJsonObject("result");

        assertThat(deleted.getLong("samples")).isEqualTo(7);
        assertThat(listed.getJsonArray("deletions").getJsonObject(0)).isEqualTo(deleted);
        assertThat(json(gateway.post("/rpc", """
                        {"jsonrpc": "2.0", "id": 3, "method": "delete_data", "params": {"agent_id": "abc123"}}
                        """)).getJsonObject("error").getInteger("code"))
                .isEqualTo(-32602);
    }
}
