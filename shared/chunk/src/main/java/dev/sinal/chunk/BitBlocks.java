package dev.sinal.chunk;

/**
 * Unsigned numbers in blocks of 128, each block as wide as its largest number: one byte of width (0 to 64), then the numbers
 * without a gap, low bits first, the last byte of a block filled with zeros.
 */
final class BitBlocks {
    static final int BLOCK = 128;

    private BitBlocks() {}

    private static int width(long[] values, int from, int to) {
        long all = 0;
        for (int i = from; i < to; i++) {
            all |= values[i];
        }
        return 64 - Long.numberOfLeadingZeros(all);
    }

    private static int packedBytes(int count, int width) {
        return (count * width + 7) >>> 3;
    }

    /** Bytes that {@link #write} will need. */
    static int size(long[] values, int from, int to) {
        int size = 0;
        for (int start = from; start < to; start += BLOCK) {
            int end = Math.min(to, start + BLOCK);
            size += 1 + packedBytes(end - start, width(values, start, end));
        }
        return size;
    }

    static void write(ByteSink out, long[] values, int from, int to) {
        for (int start = from; start < to; start += BLOCK) {
            int end = Math.min(to, start + BLOCK);
            int width = width(values, start, end);
            out.u8(width);
            if (width > 0) {
                pack(out, values, start, end, width);
            }
        }
    }

    private static void pack(ByteSink out, long[] values, int from, int to, int width) {
        int length = packedBytes(to - from, width);
        int at = out.claim(length + 8); // whole words are written; the overhang is given back below
        int end = at + length;
        byte[] bytes = out.array();
        long word = 0;
        int filled = 0;
        for (int i = from; i < to; i++) {
            long value = values[i];
            word |= value << filled;
            filled += width;
            if (filled >= 64) {
                LittleEndian.putLong(bytes, at, word);
                at += 8;
                filled -= 64;
                word = filled == 0 ? 0 : value >>> (width - filled);
            }
        }
        LittleEndian.putLong(bytes, at, word);
        out.cutTo(end);
    }

    /** Fills {@code values} from index {@code from} on. */
    static void read(ByteSource in, long[] values, int from) {
        for (int start = from; start < values.length; start += BLOCK) {
            int end = Math.min(values.length, start + BLOCK);
            int width = in.u8();
            if (width > 64) {
                throw new ChunkFormatException(in.field(), "a bit width of " + width, 64);
            }
            int at = in.take(packedBytes(end - start, width));
            if (width > 0) {
                unpack(in.array(), at, values, start, end, width);
            }
        }
    }

    private static void unpack(byte[] bytes, int at, long[] values, int from, int to, int width) {
        long mask = -1L >>> (64 - width);
        int lastWord = bytes.length - 8;
        int bit = 0;
        for (int i = from; i < to; i++) {
            int start = at + (bit >>> 3);
            int shift = bit & 7;
            long value = (start <= lastWord ? LittleEndian.getLong(bytes, start) : tail(bytes, start)) >>> shift;
            if (shift + width > 64) {
                value |= (long) bytes[start + 8] << (64 - shift);
            }
            values[i] = value & mask;
            bit += width;
        }
    }

    /** A word of which the array holds only the first bytes. */
    private static long tail(byte[] bytes, int start) {
        long word = 0;
        for (int i = bytes.length - 1; i >= start; i--) {
            word = (word << 8) | (bytes[i] & 0xFF);
        }
        return word;
    }
}
