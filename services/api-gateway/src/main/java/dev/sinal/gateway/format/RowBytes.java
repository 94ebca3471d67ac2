package dev.sinal.gateway.format;

import dev.sinal.contracts.UtcNanos;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that grow: rows are written into them without making text or objects on the way. Not thread safe. */
public final class RowBytes {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final long NANOS = 1_000_000_000L;
    private static final int SECONDS_LENGTH = "2026-01-02T03:04:05.".length();

    private byte[] bytes;
    private int size;
    private long second = Long.MIN_VALUE;
    private byte[] secondText = new byte[0];

    public RowBytes(int capacity) {
        bytes = new byte[capacity];
    }

    public int size() {
        return size;
    }

    /** Makes room behind {@link #size}, to be written into by hand. */
    byte[] room(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
        return bytes;
    }

    /** What was written by hand ends here. */
    void end(int at) {
        size = at;
    }

    RowBytes raw(byte[] part) {
        System.arraycopy(part, 0, room(part.length), size, part.length);
        size += part.length;
        return this;
    }

    RowBytes raw(RowBytes other) {
        System.arraycopy(other.bytes, 0, room(other.size), size, other.size);
        size += other.size;
        return this;
    }

    /** Changes a byte that is written already. */
    void set(int at, char ascii) {
        bytes[at] = (byte) ascii;
    }

    RowBytes put(char ascii) {
        room(1)[size++] = (byte) ascii;
        return this;
    }

    /** Characters below 128 only. */
    @SuppressWarnings("deprecation") // exactly what is wanted: the low bytes
    RowBytes ascii(String text) {
        int length = text.length();
        text.getBytes(0, length, room(length), size);
        size += length;
        return this;
    }

    RowBytes utf8(String text) {
        return raw(text.getBytes(StandardCharsets.UTF_8));
    }

    RowBytes number(long value) {
        size = Digits.write(room(Digits.ROOM), size, value);
        return this;
    }

    /** Finite ones as the shortest text that reads back as this double. */
    RowBytes number(double value) {
        size = Decimals.write(room(Digits.ROOM), size, value);
        return this;
    }

    /** As the shortest text that reads back as this float. */
    RowBytes number(float value) {
        size = Decimals.write(room(Digits.ROOM), size, value);
        return this;
    }

    /** A JSON string with its quotes. Lone surrogates become {@code ?}. */
    RowBytes quoted(String text) {
        put('"');
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        byte[] out = room(6 * utf8.length + 1);
        for (byte b : utf8) {
            if (b == '"' || b == '\\') {
                out[size++] = '\\';
                out[size++] = b;
            } else if (b >= 0 && b < ' ') {
                control(b);
            } else {
                out[size++] = b;
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
    RowBytes time(long nanos) {
        long whole = Math.floorDiv(nanos, NANOS);
        if (whole != second) {
            String text = UtcNanos.format(nanos);
            secondText = text.substring(0, SECONDS_LENGTH).getBytes(StandardCharsets.US_ASCII);
            second = whole;
        }
        raw(secondText);
        size = Digits.nine(room(10), size, (int) (nanos - whole * NANOS));
        return put('Z');
    }

    void clear() {
        size = 0;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    /** Everything so far, which this forgets. */
    public Buffer take() {
        Buffer out = Buffer.buffer(size).appendBytes(bytes, 0, size);
        size = 0;
        return out;
    }

    @Override
    public String toString() {
        return new String(bytes, 0, size, StandardCharsets.UTF_8);
    }
}
