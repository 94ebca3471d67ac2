package dev.sinal.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** JSON-RPC 2.0 over HTTP. */
final class RpcTest {
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

    private static JsonObject call(String role, String text) {
        HttpResponse<String> response = gateway.send(gateway.as(role, "/rpc").POST(BodyPublishers.ofString(text)));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return new JsonObject(response.body());
    }

    @Test
    void theExampleOfTheMissionWorksVerbatim() {
        JsonObject answer = call(
                "admin",
                "{\"jsonrpc\":\"2.0\",\"method\":\"start_agent\",\"params\":{\"agent_id\":\"abc123\"},\"id\":1}");

        assertThat(answer.getString("jsonrpc")).isEqualTo("2.0");
        assertThat(answer.getInteger("id")).isEqualTo(1);
        assertThat(answer.getJsonObject("result").getString("status")).isEqualTo("started");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{|-32700",
                "''|-32700",
                "1|-32600",
                "[]|-32600",
                "{\"jsonrpc\":\"1.0\",\"method\":\"x\",\"id\":1}|-32600",
                "{\"jsonrpc\":\"2.0\",\"method\":7,\"id\":1}|-32600",
                "{\"jsonrpc\":\"2.0\",\"method\":\"list_agents\",\"params\":3,\"id\":1}|-32600",
                "{\"jsonrpc\":\"2.0\",\"method\":\"list_agents\",\"id\":{}}|-32600",
                "{\"jsonrpc\":\"2.0\",\"method\":\"format_disk\",\"id\":1}|-32601",
                "{\"jsonrpc\":\"2.0\",\"method\":\"start_agent\",\"id\":1}|-32602",
                "{\"jsonrpc\":\"2.0\",\"method\":\"start_agent\",\"params\":{\"agent_id\":7},\"id\":1}|-32602",
                "{\"jsonrpc\":\"2.0\",\"method\":\"start_agent\",\"params\":{\"agent_id\":\"a\",\"x\":1},\"id\":1}|-32602",
                "{\"jsonrpc\":\"2.0\",\"method\":\"list_agents\",\"params\":[1],\"id\":1}|-32602",
                "{\"jsonrpc\":\"2.0\",\"method\":\"agent_status\",\"params\":[\"nobody\"],\"id\":1}|-32004",
                "{\"jsonrpc\":\"2.0\",\"method\":\"move_agent\",\"params\":[\"abc123\",\"nowhere\"],\"id\":1}|-32004",
                "{\"jsonrpc\":\"2.0\",\"method\":\"move_agent\",\"params\":[\"abc123\"],\"id\":1}|-32602",
                "{\"jsonrpc\":\"2.0\",\"method\":\"drain_node\",\"params\":{\"node\":\"nowhere\"},\"id\":1}|-32004",
                "{\"jsonrpc\":\"2.0\",\"method\":\"drain_node\",\"params\":{\"node\":\"test\",\"wait_s\":61},\"id\":1}|-32602",
                "{\"jsonrpc\":\"2.0\",\"method\":\"run_analysis\",\"params\":{\"analysis_type\":\"constant\",\"filters\":{\"agent_id\":\"abc123\"}},\"id\":1}|-32022",
            })
    void failuresHaveTheirCodes(String text, int code) {
        JsonObject answer = call("admin", text);

        assertThat(answer.getJsonObject("error").getInteger("code"))
                .as(answer.encode())
                .isEqualTo(code);
        assertThat(answer.containsKey("id")).isTrue();
    }

    @Test
    void scopesHoldPerMethod() {
        JsonObject refused =
                call("viewer", "{\"jsonrpc\":\"2.0\",\"method\":\"stop_agent\",\"params\":[\"abc123\"],\"id\":\"a\"}");
        assertThat(refused.getJsonObject("error").getInteger("code")).isEqualTo(-32003);
        assertThat(call("viewer", "{\"jsonrpc\":\"2.0\",\"method\":\"agent_status\",\"params\":[\"abc123\"],\"id\":1}")
                        .getJsonObject("result")
                        .getString("state"))
                .isEqualTo("running");
    }

    @Test
    void notificationsHaveNoAnswer() {
        int before = gateway.agents.starts.get();
        HttpResponse<String> response = gateway.send(gateway.as("admin", "/rpc")
                .POST(BodyPublishers.ofString(
                        "{\"jsonrpc\":\"2.0\",\"method\":\"start_agent\",\"params\":{\"agent_id\":\"abc123\"}}")));

        assertThat(response.statusCode()).isEqualTo(204);
        assertThat(response.body()).isEmpty();
        assertThat(gateway.agents.starts.get()).isEqualTo(before + 1);
    }

    @Test
    void batchesAnswerInOrderWithoutTheNotifications() {
        String list = "{\"jsonrpc\":\"2.0\",\"method\":\"list_agents\"";
        HttpResponse<String> response =
                gateway.post("/rpc", "[" + list + ",\"id\":1}," + list + "},3," + list + ",\"id\":\"z\"}]");
        JsonArray answers = new JsonArray(response.body());

        assertThat(answers).hasSize(3);
        assertThat(answers.getJsonObject(0).getInteger("id")).isEqualTo(1);
        assertThat(answers.getJsonObject(1).getJsonObject("error").getInteger("code"))
                .isEqualTo(-32600);
        assertThat(answers.getJsonObject(2).getString("id")).isEqualTo("z");
        HttpResponse<String> over =
                gateway.post("/rpc", "[" + (list + ",\"id\":1},").repeat(20) + list + ",\"id\":1}]");
        assertThat(new JsonObject(over.body()).getJsonObject("error").getInteger("code"))
                .isEqualTo(-32600);
    }

    @Test
    void historyAndAnalysisAreCallable() {
        assertThat(call(
                                "viewer",
                                "{\"jsonrpc\":\"2.0\",\"method\":\"telemetry_history\",\"params\":{\"agent_id\":\"abc123\"},\"id\":1}")
                        .getJsonObject("result")
                        .getJsonArray("items"))
                .isEmpty();
        assertThat(call(
                                "analyst",
                                "{\"jsonrpc\":\"2.0\",\"method\":\"recommend_models\",\"params\":{\"agent_id\":\"abc123\"},\"id\":1}")
                        .getJsonObject("result")
                        .getJsonArray("recommended_models"))
                .isEmpty();
    }

    @Test
    void nodesAreListedDrainedAndGivenAgents() {
        assertThat(call("viewer", "{\"jsonrpc\":\"2.0\",\"method\":\"list_nodes\",\"id\":1}")
                        .getJsonObject("result")
                        .getJsonArray("nodes")
                        .getJsonObject(0)
                        .getString("node"))
                .isEqualTo("test");
        assertThat(call(
                                "operator",
                                "{\"jsonrpc\":\"2.0\",\"method\":\"move_agent\",\"params\":[\"abc123\",\"test\"],\"id\":1}")
                        .getJsonObject("result")
                        .getString("agent_id"))
                .isEqualTo("abc123");
        assertThat(call(
                                "operator",
                                "{\"jsonrpc\":\"2.0\",\"method\":\"drain_node\",\"params\":{\"node\":\"test\"},\"id\":1}")
                        .getJsonObject("result")
                        .getString("state"))
                .isEqualTo("drained");
        assertThat(call(
                                "operator",
                                "{\"jsonrpc\":\"2.0\",\"method\":\"drain_node\",\"params\":[\"test\",false],\"id\":1}")
                        .getJsonObject("result")
                        .getString("state"))
                .isEqualTo("active");
    }

    @Test
    void discoveryListsEveryMethodWithItsScope() {
        JsonObject document = call("viewer", "{\"jsonrpc\":\"2.0\",\"method\":\"rpc.discover\",\"id\":1}")
                .getJsonObject("result");

        assertThat(Json.encode(document.getJsonArray("methods")))
                .contains("start_agent", "stop_agent", "agent_status", "list_agents", "resolve_streams")
                .contains("list_nodes", "move_agent", "drain_node")
                .contains("telemetry_history", "telemetry_recent", "run_analysis", "recommend_models", "rpc.discover");
        assertThat(new JsonObject(gateway.send(gateway.request("/openrpc.json")).body()))
                .isEqualTo(document);
    }
}
