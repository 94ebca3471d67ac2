package dev.sinal.gateway.live;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * One message, ready to be written to any number of viewers; nobody changes it.
 *
 * @param text a WebSocket text message, or null
 * @param bytes a WebSocket binary message or a piece of an event stream, or null
 * @param size bytes, about
 * @param stretch the samples it holds; null when it is no samples and must not be dropped
 */
record LiveMessage(
        @Nullable String text,
        @Nullable Buffer bytes,
        int size,
        @Nullable Stretch stretch) {
    static LiveMessage text(String text, @Nullable Stretch stretch) {
        return new LiveMessage(text, null, text.length(), stretch);
    }

    static LiveMessage bytes(Buffer bytes, @Nullable Stretch stretch) {
        return new LiveMessage(null, bytes, bytes.length(), stretch);
    }
}
