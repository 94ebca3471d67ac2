package dev.sinal.gateway.live;

import dev.sinal.contracts.StreamDescriptor;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/**
 * A stream in the layout that a row of frames has.
 *
 * @param index what binary frames call it; another layout of the same stream has another one
 */
record LiveStream(int index, StreamDescriptor descriptor) {
    String id() {
        return descriptor.id();
    }

    /** What a reader of binary frames needs to know. @param columns sent */
    JsonObject describe(int[] columns) {
        JsonArray channels = new JsonArray();
        for (int c : columns) {
            var channel = descriptor.channels().get(c);
            channels.add(new JsonObject()
                    .put("metric", channel.metric())
                    .put("label", channel.label())
                    .put("unit", channel.unit())
                    .put("type", channel.type()));
        }
        return new JsonObject()
                .put("index", index)
                .put("id", descriptor.id())
                .put("name", descriptor.name())
                .put("type", descriptor.type())
                .put("format", descriptor.format())
                .put("nominal_rate", descriptor.nominalRate())
                .put("role", descriptor.role())
                .put("channels", channels);
    }
}
