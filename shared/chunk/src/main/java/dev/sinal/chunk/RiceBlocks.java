package dev.sinal.chunk;

/**
 * Unsigned numbers in blocks of 128, each written the shorter of two ways: as wide as its largest number, as {@link BitBlocks}
 * does, or by Rice's code, which spends fewer bits on the small numbers that prediction mostly leaves.
 *
 * <p>A Rice block keeps the low bits of all numbers together, then the high parts in unary, so that both are read in long runs without
 * a branch for each bit. High parts that unary would make long are varints behind it: one odd value costs a few bytes and not its block.
 */
final class RiceBlocks {
    private static final int BLOCK = BitBlocks.BLOCK;
    /** Added to the parameter in a block's first byte; less is the width of a plain block. */
    private static final int RICE = 128;
    /** So many zeros in unary say that the rest of the high part is a varint. */
    static final int LONGEST = 24;

    /** Keeps the longest unary number within 64 bits, and low bits within one load. */
    private static final int LARGEST_PARAMETER = 56;

    private RiceBlocks() {}

    /** Bytes that {@link #write} will need. */
    static int size(long[] values, int from, int to) {
        int size = 0;
        for (int start = from; start < to; start += BLOCK) {
            int end = Math.min(to, start + BLOCK);
            int plain = BitBlocks.size(values, start, end);
            int k = parameter(values, start, end);
            size += Math.min(plain, riceBytes(values, start, end, k));
        }
        return size;
    }

    /** About the bits these numbers will take once they are zigzagged, from their mean magnitude in each block. */
    static double estimate(long[] values, int from) {
        double bits = 0;
        for (int start = from; start < values.length; start += BLOCK) {
            int end = Math.min(values.length, start + BLOCK);
            double sum = 0;
            for (int i = start; i < end; i++) {
                sum += Math.abs((double) values[i]);
            }
            bits += (end - start) * Math.log1p(sum / (end - start));
        }
        return bits;
    }

    static void write(ByteSink out, long[] values, int from, int to) {
        for (int start = from; start < to; start += BLOCK) {
            int end = Math.min(to, start + BLOCK);
            int k = parameter(values, start, end);
            if (riceBytes(values, start, end, k) < BitBlocks.size(values, start, end)) {
                writeBlock(out, values, start, end, k);
            } else {
                BitBlocks.write(out, values, start, end);
            }
        }
    }

    /** The parameter that gives the fewest bits, or one next to it: found from the mean, then by counting. */
    private static int parameter(long[] values, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += Math.min(values[i] >>> 1, 1L << 40) * 2.0; // an outlier must not decide for all
        }
        double mean = sum / (to - from);
        int k = mean < 1 ? 0 : Math.getExponent(mean);
        long bits = riceBits(values, from, to, k);
        while (k > 0) {
            long fewer = riceBits(values, from, to, k - 1);
            if (fewer > bits) {
                break;
            }
            bits = fewer;
            k--;
        }
        return k;
    }

    /** All but the first byte and what fills up bytes. */
    private static long riceBits(long[] values, int from, int to, int k) {
        long bits = (long) (to - from) * (k + 1);
        for (int i = from; i < to; i++) {
            long high = values[i] >>> k;
            bits += high >= 0 && high < LONGEST ? high : LONGEST + 8L * ByteSink.varintSize(high - LONGEST);
        }
        return bits;
    }

    private static int riceBytes(long[] values, int from, int to, int k) {
        int unary = to - from;
        int varints = 0;
        for (int i = from; i < to; i++) {
            long high = values[i] >>> k;
            if (high >= 0 && high < LONGEST) {
                unary += (int) high;
            } else {
                unary += LONGEST;
                varints += ByteSink.varintSize(high - LONGEST);
            }
        }
        return 1 + BitBlocks.packedBytes(to - from, k) + ((unary + 7) >>> 3) + varints;
    }

    private static void writeBlock(ByteSink out, long[] values, int from, int to, int k) {
        out.u8(RICE + k);
        if (k > 0) {
            BitBlocks.pack(out, values, from, to, k);
        }
        int start = out.claim(((to - from) * (LONGEST + 1) + 7) / 8 + 8); // the most it can be; given back below
        byte[] bytes = out.array();
        int at = start;
        long word = 0;
        int filled = 0;
        boolean escaped = false;
        for (int i = from; i < to; i++) {
            long high = values[i] >>> k;
            boolean escape = high < 0 || high >= LONGEST;
            escaped |= escape;
            filled += escape ? LONGEST : (int) high;
            if (filled >= 64) {
                LittleEndian.putLong(bytes, at, word);
                at += 8;
                filled -= 64;
                word = 0;
            }
            word |= 1L << filled;
            filled++; // 64 at most: then the next number finds a full word
        }
        LittleEndian.putLong(bytes, at, word);
        out.cutTo(at + ((filled + 7) >>> 3));
        if (escaped) {
            for (int i = from; i < to; i++) {
                long high = values[i] >>> k;
                if (high < 0 || high >= LONGEST) {
                    out.varint(high - LONGEST);
                }
            }
        }
    }

    /** Fills {@code values} from index {@code from} on. */
    static void read(ByteSource in, long[] values, int from) {
        for (int start = from; start < values.length; start += BLOCK) {
            int end = Math.min(values.length, start + BLOCK);
            int mode = in.u8();
            if (mode < RICE) {
                BitBlocks.readBlock(in, values, start, end, mode);
                continue;
            }
            int k = mode - RICE;
            if (k > LARGEST_PARAMETER) {
                throw new ChunkFormatException(in.field(), "a Rice parameter of " + k, LARGEST_PARAMETER);
            }
            BitBlocks.readBlock(in, values, start, end, k);
            readHighs(in, values, start, end, k);
        }
    }

    private static void readHighs(ByteSource in, long[] values, int from, int to, int k) {
        byte[] bytes = in.array();
        int at = in.at();
        int last = -1;
        int longest = 0;
        int base = 0;
        int i = from;
        while (true) {
            // what lies behind the section is none of its bits
            long word = BitBlocks.word(bytes, at + (base >>> 3), in.end());
            int ones = Math.min(Long.bitCount(word), to - i);
            for (int n = 0; n < ones; n++) {
                int place = base + Long.numberOfTrailingZeros(word);
                int high = place - last - 1;
                last = place;
                word &= word - 1;
                longest = Math.max(longest, high);
                values[i] |= (long) high << k;
                i++;
            }
            if (i == to) {
                break;
            }
            base += 64;
            if (base - last - 1 > LONGEST) { // behind the end of the section there are only zeros
                throw tooLong(in);
            }
        }
        if (longest > LONGEST) {
            throw tooLong(in);
        }
        in.take((last >>> 3) + 1);
        if (longest == LONGEST) {
            readEscaped(in, values, from, to, k);
        }
    }

    private static ChunkFormatException tooLong(ByteSource in) {
        return new ChunkFormatException(in.field(), "a unary number of more than " + LONGEST, LONGEST);
    }

    private static void readEscaped(ByteSource in, long[] values, int from, int to, int k) {
        for (int i = from; i < to; i++) {
            if (values[i] >>> k == LONGEST) {
                values[i] += in.varint() << k;
            }
        }
    }
}
