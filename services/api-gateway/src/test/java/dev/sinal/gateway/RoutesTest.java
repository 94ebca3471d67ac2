package dev.sinal.gateway;

import static dev.sinal.gateway.Gateway.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.gateway.auth.Scopes;
import dev.sinal.gateway.http.Access;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every route: declared, documented, and closed to those without its scope. */
final class RoutesTest {
    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = Gateway.start(Map.of("http.burst", "100000", "http.rate", "100000"));
        gateway.agents.with("abc123", "external").with("other", "external");
        gateway.store.add(
                Samples.stream("s1", "other", "eeg", "double64", "a"),
                Samples.block("s1", 1, 1, Samples.T0, Samples.doubles(1)));
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    /** "GET /agents/{id}" to its access. */
    private static Map<String, Access> routes() {
        Map<String, Access> found = new TreeMap<>();
        for (Route route : gateway.routes()) {
            Access access = route.getMetadata(Access.KEY);
            assertThat(access).as(String.valueOf(route.getPath())).isNotNull();
            if (route.getPath() != null && route.methods() != null) {
                String path = route.getPath().replaceAll(":([a-z]+)", "{$1}");
                // HEAD is GET without the body, everywhere.
                route.methods().stream()
                        .filter(method -> method != HttpMethod.HEAD)
                        .forEach(method -> found.put(method + " " + path, access));
            }
        }
        return found;
    }

    private static Map<String, JsonObject> documented() {
        JsonObject document = json(gateway.send(gateway.request("/openapi.json")));
        assertThat(document.getString("openapi")).isEqualTo("3.1.0");
        Map<String, JsonObject> operations = new TreeMap<>();
        document.getJsonObject("paths")
                .forEach(path -> ((JsonObject) path.getValue())
                        .forEach(operation -> operations.put(
                                operation.getKey().toUpperCase(java.util.Locale.ROOT) + " " + path.getKey(),
                                (JsonObject) operation.getValue())));
        return operations;
    }

    @Test
    void theDocumentAndTheRouterAgreeBothWays() {
        assertThat(documented().keySet()).isEqualTo(routes().keySet());
    }

    @Test
    void theDocumentSaysTheScopeThatIsAsked() {
        Map<String, JsonObject> documented = documented();
        routes().forEach((route, access) -> {
            String scope = documented.get(route).getString("x-scope");
            if (access.scope() != null) {
                assertThat(scope).as(route).isEqualTo(access.scope());
            } else if (access.token()) {
                assertThat(scope).as(route).isEqualTo("any token");
            } else if (!route.contains("/telemetry/live") && !route.contains("/ws")) {
                assertThat(scope).as(route).isNull();
            }
        });
    }

    @Test
    void documentedReferencesResolve() {
        String text = gateway.send(gateway.request("/openapi.json")).body();
        JsonObject components = new JsonObject(text).getJsonObject("components");
        Set<String> missing = new TreeSet<>();
        java.util.regex.Matcher matcher =
                java.util.regex.Pattern.compile("#/components/(\\w+)/(\\w+)").matcher(text);
        while (matcher.find()) {
            if (!components.getJsonObject(matcher.group(1)).containsKey(matcher.group(2))) {
                missing.add(matcher.group());
            }
        }
        assertThat(missing).isEmpty();
    }

    private static HttpRequest.Builder request(String route, String token) {
        String[] parts = route.split(" ");
        HttpRequest.Builder request = gateway.request(parts[1].replaceAll("\\{\\w+}", "abc123"));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return request.method(
                parts[0], parts[0].equals("POST") ? BodyPublishers.ofString("{}") : BodyPublishers.noBody());
    }

    @Test
    void everyRouteIsClosedToThoseWithoutItsScope() {
        String expired = "eyJhbGciOiJIUzI1NiJ9.e30.AAAA";
        routes().forEach((route, access) -> {
            if (route.endsWith("/ws")) {
                return;
            }
            int without = gateway.send(request(route, null)).statusCode();
            if (access == Access.OPEN) {
                assertThat(without).as(route).isIn(200, 404, 503);
                return;
            }
            assertThat(without).as(route).isEqualTo(401);
            assertThat(gateway.send(request(route, expired)).statusCode())
                    .as(route)
                    .isEqualTo(401);
            String scope = route.contains("/telemetry/live") ? Scopes.STREAM_LIVE : access.scope();
            for (String role : List.of("viewer", "analyst", "operator", "admin")) {
                int status = gateway.send(request(route, gateway.token(role))).statusCode();
                boolean allowed = scope == null || Scopes.ofRole(role).contains(scope);
                assertThat(status == 403).as(route + " " + role + " " + status).isEqualTo(!allowed);
                assertThat(status).as(route + " " + role).isNotIn(401, 500);
            }
        });
    }

    @Test
    void aTokenOfOneAgentReachesNoOther() {
        gateway.agents.with("abc123", "external").with("other", "external");
        String token =
                gateway.keys.sign("narrow", List.of("admin"), List.of(), List.of("abc123"), Duration.ofMinutes(5));
        Map<String, Integer> statuses = new TreeMap<>();
        for (String path : List.of(
                "/agents/status?agent_id=other",
                "/agents/other",
                "/streams?agent_id=other",
                "/streams/s1/epochs",
                "/streams/s1/info",
                "/streams/s1/clock",
                "/streams/s1/ledger",
                "/gaps?agent_id=other",
                "/gaps",
                "/telemetry/history?agent_id=other",
                "/telemetry/plot?agent_id=other",
                "/telemetry/live?agent_id=other",
                "/markers?agent_id=other",
                "/markers",
                "/logs?agent_id=other",
                "/logs",
                "/models/recommendation?agent_id=other")) {
            statuses.put(path, gateway.send(request("GET " + path, token)).statusCode());
        }
        assertThat(statuses.values()).as(statuses.toString()).containsOnly(403);
        assertThat(json(gateway.send(request("GET /agents/status", token))).getJsonArray("agents"))
                .hasSize(1);
        assertThat(json(gateway.send(request("GET /streams", token))).getJsonArray("streams"))
                .isEmpty();
        assertThat(json(gateway.send(request("GET /agents/nodes", token)))
                        .getJsonArray("nodes")
                        .getJsonObject(0)
                        .getJsonArray("agents"))
                .doesNotContain("other");
        Map<String, String> bodies = Map.of(
                "/agents/start", "{\"agent_id\":\"other\"}",
                "/agents/stop", "{\"agent_id\":\"other\"}",
                "/agents/move", "{\"agent_id\":\"other\",\"node\":\"test\"}",
                "/agents/drain", "{\"node\":\"test\"}",
                "/markers", "{\"agent_id\":\"other\",\"label\":\"x\"}",
                "/analysis/run", "{\"analysis_type\":\"describe\",\"filters\":{\"agent_id\":\"other\"}}",
                "/telemetry",
                        "{\"type\":\"telemetry_update\",\"payload\":{\"agent_id\":\"other\",\"metrics\":{\"x\":1}},"
                                + "\"timestamp\":\"2025-05-08T12:00:00Z\"}");
        bodies.forEach((path, body) -> {
            HttpResponse<String> response = gateway.send(gateway.request(path)
                    .header("Authorization", "Bearer " + token)
                    .POST(BodyPublishers.ofString(body)));
            assertThat(response.statusCode()).as(path).isEqualTo(403);
        });
    }

    @Test
    void aResultOfAnotherAgentIsClosed() {
        JsonObject result = json(
                gateway.post("/analysis/run", "{\"analysis_type\":\"describe\",\"filters\":{\"agent_id\":\"other\"}}"));
        String token =
                gateway.keys.sign("narrow", List.of("admin"), List.of(), List.of("abc123"), Duration.ofMinutes(5));

        String path = "/analysis/results/" + result.getString("id");
        assertThat(gateway.send(request("GET " + path, token)).statusCode()).isEqualTo(403);
        assertThat(gateway.send(request("GET " + path + "/data", token)).statusCode())
                .isEqualTo(403);
        assertThat(gateway.get(path + "/data").body()).isEqualTo("part0\r\npart1\r\npart2\r\n");
    }
}
