package dev.sinal.gateway.format;

import dev.sinal.contracts.UtcNanos;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** UTF-8 text that grows. Not thread safe. */
final class Text {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final long NANOS = 1_000_000_000L;
    private static final int SECONDS_LENGTH = "2026-01-02T03:04:05.".length();

    private byte[] bytes;
    private int size;
    private long second = Long.MIN_VALUE;
    private byte[] secondText = new byte[0];

    Text(int capacity) {
        bytes = new byte[capacity];
    }

    int size() {
        return size;
    }

    private void room(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }

    Text raw(byte[] part) {
        room(part.length);
        System.arraycopy(part, 0, bytes, size, part.length);
        size += part.length;
        return this;
    }

    Text put(char ascii) {
        room(1);
        bytes[size++] = (byte) ascii;
        return this;
    }

    /** Characters below 128 only. */
    Text ascii(String text) {
        int length = text.length();
        room(length);
        for (int i = 0; i < length; i++) {
            bytes[size++] = (byte) text.charAt(i);
        }
        return this;
    }

    Text utf8(String text) {
        return raw(text.getBytes(StandardCharsets.UTF_8));
    }

    Text number(long value) {
        return ascii(Long.toString(value));
    }

    /** A JSON string with its quotes. Lone surrogates become U+FFFD. */
    Text quoted(String text) {
        put('"');
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        room(utf8.length);
        for (byte b : utf8) {
            if (b == '"' || b == '\\') {
                put('\\').put((char) b);
            } else if (b >= 0 && b < ' ') {
                control(b);
            } else {
                room(1);
                bytes[size++] = b;
            }
        }
        return put('"');
    }

    private void control(byte b) {
        switch (b) {
            case '\n' -> ascii("\\n");
            case '\r' -> ascii("\\r");
            case '\t' -> ascii("\\t");
            default -> {
                ascii("\\u00");
                put((char) HEX[b >> 4 & 15]);
                put((char) HEX[b & 15]);
            }
        }
    }

    /** RFC 3339 with nine digits, without quotes. Samples of one second share the work. */
    Text time(long nanos) {
        long whole = Math.floorDiv(nanos, NANOS);
        if (whole != second) {
            String text = UtcNanos.format(whole * NANOS);
            secondText = text.substring(0, SECONDS_LENGTH).getBytes(StandardCharsets.US_ASCII);
            second = whole;
        }
        raw(secondText);
        int fraction = (int) Math.floorMod(nanos, NANOS);
        room(10);
        for (int i = 8; i >= 0; i--) {
            bytes[size + i] = (byte) ('0' + fraction % 10);
            fraction /= 10;
        }
        size += 9;
        return put('Z');
    }

    void moveTo(Buffer out) {
        out.appendBytes(bytes, 0, size);
        size = 0;
    }

    @Override
    public String toString() {
        return new String(bytes, 0, size, StandardCharsets.UTF_8);
    }
}
