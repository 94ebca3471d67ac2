package dev.sinal.runtime;

import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the parts of a node say of themselves. A check answers at once, from what it already knows. */
public final class Health {
    private final Map<String, Supplier<Status>> checks = new ConcurrentSkipListMap<>();
    private volatile boolean stopping;

    /** @param detail why not, or a remark such as {@code unsafe: fsync is off}; null when all is well */
    public record Status(boolean ready, @Nullable String detail) {
        public static Status ok() {
            return new Status(true, null);
        }

        public static Status notReady(String why) {
            return new Status(false, why);
        }
    }

    public void register(String part, Supplier<Status> check) {
        checks.put(part, check);
    }

    public void unregister(String part) {
        checks.remove(part);
    }

    public Map<String, Status> statuses() {
        Map<String, Status> statuses = new LinkedHashMap<>();
        checks.forEach((part, check) -> statuses.put(part, check.get()));
        return statuses;
    }

    /** {@code {"status": "ready"|"not ready"|"stopping", "parts": {name: {"ready", "detail"?}}}}. */
    public JsonObject toJson() {
        JsonObject parts = new JsonObject();
        statuses().forEach((part, status) -> {
            JsonObject json = new JsonObject().put("ready", status.ready());
            if (status.detail() != null) {
                json.put("detail", status.detail());
            }
            parts.put(part, json);
        });
        return new JsonObject()
                .put("status", stopping ? "stopping" : ready() ? "ready" : "not ready")
                .put("parts", parts);
    }

    /** From now on not ready, whatever the parts say: work is to go elsewhere. There is no way back. */
    public void stopping() {
        stopping = true;
    }

    public boolean ready() {
        return !stopping && statuses().values().stream().allMatch(Status::ready);
    }
}
