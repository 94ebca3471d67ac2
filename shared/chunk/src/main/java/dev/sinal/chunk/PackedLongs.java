package dev.sinal.chunk;

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

    private PackedLongs(long base, long multiple, int order, long[] values, double slope, boolean dense) {
        this.base = base;
        this.multiple = multiple;
        this.order = order;
        this.slope = slope;
        int seedCount = Math.min(values.length, order == LINE ? 1 : order);
        this.seeds = seeds(values, seedCount);
        this.residuals = order == LINE ? lineResiduals(values, slope) : residuals(values, order);
        long all = 0;
        for (int i = seedCount; i < residuals.length; i++) {
            all |= residuals[i];
        }
        this.allZero = all == 0;
        ByteSink head = new ByteSink(64);
        writeHead(head);
        int plain = allZero ? 0 : BitBlocks.size(residuals, seedCount, residuals.length);
        int riceSize = allZero || !dense ? plain : RiceBlocks.size(residuals, seedCount, residuals.length);
        this.rice = riceSize < plain;
        this.size = head.size() + (rice ? riceSize : plain);
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
            return best(base, multiple, scaled, line, dense);
        }
        return best(0, 1, values, line, dense);
    }

    private static PackedLongs best(long base, long multiple, long[] values, boolean line, boolean dense) {
        PackedLongs differences =
                new PackedLongs(base, multiple, dense ? denseOrder(values) : bestOrder(values), values, 0, dense);
        if (!line || values.length < 3 || differences.allZero) {
            return differences;
        }
        double slope = (double) (values[values.length - 1] - values[0]) / (values.length - 1);
        PackedLongs straight = new PackedLongs(base, multiple, LINE, values, slope, dense);
        return straight.size < differences.size ? straight : differences;
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
        while (b != 0) {
            long rest = a % b;
            a = b;
            b = rest;
        }
        return a;
    }

    /** The order whose residuals need the fewest bits, from one pass over the values. */
    private static int bestOrder(long[] values) {
        long[] bits = new long[4];
        long before = 0;
        long d1Before = 0;
        long d2Before = 0;
        for (int start = 0; start < values.length; start += BitBlocks.BLOCK) {
            int end = Math.min(values.length, start + BitBlocks.BLOCK);
            long all0 = 0;
            long all1 = 0;
            long all2 = 0;
            long all3 = 0;
            for (int i = start; i < end; i++) {
                long value = values[i];
                long d1 = value - before;
                long d2 = d1 - d1Before;
                long d3 = d2 - d2Before;
                before = value;
                d1Before = d1;
                d2Before = d2;
                all0 |= zigzag(value);
                // the first values of each order are seeds and cost about the same in all
                all1 |= i < 1 ? 0 : zigzag(d1);
                all2 |= i < 2 ? 0 : zigzag(d2);
                all3 |= i < 3 ? 0 : zigzag(d3);
            }
            int count = end - start;
            bits[0] += (long) count * width(all0);
            bits[1] += (long) count * width(all1);
            bits[2] += (long) count * width(all2);
            bits[3] += (long) count * width(all3);
        }
        int best = 0;
        for (int order = 1; order < 4; order++) {
            if (bits[order] < bits[best]) {
                best = order;
            }
        }
        return best;
    }

    /** The order of which Rice's code makes the fewest bits, estimated by the mean magnitude of residuals in each block. */
    private static int denseOrder(long[] values) {
        double[] bits = new double[4];
        long before = 0;
        long d1Before = 0;
        long d2Before = 0;
        for (int start = 0; start < values.length; start += BitBlocks.BLOCK) {
            int end = Math.min(values.length, start + BitBlocks.BLOCK);
            double sum0 = 0;
            double sum1 = 0;
            double sum2 = 0;
            double sum3 = 0;
            for (int i = start; i < end; i++) {
                long value = values[i];
                long d1 = value - before;
                long d2 = d1 - d1Before;
                long d3 = d2 - d2Before;
                before = value;
                d1Before = d1;
                d2Before = d2;
                sum0 += Math.abs((double) value);
                sum1 += i < 1 ? 0 : Math.abs((double) d1);
                sum2 += i < 2 ? 0 : Math.abs((double) d2);
                sum3 += i < 3 ? 0 : Math.abs((double) d3);
            }
            int count = end - start;
            bits[0] += count * Math.log1p(sum0 / count);
            bits[1] += count * Math.log1p(sum1 / count);
            bits[2] += count * Math.log1p(sum2 / count);
            bits[3] += count * Math.log1p(sum3 / count);
        }
        int best = 0;
        for (int order = 1; order < 4; order++) {
            if (bits[order] < bits[best]) {
                best = order;
            }
        }
        return best;
    }

    private static int width(long all) {
        return 64 - Long.numberOfLeadingZeros(all);
    }

    private static long zigzag(long value) {
        return (value << 1) ^ (value >> 63);
    }

    private static long unzigzag(long value) {
        return (value >>> 1) ^ -(value & 1);
    }

    /** The first value, then the first difference, then the first difference of differences. */
    private static long[] seeds(long[] values, int count) {
        long[] seeds = new long[count];
        if (count > 0) {
            seeds[0] = values[0];
        }
        if (count > 1) {
            seeds[1] = values[1] - values[0];
        }
        if (count > 2) {
            seeds[2] = values[2] - 2 * values[1] + values[0];
        }
        return seeds;
    }

    private static long[] residuals(long[] values, int order) {
        long[] residuals = new long[values.length];
        for (int i = order; i < values.length; i++) {
            long predicted = switch (order) {
                case 0 -> 0;
                case 1 -> values[i - 1];
                case 2 -> 2 * values[i - 1] - values[i - 2];
                default -> 3 * values[i - 1] - 3 * values[i - 2] + values[i - 3];
            };
            residuals[i] = zigzag(values[i] - predicted);
        }
        return residuals;
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
        if ((mode & NO_RESIDUALS) == 0) {
            if ((mode & RICE) != 0) {
                RiceBlocks.read(in, values, seedCount);
            } else {
                BitBlocks.read(in, values, seedCount);
            }
        }
        in.expectEnd();
        restore(values, order, slope);
        if (scaled) {
            for (int i = 0; i < count; i++) {
                values[i] = base + values[i] * multiple;
            }
        }
        return values;
    }

    /** Turns seeds and zigzag residuals into values, in place. */
    private static void restore(long[] values, int order, double slope) {
        int n = values.length;
        switch (order) {
            case 0 -> {
                for (int i = 0; i < n; i++) {
                    values[i] = unzigzag(values[i]);
                }
            }
            case 1 -> {
                for (int i = 1; i < n; i++) {
                    values[i] = values[i - 1] + unzigzag(values[i]);
                }
            }
            case 2, 3 -> restoreHigher(values, order);
            default -> {
                for (int i = 1; i < n; i++) {
                    values[i] = values[0] + onLine(i, slope) + unzigzag(values[i]);
                }
            }
        }
    }

    private static void restoreHigher(long[] values, int order) {
        int n = values.length;
        if (n < 2) {
            return;
        }
        long d1 = values[1];
        values[1] = values[0] + d1;
        long d2 = 0;
        for (int i = 2; i < n; i++) {
            long step = order == 3 && i == 2 ? values[i] : unzigzag(values[i]);
            d2 = order == 3 ? d2 + step : step;
            d1 += d2;
            values[i] = values[i - 1] + d1;
        }
    }
}
