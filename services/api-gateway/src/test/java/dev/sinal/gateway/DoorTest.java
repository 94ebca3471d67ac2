package dev.sinal.gateway;

import static dev.sinal.gateway.Gateway.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinal.runtime.ConfigException;
import dev.sinal.runtime.Settings;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What every request passes, on real sockets. */
final class DoorTest {
    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway =
                Gateway.start(Map.of("http.cors.origins", "https://lab.example", "http.rate", "1", "http.burst", "60"));
        gateway.agents.with("abc123", "external");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    /** Sends text as it is; the answer until the connection ends. */
    private static String raw(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", gateway.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            socket.getInputStream().transferTo(answer);
            return answer.toString(StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void theHostMustBeOneOfOurs() throws IOException {
        assertThat(raw("GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200");
        assertThat(raw("GET /health/live HTTP/1.1\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400");
        assertThat(raw("GET /health/live HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400");
        assertThat(raw("GET /health/live HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400")
                .contains("application/problem+json");
    }

    @Test
    void connectionsEndAfterABody() throws IOException {
        String answer = raw("POST /rpc HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n\r\n{}"
                + "GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 401").doesNotContain("HTTP/1.1 200");
    }

    @Test
    void longLinesAndHeadersAreRefused() throws IOException {
        assertThat(raw("GET /" + "x".repeat(20_000) + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"))
                .contains(" 414 ")
                .contains("/problems/uri-too-long");
        assertThat(raw("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + "x".repeat(40_000) + "\r\n\r\n"))
                .contains(" 431 ")
                .contains("/problems/headers-too-large");
    }

    @Test
    void onlyListedOriginsMayCallFromABrowser() {
        HttpResponse<String> listed =
                gateway.send(gateway.request("/health/live").header("Origin", "https://lab.example"));
        assertThat(listed.headers().firstValue("Access-Control-Allow-Origin")).hasValue("https://lab.example");
        assertThat(listed.headers().firstValue("Access-Control-Allow-Credentials"))
                .isEmpty();
        assertThat(String.join(",", listed.headers().allValues("Vary"))).contains("Origin");
        HttpResponse<String> other =
                gateway.send(gateway.request("/health/live").header("Origin", "https://lab.example.evil"));
        assertThat(other.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();

        HttpResponse<String> preflight = gateway.send(gateway.request("/agents/start")
                .header("Origin", "https://lab.example")
                .header("Access-Control-Request-Method", "POST")
                .method("OPTIONS", BodyPublishers.noBody()));
        assertThat(preflight.statusCode()).isEqualTo(204);
        assertThat(preflight
                        .headers()
                        .firstValue("Access-Control-Allow-Headers")
                        .orElse(""))
                .contains("Authorization");
        assertThat(gateway.send(gateway.request("/agents/start")
                                .header("Origin", "null")
                                .header("Access-Control-Request-Method", "POST")
                                .method("OPTIONS", BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void oneCallerCannotTakeAllTheTime() {
        HttpResponse<String> last = null;
        for (int i = 0; i < 100 && (last == null || last.statusCode() == 200); i++) {
            last = gateway.send(gateway.as("viewer", "/auth/me"));
        }
        assertThat(last.statusCode()).isEqualTo(429);
        assertThat(Integer.parseInt(last.headers().firstValue("Retry-After").orElse("0")))
                .isPositive();
        assertThat(gateway.send(gateway.as("analyst", "/auth/me")).statusCode()).isEqualTo(200);
    }

    @Test
    void tokensAreRenewedAndTicketsIssued() {
        HttpResponse<String> renewed =
                gateway.send(gateway.as("operator", "/auth/refresh").POST(BodyPublishers.noBody()));
        String token = json(renewed).getString("token");
        JsonObject me = json(gateway.send(gateway.request("/auth/me").header("Authorization", "Bearer " + token)));
        assertThat(me.getString("role")).isEqualTo("operator");
        assertThat(me.getString("subject")).isEqualTo("operator-user");
        JsonObject ticket =
                json(gateway.send(gateway.as("operator", "/auth/ticket").POST(BodyPublishers.noBody())));
        assertThat(ticket.getInteger("expires_in")).isEqualTo(30);
        assertThat(gateway.send(gateway.request("/auth/me?ticket=" + ticket.getString("ticket")))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void pagesForPeopleAndDocumentsNeedNoToken() {
        for (String path :
                new String[] {"/", "/docs", "/openapi.json", "/asyncapi.json", "/openrpc.json", "/problems/conflict"}) {
            assertThat(gateway.send(gateway.request(path)).statusCode())
                    .as(path)
                    .isEqualTo(200);
        }
        assertThat(gateway.send(gateway.request("/../secret")).statusCode()).isEqualTo(404);
        assertThat(gateway.send(gateway.request("/.git/config")).statusCode()).isEqualTo(404);
        assertThat(gateway.send(gateway.request("/%2e%2e/contracts/openapi.json"))
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void anAbsentStoreIsUnavailableAndSoonAtOnce() {
        try (Gateway lonely = Gateway.withoutStore()) {
            for (int i = 0; i < 8; i++) {
                HttpResponse<String> response = lonely.get("/telemetry/history?agent_id=abc123");
                assertThat(response.statusCode()).isEqualTo(503);
                assertThat(Integer.parseInt(
                                response.headers().firstValue("Retry-After").orElse("0")))
                        .isBetween(1, 3);
            }
            // It may be trying just now, so it is asked for until it is seen.
            Awaitility.await().until(() -> {
                assertThat(lonely.get("/telemetry/history?agent_id=abc123").statusCode())
                        .isEqualTo(503);
                return lonely.metrics
                                .get("sinal.gateway.store.breaker.open")
                                .gauge()
                                .value()
                        == 1;
            });
        }
    }

    @Test
    void withoutAKeyThereIsNoStart() {
        assertThatThrownBy(() -> new ApiGatewayModule().configure(Settings.of(Map.of("http.port", "0"))))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("auth.keyFile")
                .hasMessageContaining("keys init");
    }

    @Test
    void requestsAreCounted() {
        gateway.send(gateway.request("/health/live"));

        assertThat(gateway.metrics
                        .get("sinal.gateway.requests")
                        .tag("route", "GET /health/live")
                        .tag("status", "200")
                        .timer()
                        .count())
                .isPositive();
        assertThat(gateway.send(gateway.request("/health/live").header("X-Request-Id", "mine-1"))
                        .headers()
                        .firstValue("X-Request-Id"))
                .hasValue("mine-1");
    }
}
