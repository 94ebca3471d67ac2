package dev.sinal.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** A WebSocket client that remembers everything it gets. */
final class LiveClient {
    private final WebSocket socket;
    private final List<JsonObject> texts = new CopyOnWriteArrayList<>();
    private final List<Buffer> binaries = new CopyOnWriteArrayList<>();
    private final AtomicInteger ids = new AtomicInteger();
    private volatile int closeCode;

    LiveClient(WebSocket socket) {
        this.socket = socket;
        socket.textMessageHandler(text -> texts.add(new JsonObject(text)));
        socket.binaryMessageHandler(binaries::add);
        socket.closeHandler(gone -> {
            Short code = socket.closeStatusCode();
            closeCode = code == null ? -1 : code;
        });
    }

    WebSocket socket() {
        return socket;
    }

    List<Buffer> binaries() {
        return binaries;
    }

    /** The answer, result or error. */
    JsonObject call(String method, JsonObject params) {
        int id = ids.incrementAndGet();
        send(new JsonObject()
                .put("jsonrpc", "2.0")
                .put("method", method)
                .put("params", params)
                .put("id", id)
                .encode());
        return first(message -> Integer.valueOf(id).equals(message.getValue("id")));
    }

    JsonObject subscribe(JsonObject params) {
        JsonObject answer = call("subscribe", params);
        assertThat(answer.getJsonObject("error")).as("error").isNull();
        return answer.getJsonObject("result");
    }

    void send(String text) {
        socket.writeTextMessage(text);
    }

    JsonObject first(Predicate<JsonObject> wanted) {
        await().pollInterval(Duration.ofMillis(5)).until(() -> texts.stream().anyMatch(wanted));
        return texts.stream().filter(wanted).findFirst().orElseThrow();
    }

    /** ACP messages of a type, in order of arrival. */
    List<JsonObject> acp(String type) {
        return texts.stream()
                .filter(message -> "acp".equals(message.getString("method")))
                .map(message -> message.getJsonObject("params").getJsonObject("message"))
                .filter(message -> type.equals(message.getString("type")))
                .map(message -> message.getJsonObject("payload"))
                .toList();
    }

    List<JsonObject> awaitAcp(String type, int count) {
        await().untilAsserted(() -> assertThat(acp(type)).hasSizeGreaterThanOrEqualTo(count));
        return acp(type);
    }

    List<JsonObject> texts() {
        return texts;
    }

    int awaitClose() {
        await().until(() -> closeCode != 0);
        return closeCode;
    }

    boolean open() {
        return closeCode == 0;
    }
}
