package dev.sinal.gateway.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;

/** A complete answer, kept in memory. Long ones are streamed instead: {@link #STREAMED}. */
public record Answer(int status, String contentType, Buffer body, Map<String, String> headers) {
    public static final String JSON = "application/json";
    /** The endpoint wrote the answer itself. */
    public static final Answer STREAMED = new Answer(0, "", Buffer.buffer(), Map.of());

    public Answer {
        headers = Map.copyOf(headers);
    }

    public static Answer json(JsonObject body) {
        return json(200, body);
    }

    public static Answer json(int status, JsonObject body) {
        return new Answer(status, JSON, body.toBuffer(), Map.of());
    }

    public static Answer of(String contentType, Buffer body) {
        return new Answer(200, contentType, body, Map.of());
    }

    public static Answer noContent() {
        return new Answer(204, "", Buffer.buffer(), Map.of());
    }

    public Answer with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Answer(status, contentType, body, more);
    }
}
