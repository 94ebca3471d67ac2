package dev.sinal.launcher;

import dev.sinal.testkit.suite.SuiteClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A viewer of numbered samples over any gateway, by WebSocket or as an event stream; it remembers every sample and where it is. */
abstract class LiveViewer {
    /** @param index the number that the outlet gave the sample */
    record Seen(long epoch, long seq, long index) {}

    private final String agentId;
    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private final List<JsonObject> gaps = new CopyOnWriteArrayList<>();
    private volatile @Nullable String cursor;
    private volatile CompletableFuture<Integer> ended = new CompletableFuture<>();

    LiveViewer(String agentId) {
        this.agentId = agentId;
    }

    static LiveViewer webSocket(String agentId) {
        return new OverWebSocket(agentId);
    }

    static LiveViewer events(String agentId) {
        return new OverEvents(agentId);
    }

    /** Goes on where it is, or begins with what comes now. */
    abstract void connect(SuiteClient gateway) throws Exception;

    String agentId() {
        return agentId;
    }

    List<Seen> seen() {
        return seen;
    }

    List<JsonObject> gaps() {
        return gaps;
    }

    @Nullable
    String cursor() {
        return cursor;
    }

    /** The close code of a WebSocket; 0 when there was none. */
    int awaitEnd() throws Exception {
        return ended.get(60, TimeUnit.SECONDS);
    }

    void begun() {
        ended = new CompletableFuture<>();
    }

    void ended(int code) {
        ended.complete(code);
    }

    void took(@Nullable String place, JsonObject acp) {
        JsonObject payload = acp.getJsonObject("payload");
        if ("stream_gap".equals(acp.getString("type"))) {
            gaps.add(payload);
        } else if ("telemetry_chunk".equals(acp.getString("type"))) {
            int index = payload.getJsonArray("channels").getList().indexOf("index");
            JsonArray numbers = payload.getJsonArray("values").getJsonArray(index);
            for (int i = 0; i < numbers.size(); i++) {
                seen.add(new Seen(payload.getLong("epoch"), payload.getLong("seq") + i, numbers.getLong(i)));
            }
            cursor = place;
        }
    }

    private static final class OverWebSocket extends LiveViewer implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        OverWebSocket(String agentId) {
            super(agentId);
        }

        @Override
        void connect(SuiteClient gateway) throws Exception {
            begun();
            text.setLength(0);
            WebSocket socket = gateway.http()
                    .newWebSocketBuilder()
                    .header("Authorization", "Bearer " + gateway.token())
                    .buildAsync(URI.create(gateway.url().replaceFirst("^http", "ws") + "/ws"), this)
                    .get(20, TimeUnit.SECONDS);
            JsonObject params = new JsonObject().put("agent_id", agentId());
            if (cursor() != null) {
                params.put("from", cursor());
            }
            socket.sendText(
                            new JsonObject()
                                    .put("method", "subscribe")
                                    .put("id", 1)
                                    .put("params", params)
                                    .encode(),
                            true)
                    .get(20, TimeUnit.SECONDS);
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                JsonObject message = new JsonObject(text.toString());
                text.setLength(0);
                if ("acp".equals(message.getString("method"))) {
                    JsonObject params = message.getJsonObject("params");
                    took(params.getString("cursor"), params.getJsonObject("message"));
                }
            }
            socket.request(1);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            ended(code);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public void onError(WebSocket socket, Throwable failure) {
            ended(0);
        }
    }

    private static final class OverEvents extends LiveViewer {
        OverEvents(String agentId) {
            super(agentId);
        }

        @Override
        void connect(SuiteClient gateway) throws Exception {
            begun();
            HttpRequest.Builder request = HttpRequest.newBuilder(
                            URI.create(gateway.url() + "/telemetry/live?agent_id=" + agentId()))
                    .header("Authorization", "Bearer " + gateway.token())
                    .header("Accept", "text/event-stream");
            if (cursor() != null) {
                request.header("Last-Event-ID", cursor());
            }
            HttpResponse<Stream<String>> answer =
                    gateway.http().send(request.build(), HttpResponse.BodyHandlers.ofLines());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException("events answered " + answer.statusCode());
            }
            Thread reader = new Thread(() -> read(answer.body()));
            reader.setDaemon(true);
            reader.start();
        }

        private void read(Stream<String> lines) {
            String[] id = {null};
            try {
                lines.forEach(line -> {
                    if (line.startsWith("id: ")) {
                        id[0] = line.substring(4);
                    } else if (line.startsWith("data: ")) {
                        took(id[0], new JsonObject(line.substring(6)));
                    }
                });
            } catch (RuntimeException gone) {
                // The gateway was killed over the stream: that is what the test does.
                id[0] = null;
            } finally {
                ended(0);
            }
        }
    }
}
