package dev.sinal.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sinal.contracts.UtcNanos;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What a viewer has read in one of the three ways, as values one by one, in one form. */
final class Reading {
    private final List<List<String>> messages = new ArrayList<>();
    private final List<String> cursors = new ArrayList<>();
    private final List<String> retries = new CopyOnWriteArrayList<>();
    private final List<String> gaps = new ArrayList<>();
    private final TreeSet<String> rows = new TreeSet<>();
    private final AtomicInteger repeated = new AtomicInteger();
    private Runnable closing = () -> {};

    enum Way {
        WEB_SOCKET,
        EVENTS,
        POLL;

        /** @param wanted {@code streams}, {@code metrics} @param from null = now */
        Reading open(LiveServer server, JsonObject wanted, @Nullable String from) {
            return switch (this) {
                case WEB_SOCKET -> webSocket(server, wanted, from);
                case EVENTS -> events(server, wanted, from);
                case POLL -> poll(server, wanted, String.valueOf(from));
            };
        }

        String refusal(LiveServer server, String from) {
            if (this == WEB_SOCKET) {
                return server.viewer()
                        .call(
                                "subscribe",
                                new JsonObject().put("agent_id", "headset").put("from", from))
                        .getJsonObject("error")
                        .encode();
            }
            HttpClientResponse response = request(server, query(new JsonObject(), from), this == EVENTS);
            assertThat(response.statusCode()).isEqualTo(400);
            var body = response.body();
            response.resume();
            return LiveServer.get(body).toString();
        }
    }

    static String row(String stream, long epoch, long seq, long time, String metric, double value) {
        return stream + " " + epoch + " " + seq + " " + UtcNanos.format(time) + " " + metric + " " + value;
    }

    private static Reading webSocket(LiveServer server, JsonObject wanted, @Nullable String from) {
        Reading reading = new Reading();
        LiveClient client = server.viewer();
        client.socket().textMessageHandler(text -> {
            JsonObject message = new JsonObject(text);
            client.texts().add(message);
            if ("acp".equals(message.getString("method"))) {
                JsonObject params = message.getJsonObject("params");
                reading.acp(params.getString("cursor"), params.getJsonObject("message"));
            }
        });
        client.send(new JsonObject()
                .put("method", "subscribe")
                .put("id", 99)
                .put("params", wanted.copy().put("agent_id", "headset").put("from", from))
                .encode());
        JsonObject answer = client.first(message -> Integer.valueOf(99).equals(message.getValue("id")));
        assertThat(answer.getValue("error")).isNull();
        reading.closing = () -> LiveServer.get(client.socket().close().otherwiseEmpty());
        return reading;
    }

    private static Reading events(LiveServer server, JsonObject wanted, @Nullable String from) {
        Reading reading = new Reading();
        HttpClientResponse response = request(server, query(wanted, from), true);
        assertThat(response.statusCode()).isEqualTo(200);
        StringBuilder text = new StringBuilder();
        response.exceptionHandler(gone -> {});
        response.handler(bytes -> {
            text.append(bytes.toString());
            int end = text.indexOf("\n\n");
            while (end >= 0) {
                reading.block(text.substring(0, end));
                text.delete(0, end + 2);
                end = text.indexOf("\n\n");
            }
        });
        response.resume();
        reading.closing = () -> LiveServer.get(response.request().reset().otherwiseEmpty());
        return reading;
    }

    private void block(String block) {
        String id = null;
        for (String line : block.split("\n")) {
            if (line.startsWith("retry: ")) {
                retries.add(line);
            } else if (line.startsWith("id: ")) {
                id = line.substring(4);
            } else if (line.startsWith("data: ")) {
                acp(id, new JsonObject(line.substring(6)));
            }
        }
    }

    /** Page after page, until nothing follows. */
    private static Reading poll(LiveServer server, JsonObject wanted, String from) {
        Reading reading = new Reading();
        String cursor = from;
        while (true) {
            HttpClientResponse response = request(server, query(wanted, cursor) + "&n=7", false);
            assertThat(response.statusCode()).isEqualTo(200);
            var bytes = response.body();
            response.resume();
            JsonObject body = LiveServer.get(bytes).toJsonObject();
            reading.page(body);
            cursor = body.getString("next_cursor");
            if (body.getBoolean("complete")) {
                return reading;
            }
        }
    }

    private static String query(JsonObject wanted, @Nullable String from) {
        StringBuilder query = new StringBuilder("agent_id=headset");
        JsonArray metrics = wanted.getJsonArray("metrics", new JsonArray());
        for (int i = 0; i < metrics.size(); i++) {
            query.append("&metrics=").append(URLEncoder.encode(metrics.getString(i), StandardCharsets.UTF_8));
        }
        if (from != null) {
            query.append("&from=").append(from);
        }
        return query.toString();
    }

    private static HttpClientResponse request(LiveServer server, String query, boolean events) {
        RequestOptions options = new RequestOptions()
                .setHost("127.0.0.1")
                .setPort(server.port)
                .setMethod(HttpMethod.GET)
                .setURI("/telemetry/live?" + query)
                .addHeader("Authorization", "Bearer viewer");
        if (events) {
            options.addHeader("Accept", "text/event-stream");
        }
        return LiveServer.get(server.http
                .request(options)
                .compose(request -> request.send().map(response -> {
                    response.pause();
                    return response;
                })));
    }

    private synchronized void page(JsonObject body) {
        List<String> values = new ArrayList<>();
        for (Object item : body.getJsonArray("items")) {
            JsonObject row = (JsonObject) item;
            row.getJsonObject("metrics")
                    .forEach(metric -> values.add(row(
                            row.getString("stream"),
                            row.getLong("epoch"),
                            row.getLong("seq"),
                            UtcNanos.parse(row.getString("timestamp")),
                            metric.getKey(),
                            ((Number) metric.getValue()).doubleValue())));
        }
        body.getJsonArray("gaps").forEach(gap -> gap((JsonObject) gap));
        if (!values.isEmpty()) {
            took(body.getString("next_cursor"), values);
        }
    }

    private synchronized void acp(@Nullable String cursor, JsonObject acp) {
        JsonObject payload = acp.getJsonObject("payload");
        if (acp.getString("type").equals("stream_gap")) {
            gap(payload);
        } else if (acp.getString("type").equals("telemetry_chunk")) {
            List<String> values = new ArrayList<>();
            JsonArray channels = payload.getJsonArray("channels");
            for (int i = 0; i < payload.getJsonArray("timestamps").size(); i++) {
                for (int c = 0; c < channels.size(); c++) {
                    values.add(row(
                            payload.getString("stream"),
                            payload.getLong("epoch"),
                            payload.getLong("seq") + i,
                            UtcNanos.parse(payload.getJsonArray("timestamps").getString(i)),
                            channels.getString(c),
                            payload.getJsonArray("values").getJsonArray(c).getDouble(i)));
                }
            }
            took(cursor, values);
        }
    }

    private void gap(JsonObject gap) {
        String text = gap.getString("stream_id") + " " + gap.getString("from") + " " + gap.getString("to") + " "
                + gap.getLong("estimated_samples") + " " + gap.getString("cause");
        if (!gaps.contains(text)) {
            gaps.add(text);
        }
    }

    private void took(@Nullable String cursor, List<String> values) {
        messages.add(values);
        cursors.add(String.valueOf(cursor));
        for (String value : values) {
            if (!rows.add(value)) {
                repeated.incrementAndGet();
            }
        }
    }

    synchronized TreeSet<String> rows() {
        return new TreeSet<>(rows);
    }

    synchronized List<String> gaps() {
        return List.copyOf(gaps);
    }

    /** {@code retry} lines of an event stream. */
    List<String> retries() {
        return retries;
    }

    int repeated() {
        return repeated.get();
    }

    /** After a message. */
    synchronized String cursorAt(int message) {
        return cursors.get(message);
    }

    synchronized TreeSet<String> rowsUpTo(int message) {
        TreeSet<String> seen = new TreeSet<>();
        messages.subList(0, message + 1).forEach(seen::addAll);
        return seen;
    }

    void awaitRows(TreeSet<String> expected) {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(rows()).isEqualTo(expected));
    }

    void close() {
        closing.run();
    }
}
