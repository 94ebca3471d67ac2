package dev.sinal.chunk;

import java.util.Arrays;

/**
 * Whole numbers as differences from a prediction, bit packed or in Rice's code. All arithmetic wraps around, so every {@code long} comes back.
 *
 * <p>A prediction is nothing (order 0), the value before (1), the line or parabola through the values before (2, 3), or one
 * straight line through all (for stamps: it does not amplify jitter as differences do). Numbers that are all
 * {@code base + k * multiple} are packed as k: 24-bit samples in the upper bytes of an int32, stamps in whole milliseconds.
 */
final class PackedLongs {
    private static final int LINE = 4;
    private static final int ORDER_MASK = 7;
    private static final int RICE = 0x08;
    private static final int SCALED = 0x40;
    private static final int NO_RESIDUALS = 0x80;
    private static final int KNOWN_BITS = ORDER_MASK | RICE | SCALED | NO_RESIDUALS;

    private final long base;
    private final long multiple;
    private final int order;
    private final long[] seeds;
    private final double slope;
    /** Zigzag residuals from index {@code seeds.length} on. */
    private final long[] residuals;

    private final boolean allZero;
    private final boolean rice;
    private final int size;

    /** @param plain bytes of the residuals in plain blocks, when the caller knows; -1 otherwise */
    private PackedLongs(
            Scale scale, int order, long[] seeds, double slope, long[] residuals, int plain, boolean dense) {
        this.base = scale.base;
        this.multiple = scale.multiple;
        this.order = order;
        this.slope = slope;
        this.seeds = seeds;
        this.residuals = residuals;
        int from = seeds.length;
        int blocks = plain >= 0 ? plain : BitBlocks.size(residuals, from, residuals.length);
        this.allZero = blocks == BitBlocks.count(from, residuals.length); // then each block is its width, 0
        int riceSize = allZero || !dense ? blocks : RiceBlocks.size(residuals, from, residuals.length);
        this.rice = riceSize < blocks;
        this.size = headSize() + (allZero ? 0 : rice ? riceSize : blocks);
    }

    private int headSize() {
        int head = order == LINE ? 9 : 1;
        if (multiple > 1) {
            head += ByteSink.varintSize(zigzag(base)) + ByteSink.varintSize(multiple);
        }
        for (long seed : seeds) {
            head += ByteSink.varintSize(zigzag(seed));
        }
        return head;
    }

    /** What the numbers were divided by, after the base was taken away. */
    private record Scale(long base, long multiple) {
        static final Scale NONE = new Scale(0, 1);
    }

    /**
     * @param line whether one straight line is worth a try, as for stamps of a regular stream
     * @param dense whether Rice's code may be used, which takes longer
     */
    static PackedLongs plan(long[] values, boolean line, boolean dense) {
        long multiple = commonMultiple(values);
        if (multiple > 1) {
            long base = values[0];
            long[] scaled = new long[values.length];
            for (int i = 0; i < values.length; i++) {
                scaled[i] = (values[i] - base) / multiple;
            }
            return best(new Scale(base, multiple), scaled, line, dense);
        }
        return best(Scale.NONE, values, line, dense);
    }

    private static PackedLongs best(Scale scale, long[] values, boolean line, boolean dense) {
        PackedLongs differences = byDifferences(scale, values, dense);
        if (!line || values.length < 3 || differences.allZero) {
            return differences;
        }
        double slope = (double) (values[values.length - 1] - values[0]) / (values.length - 1);
        long[] seed = {values[0]};
        PackedLongs straight = new PackedLongs(scale, LINE, seed, slope, lineResiduals(values, slope), -1, dense);
        return straight.size < differences.size ? straight : differences;
    }

    /** Differences are taken again and again for as long as they get smaller. */
    private static PackedLongs byDifferences(Scale scale, long[] values, boolean dense) {
        long[] best = values;
        int order = 0;
        int plain = BitBlocks.zigzagSize(values, 0);
        double bits = dense ? RiceBlocks.estimate(values, 0) : plain;
        long[] seeds = new long[3];
        while (order < 3 && order < values.length) {
            seeds[order] = best[order];
            long[] next = new long[values.length];
            int nextPlain = differences(best, order + 1, next);
            double nextBits = dense ? RiceBlocks.estimate(next, order + 1) : nextPlain;
            if (nextBits >= bits) {
                break;
            }
            best = next;
            bits = nextBits;
            plain = nextPlain;
            order++;
        }
        long[] residuals = best == values ? new long[values.length] : best;
        for (int i = 0; i < residuals.length; i++) {
            residuals[i] = zigzag(best[i]);
        }
        return new PackedLongs(scale, order, Arrays.copyOf(seeds, order), 0, residuals, plain, dense);
    }

    /** Fills in the differences of neighbours from an index on, and returns the bytes they will take in plain blocks. */
    private static int differences(long[] values, int from, long[] differences) {
        int size = 0;
        for (int start = from; start < values.length; start += BitBlocks.BLOCK) {
            int end = Math.min(values.length, start + BitBlocks.BLOCK);
            long all = 0;
            for (int i = start; i < end; i++) {
                long difference = values[i] - values[i - 1];
                differences[i] = difference;
                all |= difference ^ (difference << 1); // has the top bit of the zigzag number
            }
            size += BitBlocks.blockSize(end - start, all);
        }
        return size;
    }

    int size() {
        return size;
    }

    /** How many numbers there are. */
    int count() {
        return residuals.length;
    }

    /** The largest number of which all distances are whole multiples; 0 or 1 when dividing by it would not help. */
    private static long commonMultiple(long[] values) {
        long multiple = 0;
        for (int i = 1; i < values.length && multiple != 1; i++) {
            long distance = values[i] - values[0];
            boolean wrapped = ((values[i] ^ values[0]) & (values[i] ^ distance)) < 0;
            if (wrapped || distance == Long.MIN_VALUE) {
                return 1;
            }
            multiple = gcd(multiple, Math.abs(distance));
        }
        return multiple;
    }

    private static long gcd(long a, long b) {
        if ((a | b) >>> 31 == 0) {
            return gcd((int) a, (int) b); // short divisions take a fraction of the time
        }
        while (b != 0) {
            long rest = a % b;
            a = b;
            b = rest;
        }
        return a;
    }

    private static int gcd(int a, int b) {
        while (b != 0) {
            int rest = a % b;
            a = b;
            b = rest;
        }
        return a;
    }

    private static long zigzag(long value) {
        return (value << 1) ^ (value >> 63);
    }

    private static long unzigzag(long value) {
        return (value >>> 1) ^ -(value & 1);
    }

    private static long[] lineResiduals(long[] values, double slope) {
        long[] residuals = new long[values.length];
        for (int i = 1; i < values.length; i++) {
            residuals[i] = zigzag(values[i] - values[0] - onLine(i, slope));
        }
        return residuals;
    }

    private static long onLine(int i, double slope) {
        return (long) Math.rint(i * slope);
    }

    private void writeHead(ByteSink out) {
        out.u8(order | (rice ? RICE : 0) | (multiple > 1 ? SCALED : 0) | (allZero ? NO_RESIDUALS : 0));
        if (multiple > 1) {
            out.zigzag(base);
            out.varint(multiple);
        }
        for (long seed : seeds) {
            out.zigzag(seed);
        }
        if (order == LINE) {
            out.f64(slope);
        }
    }

    void write(ByteSink out) {
        writeHead(out);
        if (!allZero) {
            if (rice) {
                RiceBlocks.write(out, residuals, seeds.length, residuals.length);
            } else {
                BitBlocks.write(out, residuals, seeds.length, residuals.length);
            }
        }
    }

    /** Reads so many numbers, which must fill what is left of the section. */
    static long[] read(ByteSource in, int count) {
        int mode = in.u8();
        int order = mode & ORDER_MASK;
        if ((mode & ~KNOWN_BITS) != 0 || order > LINE) {
            throw new ChunkFormatException(in.field(), "unknown packing mode " + mode);
        }
        boolean scaled = (mode & SCALED) != 0;
        long base = scaled ? in.zigzag() : 0;
        long multiple = scaled ? in.varint() : 1;
        long[] values = new long[count];
        int seedCount = Math.min(count, order == LINE ? 1 : order);
        for (int i = 0; i < seedCount; i++) {
            values[i] = in.zigzag();
        }
        double slope = order == LINE ? in.f64() : 0;
        if ((mode & NO_RESIDUALS) != 0) {
            in.expectEnd();
            if (order <= 2) {
                return progression(count, base, multiple, values);
            }
        } else {
            if ((mode & RICE) != 0) {
                RiceBlocks.read(in, values, seedCount);
            } else {
                BitBlocks.read(in, values, seedCount);
            }
            in.expectEnd();
        }
        restore(values, order, slope);
        if (scaled) {
            for (int i = 0; i < count; i++) {
                values[i] = base + values[i] * multiple;
            }
        }
        return values;
    }

    /** Stamps of a regular stream: the same step each time. Arithmetic that wraps around gives the same in any order. @param values begin with the seeds */
    private static long[] progression(int count, long base, long multiple, long[] values) {
        long step = count > 1 ? values[1] * multiple : 0;
        long value = count > 0 ? base + values[0] * multiple : 0;
        for (int i = 0; i < count; i++) {
            values[i] = value;
            value += step;
        }
        return values;
    }

    /** Turns seeds and zigzag residuals into values, in place. */
    private static void restore(long[] values, int order, double slope) {
        int n = values.length;
        long value = n > 0 ? values[0] : 0;
        switch (order) {
            case 0 -> {
                for (int i = 0; i < n; i++) {
                    values[i] = unzigzag(values[i]);
                }
            }
            case 1 -> {
                for (int i = 1; i < n; i++) {
                    value += unzigzag(values[i]);
                    values[i] = value;
                }
            }
            case 2 -> {
                long d1 = n > 1 ? values[1] : 0;
                if (n > 1) {
                    values[1] = value += d1;
                }
                for (int i = 2; i < n; i++) {
                    d1 += unzigzag(values[i]);
                    value += d1;
                    values[i] = value;
                }
            }
            case 3 -> {
                long d1 = n > 1 ? values[1] : 0;
                long d2 = n > 2 ? values[2] : 0;
                if (n > 1) {
                    values[1] = value += d1;
                }
                if (n > 2) {
                    d1 += d2;
                    values[2] = value += d1;
                }
                for (int i = 3; i < n; i++) {
                    d2 += unzigzag(values[i]);
                    d1 += d2;
                    value += d1;
                    values[i] = value;
                }
            }
            default -> {
                for (int i = 1; i < n; i++) {
                    values[i] = value + onLine(i, slope) + unzigzag(values[i]);
                }
            }
        }
    }
}
