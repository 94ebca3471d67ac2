package dev.sinal.gateway.routes;

import dev.sinal.contracts.RpcError;
import dev.sinal.gateway.http.Access;
import dev.sinal.gateway.http.Answer;
import dev.sinal.gateway.http.Call;
import dev.sinal.gateway.http.Problems;
import dev.sinal.gateway.http.Routes;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** What the gateway says about itself: documents and the pages that problem types lead to. No scripts, no styles from elsewhere. */
final class DocRoutes {
    private static final String HTML = "text/html; charset=utf-8";

    private final JsonObject openApi = resource("openapi.json");
    private final JsonObject asyncApi = resource("asyncapi.json");
    private final JsonObject openRpc;

    DocRoutes(JsonObject openRpc) {
        this.openRpc = openRpc;
    }

    void mount(Routes routes) {
        routes.get("/openapi.json", Access.OPEN, call -> done(Answer.json(openApi)));
        routes.get("/asyncapi.json", Access.OPEN, call -> done(Answer.json(asyncApi)));
        routes.get("/openrpc.json", Access.OPEN, call -> done(Answer.json(openRpc)));
        routes.get("/docs", Access.OPEN, call -> done(Answer.of(HTML, Buffer.buffer(page()))));
        routes.get("/problems/:name", Access.OPEN, this::problem);
    }

    private static Future<Answer> done(Answer answer) {
        return Future.succeededFuture(answer);
    }

    private Future<Answer> problem(Call call) {
        String meaning = Problems.known().get(call.path("name"));
        if (meaning == null) {
            return RpcError.NOT_FOUND.fail("there is no such problem");
        }
        String name = escape(call.path("name"));
        return done(Answer.of(HTML, Buffer.buffer(html("Problem: " + name, "<p>" + escape(meaning) + "</p>"))));
    }

    private String page() {
        StringBuilder body = new StringBuilder();
        body.append("<p><a href=\"/openapi.json\">openapi.json</a> · <a href=\"/asyncapi.json\">asyncapi.json</a>")
                .append(" · <a href=\"/openrpc.json\">openrpc.json</a></p><h2>HTTP</h2><table>");
        openApi.getJsonObject("paths").forEach(path -> {
            JsonObject operations = (JsonObject) path.getValue();
            operations.forEach(operation -> {
                JsonObject described = (JsonObject) operation.getValue();
                row(
                        body,
                        operation.getKey().toUpperCase(java.util.Locale.ROOT) + " " + path.getKey(),
                        described.getString("summary", ""),
                        described.getString("x-scope", ""));
            });
        });
        body.append("</table><h2>JSON-RPC</h2><table>");
        openRpc.getJsonArray("methods").forEach(item -> {
            JsonObject method = (JsonObject) item;
            row(body, method.getString("name"), method.getString("summary", ""), method.getString("x-scope", ""));
        });
        return html("Sinal API", body.append("</table>").toString());
    }

    private static void row(StringBuilder out, String name, String summary, String scope) {
        out.append("<tr><td><code>")
                .append(escape(name))
                .append("</code></td><td>")
                .append(escape(summary))
                .append("</td><td>")
                .append(escape(scope))
                .append("</td></tr>");
    }

    private static String html(String title, String body) {
        return "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\""
                + " content=\"width=device-width\"><title>" + title + "</title></head><body><h1>" + title + "</h1>"
                + body
                + "</body></html>";
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    private static JsonObject resource(String name) {
        try (InputStream in = DocRoutes.class.getResourceAsStream("/contracts/" + name)) {
            if (in == null) {
                throw new IllegalStateException("contracts/" + name + " is not in the jar");
            }
            return new JsonObject(Buffer.buffer(in.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
