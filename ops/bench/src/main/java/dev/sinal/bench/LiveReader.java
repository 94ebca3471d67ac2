package dev.sinal.bench;

import dev.sinal.lsl.LslClock;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.value.ArrayValue;
import org.msgpack.value.MapValue;
import org.msgpack.value.Value;
import org.msgpack.value.ValueFactory;

/**
 * One WebSocket viewer of the benchmark: reads every message to the end, notes how old the first channel's clock readings are, and counts numbers that are missing or
 * come twice. Confined to its event loop.
 */
final class LiveReader {
    private final String agentId;
    private final String mode;
    private final String format;
    private final Latencies latencies;
    private final Map<Object, Long> next = new HashMap<>();
    private final AtomicLong samples = new AtomicLong();
    private final AtomicLong missing = new AtomicLong();
    private final AtomicLong repeated = new AtomicLong();
    private final AtomicLong notices = new AtomicLong();

    /** @param latencies of all readers of this kind */
    LiveReader(String agentId, String mode, String format, Latencies latencies) {
        this.agentId = agentId;
        this.mode = mode;
        this.format = format;
        this.latencies = latencies;
    }

    String kind() {
        return mode + " " + format;
    }

    long samples() {
        return samples.get();
    }

    long missing() {
        return missing.get();
    }

    long repeated() {
        return repeated.get();
    }

    /** {@code stream_gap} messages. */
    long notices() {
        return notices.get();
    }

    Future<WebSocket> open(WebSocketClient client, String url, String token) {
        URI uri = URI.create(url);
        WebSocketConnectOptions options = new WebSocketConnectOptions()
                .setHost(uri.getHost())
                .setPort(uri.getPort())
                .setURI("/ws")
                .addHeader("Authorization", "Bearer " + token);
        return client.connect(options).compose(socket -> {
            socket.textMessageHandler(text -> text(LslClock.now(), text));
            socket.binaryMessageHandler(bytes -> binary(LslClock.now(), bytes));
            JsonObject params =
                    new JsonObject().put("agent_id", agentId).put("mode", mode).put("format", format);
            return socket.writeTextMessage(new JsonObject()
                            .put("jsonrpc", "2.0")
                            .put("method", "subscribe")
                            .put("params", params)
                            .put("id", 1)
                            .encode())
                    .map(socket);
        });
    }

    private void text(double now, String text) {
        JsonObject params = new JsonObject(text).getJsonObject("params", new JsonObject());
        JsonObject acp = params.getJsonObject("message");
        if (acp == null) {
            return;
        }
        JsonObject payload = acp.getJsonObject("payload");
        if ("stream_gap".equals(acp.getString("type"))) {
            notices.incrementAndGet();
        } else if ("telemetry_chunk".equals(acp.getString("type"))) {
            JsonArray pushed = payload.getJsonArray("values").getJsonArray(0);
            arrived(
                    payload.getString("stream_id"),
                    payload.getLong("seq"),
                    pushed.size(),
                    payload.getInteger("seq_step", 1));
            for (int i = 0; i < pushed.size(); i++) {
                latencies.add((now - pushed.getDouble(i)) * 1e3);
            }
        }
    }

    private void binary(double now, Buffer bytes) {
        if (bytes.getByte(0) == 1) {
            int count = bytes.getIntLE(12);
            arrived(bytes.getIntLE(8), bytes.getLongLE(24), count, bytes.getIntLE(44));
            for (int i = 0; i < count; i++) {
                latencies.add((now - bytes.getDoubleLE(48 + count * 8 + i * 8)) * 1e3);
            }
            return;
        }
        try (MessageUnpacker in = MessagePack.newDefaultUnpacker(bytes.getBytes())) {
            Value acp = field(field(in.unpackValue().asMapValue(), "params").asMapValue(), "message");
            String type = field(acp.asMapValue(), "type").asStringValue().asString();
            MapValue payload = field(acp.asMapValue(), "payload").asMapValue();
            if (type.equals("stream_gap")) {
                notices.incrementAndGet();
            } else if (type.equals("telemetry_chunk")) {
                ArrayValue pushed =
                        field(payload, "values").asArrayValue().get(0).asArrayValue();
                Value step = payload.map().get(ValueFactory.newString("seq_step"));
                arrived(
                        field(payload, "stream_id").asStringValue().asString(),
                        field(payload, "seq").asIntegerValue().asLong(),
                        pushed.size(),
                        step == null ? 1 : step.asIntegerValue().asInt());
                for (Value value : pushed) {
                    latencies.add((now - value.asFloatValue().toDouble()) * 1e3);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Value field(MapValue map, String name) {
        Value value = map.map().get(ValueFactory.newString(name));
        if (value == null) {
            throw new IllegalStateException("a message without " + name);
        }
        return value;
    }

    private void arrived(Object stream, long seq, int count, int step) {
        samples.addAndGet(count);
        Long expected = next.put(stream, seq + (long) count * step);
        if (expected == null || !mode.equals("all")) {
            return;
        }
        if (seq > expected) {
            missing.addAndGet(seq - expected);
        } else if (seq < expected) {
            repeated.addAndGet(expected - seq);
        }
    }
}
