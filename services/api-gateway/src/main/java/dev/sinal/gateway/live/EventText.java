package dev.sinal.gateway.live;

import dev.sinal.contracts.UtcNanos;
import dev.sinal.contracts.acp.AcpMessage;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Events on their way out: inside the suite times are integers, outside they are text. */
final class EventText {
    private static final Set<String> TIMES = Set.of(
            "since", "last_sample", "from", "to", "timestamp", "measured_at", "first_timestamp", "last_timestamp");

    private EventText() {}

    static AcpMessage of(AcpMessage message) {
        return new AcpMessage(message.type(), object(message.payload()), message.timestamp(), message.rest());
    }

    private static JsonObject object(JsonObject in) {
        JsonObject out = new JsonObject();
        in.forEach(field -> out.put(field.getKey(), value(field.getKey(), field.getValue())));
        return out;
    }

    private static @Nullable Object value(String name, @Nullable Object value) {
        if (value instanceof JsonObject nested) {
            return object(nested);
        }
        if (value instanceof JsonArray array) {
            JsonArray out = new JsonArray();
            array.forEach(item -> out.add(value("", item)));
            return out;
        }
        return value instanceof Long nanos && TIMES.contains(name) ? UtcNanos.format(nanos) : value;
    }
}
