package dev.sinal.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.jackson.VertxModule;
import java.util.Map;

/** Records to JSON and back, in snake_case. Unknown fields are ignored, so that an older reader survives a newer writer; absent ones are null. */
public final class Wire {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .addModule(new VertxModule())
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .serializationInclusion(JsonInclude.Include.NON_NULL)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private Wire() {}

    /** The record as JSON; null components are left out. */
    @SuppressWarnings("unchecked")
    public static JsonObject write(Object message) {
        return new JsonObject((Map<String, Object>) MAPPER.convertValue(message, Map.class));
    }

    /** @throws IllegalArgumentException when a field has the wrong type or the record refuses it; the message names the field */
    public static <T> T read(JsonObject json, Class<T> type) {
        return MAPPER.convertValue(json.getMap(), type);
    }
}
