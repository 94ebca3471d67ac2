package dev.sinal.testkit.suite;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A WebSocket client that watches every sample of one agent and keeps what it is told. */
public final class LiveReader implements AutoCloseable {
    private static final long WAIT_S = 30;

    private final List<Chunk> chunks = new ArrayList<>();
    private final List<String> others = new ArrayList<>();
    private final CompletableFuture<JsonObject> subscribed = new CompletableFuture<>();
    private @Nullable WebSocket socket;
    private volatile @Nullable String cursor;
    private volatile long samples;

    /** Consecutive samples of one stream. @param values of the first channel */
    public record Chunk(String stream, long epoch, long seq, List<Double> values) {}

    private LiveReader() {}

    /** @param from cursor to go on from; null = live only */
    public static LiveReader watch(SuiteClient client, String agentId, @Nullable String from)
            throws IOException, InterruptedException {
        LiveReader reader = new LiveReader();
        try {
            WebSocket socket = client.http()
                    .newWebSocketBuilder()
                    .header("Authorization", "Bearer " + client.token())
                    .buildAsync(URI.create(client.url().replaceFirst("^http", "ws") + "/ws"), reader.new Frames())
                    .get(WAIT_S, TimeUnit.SECONDS);
            reader.socket = socket;
            JsonObject params = new JsonObject().put("agent_id", agentId);
            if (from != null) {
                params.put("from", from);
            }
            JsonObject subscribe = new JsonObject()
                    .put("jsonrpc", "2.0")
                    .put("method", "subscribe")
                    .put("params", params)
                    .put("id", 1);
            socket.sendText(subscribe.encode(), true).get(WAIT_S, TimeUnit.SECONDS);
            JsonObject answer = reader.subscribed.get(WAIT_S, TimeUnit.SECONDS);
            if (!answer.containsKey("result")) {
                throw new IOException("not subscribed: " + answer.encode());
            }
            return reader;
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("no live connection to " + client.url(), e);
        }
    }

    /** Samples received so far. */
    public long samples() {
        return samples;
    }

    /** The reader's place after the newest message; null before the first. */
    public @Nullable String cursor() {
        return cursor;
    }

    public synchronized List<Chunk> chunks() {
        return List.copyOf(chunks);
    }

    /** Types of the other ACP messages, in order. */
    public synchronized List<String> otherTypes() {
        return List.copyOf(others);
    }

    @Override
    public void close() {
        if (socket != null) {
            socket.abort();
        }
    }

    private synchronized void message(JsonObject message) {
        if (message.containsKey("id")) {
            subscribed.complete(message);
            return;
        }
        JsonObject params = message.getJsonObject("params", new JsonObject());
        JsonObject acp = params.getJsonObject("message", new JsonObject());
        if ("telemetry_chunk".equals(acp.getString("type"))) {
            JsonObject payload = acp.getJsonObject("payload");
            JsonArray values = payload.getJsonArray("values").getJsonArray(0);
            List<Double> first = values.stream()
                    .map(value -> value == null ? Double.NaN : ((Number) value).doubleValue())
                    .toList();
            chunks.add(new Chunk(payload.getString("stream"), payload.getLong("epoch"), payload.getLong("seq"), first));
            samples += first.size();
            cursor = params.getString("cursor");
        } else {
            others.add(acp.getString("type", message.getString("method", "")));
        }
    }

    private final class Frames implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                message(new JsonObject(text.toString()));
                text.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            subscribed.completeExceptionally(error);
        }
    }
}
