package dev.sinal.contracts.read;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;

/**
 * A small JSON head and a binary body in one bus message: {@code u8 version = 1, u32 LE head length, head, body}.
 *
 * @param head at most 8 MiB of JSON: a stream of thousands of channels has a long description
 */
public record Envelope(JsonObject head, Buffer body) {
    private static final byte VERSION = 1;
    public static final int MAX_HEAD = 8 << 20;

    public Buffer toBuffer() {
        return wrap(head.toBuffer(), body);
    }

    /** The same with a head that was encoded before, for senders that repeat it. */
    public static Buffer wrap(Buffer head, Buffer body) {
        return Buffer.buffer(5 + head.length() + body.length())
                .appendByte(VERSION)
                .appendUnsignedIntLE(head.length())
                .appendBuffer(head)
                .appendBuffer(body);
    }

    /** Head and body as bytes, for readers that know a repeated head by its bytes and need not parse it again. */
    public record Split(Buffer head, Buffer body) {}

    /** @throws IllegalArgumentException for another version, impossible lengths or a head that is not JSON */
    public static Envelope from(Buffer message) {
        Split split = split(message);
        try {
            return new Envelope(new JsonObject(split.head()), split.body());
        } catch (DecodeException e) {
            throw new IllegalArgumentException("envelope head must be a JSON object", e);
        }
    }

    /** @throws IllegalArgumentException for another version or impossible lengths */
    public static Split split(Buffer message) {
        if (message.length() < 5 || message.getByte(0) != VERSION) {
            throw new IllegalArgumentException("envelope version must be " + VERSION);
        }
        long head = message.getUnsignedIntLE(1);
        if (head > MAX_HEAD || 5 + head > message.length()) {
            throw new IllegalArgumentException(
                    "envelope head must be at most " + MAX_HEAD + " bytes and inside the message, was " + head);
        }
        int start = 5 + (int) head;
        return new Split(message.getBuffer(5, start), message.getBuffer(start, message.length()));
    }
}
