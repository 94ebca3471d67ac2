package dev.sinal.launcher;

import dev.sinal.runtime.ConfigException;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a running suite is, and who asks: for commands that are no more than a call of its gateway. */
final class GatewayOptions {
    private static final Duration LONGEST = Duration.ofSeconds(80);

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "The gateway. Default: $SINAL_URL, else http://127.0.0.1:8080.")
    String url = fromEnvironment("SINAL_URL", "http://127.0.0.1:8080");

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description = "Default: $SINAL_TOKEN, which other users cannot see.")
    String token = fromEnvironment("SINAL_TOKEN", "");

    /** @param body null to GET, else what to POST. @throws IOException in the gateway's words when it refuses or does not answer */
    JsonObject call(String path, @Nullable JsonObject body) throws IOException, InterruptedException {
        if (token.isBlank()) {
            throw new ConfigException("--token", "is missing; make one with: ./sinal token --role operator");
        }
        HttpRequest.Builder request = request(path).timeout(LONGEST).header("Authorization", "Bearer " + token);
        if (body != null) {
            request.header("Content-Type", "application/json").POST(BodyPublishers.ofString(body.encode()));
        }
        HttpResponse<String> answer;
        try {
            answer = HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
        } catch (ConnectException refused) {
            throw new IOException("no gateway answers at " + url + "; name it with --url", refused);
        }
        JsonObject content = json(answer);
        if (answer.statusCode() >= 300) {
            throw new IOException(content.getString("detail", "the gateway answered " + answer.statusCode()));
        }
        return content;
    }

    private HttpRequest.Builder request(String path) {
        try {
            return HttpRequest.newBuilder(URI.create(url.replaceFirst("/+$", "") + path));
        } catch (IllegalArgumentException e) {
            throw new ConfigException("--url", "must be like http://127.0.0.1:8080, was " + url);
        }
    }

    private static JsonObject json(HttpResponse<String> answer) throws IOException {
        try {
            return new JsonObject(answer.body());
        } catch (DecodeException e) {
            throw new IOException("what answers there is no Sinal gateway (HTTP " + answer.statusCode() + ")", e);
        }
    }

    private static String fromEnvironment(String name, String otherwise) {
        String value = System.getenv(name);
        return value == null ? otherwise : value;
    }
}
