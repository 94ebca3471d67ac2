package dev.sinal.contracts.live;

import dev.sinal.contracts.UtcNanos;
import dev.sinal.contracts.acp.AcpMessage;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One sample of an ACP {@code telemetry_update} or {@code telemetry_chunk}, however it was packed.
 *
 * @param epoch with {@code seq}, names the sample within its stream
 * @param timestamp UTC ns
 * @param metrics what was measured: Double, Long or String; NaN and infinities are themselves. Absent values are left out
 */
public record TelemetrySample(
        String agentId, String stream, long epoch, long seq, long timestamp, Map<String, Object> metrics) {

    /**
     * Reads a message's samples, in their order; other types have none.
     *
     * @throws IllegalArgumentException when the payload is not what its schema says
     */
    public static void each(AcpMessage message, Consumer<TelemetrySample> use) {
        try {
            switch (message.type()) {
                case AcpMessage.TELEMETRY_UPDATE -> use.accept(update(message));
                case AcpMessage.TELEMETRY_CHUNK -> chunk(message.payload(), use);
                default -> {}
            }
        } catch (ClassCastException | NullPointerException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("/payload of " + message.type() + " is not what its schema says", e);
        }
    }

    private static TelemetrySample update(AcpMessage message) {
        JsonObject payload = message.payload();
        JsonObject special = payload.getJsonObject("special", new JsonObject());
        Map<String, Object> metrics = new LinkedHashMap<>();
        for (Map.Entry<String, Object> metric : payload.getJsonObject("metrics")) {
            put(metrics, metric.getKey(), metric.getValue(), special.getString(metric.getKey()));
        }
        return new TelemetrySample(
                payload.getString("agent_id"),
                payload.getString("stream", "main"),
                payload.getLong("epoch", 0L),
                payload.getLong("seq", 0L),
                UtcNanos.parse(message.timestamp()),
                metrics);
    }

    private static void chunk(JsonObject payload, Consumer<TelemetrySample> use) {
        JsonArray times = payload.getJsonArray("timestamps");
        JsonArray channels = payload.getJsonArray("channels");
        JsonArray values = payload.getJsonArray("values");
        JsonObject special = payload.getJsonObject("special", new JsonObject());
        int rows = times == null ? values.getJsonArray(0).size() : times.size();
        for (int row = 0; row < rows; row++) {
            Map<String, Object> metrics = new LinkedHashMap<>();
            for (int c = 0; c < channels.size(); c++) {
                String metric = channels.getString(c);
                JsonObject names = special.getJsonObject(metric);
                Object value = values.getJsonArray(c).getValue(row);
                put(metrics, metric, value, names == null ? null : names.getString(Integer.toString(row)));
            }
            use.accept(new TelemetrySample(
                    payload.getString("agent_id"),
                    payload.getString("stream", "main"),
                    payload.getLong("epoch", 0L),
                    payload.getLong("seq", 0L) + row * payload.getLong("seq_step", 1L),
                    times == null ? spaced(payload, row) : time(times.getValue(row)),
                    metrics));
        }
    }

    private static long spaced(JsonObject payload, int row) {
        return UtcNanos.parse(payload.getString("t0")) + Math.round(row * 1e9 / payload.getDouble("rate"));
    }

    private static long time(Object time) {
        return time instanceof Number nanos ? nanos.longValue() : UtcNanos.parse((String) time);
    }

    private static void put(
            Map<String, Object> metrics, String metric, @Nullable Object value, @Nullable String special) {
        if (special != null) {
            metrics.put(metric, Double.valueOf(special));
        } else if (value instanceof Integer || value instanceof Long) {
            metrics.put(metric, ((Number) value).longValue());
        } else if (value instanceof Number number) {
            metrics.put(metric, number.doubleValue());
        } else if (value != null) {
            metrics.put(metric, value);
        }
    }
}
