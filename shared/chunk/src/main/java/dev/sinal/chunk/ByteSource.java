package dev.sinal.chunk;

/** Reads one section, little endian; every read past its end is a {@link ChunkFormatException} naming the section. */
final class ByteSource {
    private final String field;
    private final byte[] bytes;
    private final int end;
    private int at;

    ByteSource(String field, byte[] bytes, int from, int length) {
        if (from < 0 || length < 0 || from > bytes.length - length) {
            throw new ChunkFormatException(field, "outside the bytes given");
        }
        this.field = field;
        this.bytes = bytes;
        this.at = from;
        this.end = from + length;
    }

    String field() {
        return field;
    }

    byte[] array() {
        return bytes;
    }

    int at() {
        return at;
    }

    int end() {
        return end;
    }

    int remaining() {
        return end - at;
    }

    /** Moves past so many bytes and returns where they start. */
    int take(long count) {
        if (count < 0 || count > end - at) {
            throw new ChunkFormatException(field, "ends " + (count - (end - at)) + " bytes early");
        }
        int from = at;
        at += (int) count;
        return from;
    }

    int u8() {
        return bytes[take(1)] & 0xFF;
    }

    int i32() {
        return LittleEndian.getInt(bytes, take(4));
    }

    long i64() {
        return LittleEndian.getLong(bytes, take(8));
    }

    double f64() {
        return Double.longBitsToDouble(i64());
    }

    long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int b = u8();
            if (shift == 63 && b > 1) {
                break;
            }
            value |= (long) (b & 0x7F) << shift;
            if (b < 0x80) {
                return value;
            }
        }
        throw new ChunkFormatException(field, "a number of more than 64 bits");
    }

    long zigzag() {
        long value = varint();
        return (value >>> 1) ^ -(value & 1);
    }

    /** A count that is at most {@code limit}. */
    int count(int limit) {
        long value = varint();
        if (value < 0 || value > limit) {
            throw new ChunkFormatException(field, "count " + value + " is not within 0 to " + limit, limit);
        }
        return (int) value;
    }

    void expectEnd() {
        if (at != end) {
            throw new ChunkFormatException(field, (end - at) + " bytes too many");
        }
    }
}
