package dev.sinal.gateway;

import static dev.sinal.gateway.Gateway.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The door as a whole: tokens, problems, headers, agents. */
final class GatewayTest {
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

    @Test
    void startsAnAgent() {
        HttpResponse<String> response = gateway.post("/agents/start", "{\"agent_id\":\"abc123\"}");

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(json(response).getString("status")).isEqualTo("started");
        assertThat(response.headers().firstValue("X-Request-Id")).isPresent();
        assertThat(response.headers().firstValue("Server")).isEmpty();
        assertThat(response.headers().firstValue("Content-Security-Policy").orElse(""))
                .contains("default-src 'self'");
    }

    @Test
    void answersWithoutATokenAreProblems() {
        HttpResponse<String> response = gateway.send(gateway.request("/agents/status"));

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(json(response).getString("type")).isEqualTo("/problems/unauthorized");
        assertThat(response.headers().firstValue("WWW-Authenticate").orElse("")).startsWith("Bearer");
    }

    @Test
    void unknownAddressesAndMethodsAreProblems() {
        assertThat(gateway.get("/nowhere").statusCode()).isEqualTo(404);
        assertThat(json(gateway.get("/nowhere")).getString("type")).isEqualTo("/problems/not-found");
        HttpResponse<String> wrong =
                gateway.send(gateway.as("admin", "/agents/start").DELETE());
        assertThat(gateway.send(gateway.as("admin", "/nowhere").POST(BodyPublishers.ofString("{}")))
                        .statusCode())
                .isEqualTo(404);
        HttpResponse<String> put =
                gateway.send(gateway.as("admin", "/agents/start").PUT(BodyPublishers.ofString("{}")));
        assertThat(put.statusCode()).isEqualTo(405);
        assertThat(put.headers().firstValue("Allow").orElse("")).contains("POST");
        assertThat(json(put).getString("type")).isEqualTo("/problems/method-not-allowed");
        assertThat(wrong.statusCode()).isEqualTo(404);
    }

    @Test
    void anOversizedBodyIsRefusedWithItsLimit() {
        HttpResponse<String> response = gateway.post("/agents/start", " ".repeat((1 << 20) + 1));

        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(json(response).getInteger("limit")).isEqualTo(1 << 20);
        assertThat(json(response).getInteger("actual")).isGreaterThan(1 << 20);
    }

    @Test
    void unknownFieldsAreNamedAndNothingChanges() {
        int before = gateway.agents.starts.get();

        HttpResponse<String> response = gateway.post("/agents/start", "{\"agent_id\":\"abc123\",\"wiat_s\":1}");

        assertThat(response.statusCode()).isEqualTo(400);
        JsonObject error = json(response).getJsonArray("errors").getJsonObject(0);
        assertThat(error.getString("pointer")).isEqualTo("/wiat_s");
        assertThat(gateway.agents.starts.get()).isEqualTo(before);
    }

    @Test
    void whatCurlSaysByDefaultIsTakenForJson() {
        HttpResponse<String> response = gateway.send(gateway.as("admin", "/agents/start")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("{\"agent_id\":\"abc123\"}")));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }

    @Test
    void healthNeedsNoToken() {
        assertThat(gateway.send(gateway.request("/health/live")).statusCode()).isEqualTo(200);
        assertThat(gateway.send(gateway.request("/health/ready")).statusCode()).isEqualTo(200);
    }
}
