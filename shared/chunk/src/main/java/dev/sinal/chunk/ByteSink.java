package dev.sinal.chunk;

import java.util.Arrays;

/** A growing byte array, little endian; refuses to grow past {@link ChunkLimits#LENGTH}. */
final class ByteSink {
    private byte[] bytes;
    private int size;

    ByteSink(int capacity) {
        bytes = new byte[Math.max(16, capacity)];
    }

    int size() {
        return size;
    }

    /** The bytes written so far are at 0 to {@link #size()}; what follows is scratch. */
    byte[] array() {
        return bytes;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    /** Makes room for so many bytes and returns where they start. */
    int claim(int count) {
        int at = size;
        long needed = (long) at + count;
        if (needed > bytes.length) {
            ChunkLimits.check("length", needed, ChunkLimits.LENGTH);
            bytes = Arrays.copyOf(bytes, (int) Math.min(ChunkLimits.LENGTH, Math.max(needed, bytes.length * 2L)));
        }
        size += count;
        return at;
    }

    void cutTo(int newSize) {
        size = newSize;
    }

    void u8(int value) {
        int at = claim(1);
        bytes[at] = (byte) value;
    }

    void i32(int value) {
        int at = claim(4);
        LittleEndian.putInt(bytes, at, value);
    }

    void i64(long value) {
        int at = claim(8);
        LittleEndian.putLong(bytes, at, value);
    }

    void f64(double value) {
        i64(Double.doubleToRawLongBits(value));
    }

    void bytes(byte[] source, int from, int count) {
        int at = claim(count);
        System.arraycopy(source, from, bytes, at, count);
    }

    /** Seven bits a byte, low ones first, the high bit set in all but the last: 1 to 10 bytes. */
    void varint(long value) {
        while ((value & ~0x7FL) != 0) {
            u8((int) (value & 0x7F) | 0x80);
            value >>>= 7;
        }
        u8((int) value);
    }

    /** Bytes that {@link #varint} appends. */
    static int varintSize(long value) {
        return (70 - Long.numberOfLeadingZeros(value | 1)) / 7;
    }

    /** A varint that keeps small numbers of both signs short: 0, -1, 1, -2 become 0, 1, 2, 3. */
    void zigzag(long value) {
        varint((value << 1) ^ (value >> 63));
    }
}
