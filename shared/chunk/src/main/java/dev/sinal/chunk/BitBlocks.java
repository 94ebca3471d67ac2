package dev.sinal.chunk;

import java.util.Arrays;

/**
 * Unsigned numbers in blocks of 128, each block as wide as its largest number: one byte of width (0 to 64), then the numbers
 * without a gap, low bits first, the last byte of a block filled with zeros.
 */
final class BitBlocks {
    static final int BLOCK = 128;

    /** A number that starts anywhere in a byte lies within eight bytes. */
    private static final int WIDTH_IN_ONE_WORD = 57;

    private BitBlocks() {}

    static int packedBytes(int count, int width) {
        return (count * width + 7) >>> 3;
    }

    /** Blocks that so many numbers fill. */
    static int count(int from, int to) {
        return (to - from + BLOCK - 1) / BLOCK;
    }

    /** Bytes of a block, its width included, of numbers of which {@code all} has the bits. */
    static int blockSize(int count, long all) {
        return 1 + packedBytes(count, 64 - Long.numberOfLeadingZeros(all));
    }

    private static long all(long[] values, int from, int to) {
        long all = 0;
        for (int i = from; i < to; i++) {
            all |= values[i];
        }
        return all;
    }

    /** Bytes that {@link #write} will need. */
    static int size(long[] values, int from, int to) {
        int size = 0;
        for (int start = from; start < to; start += BLOCK) {
            int end = Math.min(to, start + BLOCK);
            size += blockSize(end - start, all(values, start, end));
        }
        return size;
    }

    /** Bytes that {@link #write} will need for these numbers once they are zigzagged. */
    static int zigzagSize(long[] values, int from) {
        int size = 0;
        for (int start = from; start < values.length; start += BLOCK) {
            int end = Math.min(values.length, start + BLOCK);
            long all = 0;
            for (int i = start; i < end; i++) {
                all |= values[i] ^ (values[i] << 1); // has the top bit of the zigzag number
            }
            size += blockSize(end - start, all);
        }
        return size;
    }

    static void write(ByteSink out, long[] values, int from, int to) {
        for (int start = from; start < to; start += BLOCK) {
            int end = Math.min(to, start + BLOCK);
            int width = 64 - Long.numberOfLeadingZeros(all(values, start, end));
            out.u8(width);
            if (width > 0) {
                pack(out, values, start, end, width);
            }
        }
    }

    /** Appends the low {@code width} bits (1 to 64) of each number. */
    static void pack(ByteSink out, long[] values, int from, int to, int width) {
        int length = packedBytes(to - from, width);
        int at = out.claim(length + 8); // whole words are written; the overhang is given back below
        int end = at + length;
        byte[] bytes = out.array();
        long mask = -1L >>> (64 - width);
        long word = 0;
        int filled = 0;
        for (int i = from; i < to; i++) {
            long value = values[i] & mask;
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
            readBlock(in, values, start, Math.min(values.length, start + BLOCK), in.u8());
        }
    }

    /** What follows the byte of the width. */
    static void readBlock(ByteSource in, long[] values, int from, int to, int width) {
        if (width > 64) {
            throw new ChunkFormatException(in.field(), "a bit width of " + width, 64);
        }
        int length = packedBytes(to - from, width);
        int at = in.take(length);
        byte[] bytes = in.array();
        if (at + length + 8
                > bytes.length) { // words are read whole: at the very end of an array from a copy with room behind
            bytes = Arrays.copyOfRange(bytes, at, at + length + 8);
            at = 0;
        }
        if (width > WIDTH_IN_ONE_WORD) {
            unpackWide(bytes, at, values, from, to, width);
        } else {
            unpack(bytes, at, values, from, to, width);
        }
    }

    private static void unpack(byte[] bytes, int at, long[] values, int from, int to, int width) {
        long mask = (1L << width) - 1;
        int bit = 0;
        for (int i = from; i < to; i++) {
            values[i] = LittleEndian.getLong(bytes, at + (bit >>> 3)) >>> (bit & 7) & mask;
            bit += width;
        }
    }

    private static void unpackWide(byte[] bytes, int at, long[] values, int from, int to, int width) {
        long mask = -1L >>> (64 - width);
        int bit = 0;
        for (int i = from; i < to; i++) {
            int start = at + (bit >>> 3);
            int shift = bit & 7;
            long value = LittleEndian.getLong(bytes, start) >>> shift;
            if (shift + width > 64) {
                value |= (long) bytes[start + 8] << (64 - shift);
            }
            values[i] = value & mask;
            bit += width;
        }
    }

    /** Eight bytes of which those from {@code end} on count as zeros. */
    static long word(byte[] bytes, int at, int end) {
        if (at <= end - 8) {
            return LittleEndian.getLong(bytes, at);
        }
        long word = 0;
        for (int i = end - 1; i >= at; i--) {
            word = (word << 8) | (bytes[i] & 0xFF);
        }
        return word;
    }
}
