package dev.sinal.chunk;

/**
 * The rules of {@link Grid} over whole columns. Every chunk of a stream passes here, so the loops are plain: no call, no branch, and none
 * of the conversions between long and double for which the processor waits.
 */
final class GridLoops {
    /**
     * Added to a double of less than 2^51 it rounds it to the nearest whole number, half to even as {@link Math#rint}, and leaves that
     * number in the lowest bits.
     */
    private static final double SHIFT = 0x1.8p52;

    private static final long SHIFT_BITS = 0x4338_0000_0000_0000L;
    /** Numbers for which {@link #SHIFT} works. */
    private static final long LARGEST = (1L << 51) - 1;

    private GridLoops() {}

    /** Whether every value comes back bit by bit; then {@code numbers} holds them, otherwise anything. */
    static boolean numbers(Grid grid, float[] values, long[] numbers) {
        long wrong = 0;
        if (grid instanceof Grid.Decimal decimal) {
            double divisor = decimal.divisor();
            for (int i = 0; i < values.length; i++) {
                double shifted = values[i] * divisor + SHIFT;
                long k = Double.doubleToRawLongBits(shifted) - SHIFT_BITS;
                float back = (float) ((shifted - SHIFT) / divisor);
                wrong |= Float.floatToRawIntBits(back) ^ Float.floatToRawIntBits(values[i]) | outside(k);
                numbers[i] = k;
            }
            return wrong == 0;
        }
        double offset = grid.offset();
        double step = grid.step();
        double inverse = 1 / step;
        for (int i = 0; i < values.length; i++) {
            double shifted = (values[i] - offset) * inverse + SHIFT;
            long k = Double.doubleToRawLongBits(shifted) - SHIFT_BITS;
            float back = (float) (offset + (shifted - SHIFT) * step);
            wrong |= Float.floatToRawIntBits(back) ^ Float.floatToRawIntBits(values[i]) | outside(k);
            numbers[i] = k;
        }
        return wrong == 0;
    }

    /** As for float32. */
    static boolean numbers(Grid grid, double[] values, long[] numbers) {
        long wrong = 0;
        if (grid instanceof Grid.Decimal decimal) {
            double divisor = decimal.divisor();
            for (int i = 0; i < values.length; i++) {
                double shifted = values[i] * divisor + SHIFT;
                long k = Double.doubleToRawLongBits(shifted) - SHIFT_BITS;
                double back = (shifted - SHIFT) / divisor;
                wrong |= Double.doubleToRawLongBits(back) ^ Double.doubleToRawLongBits(values[i]) | outside(k);
                numbers[i] = k;
            }
            return wrong == 0;
        }
        double offset = grid.offset();
        double step = grid.step();
        double inverse = 1 / step;
        for (int i = 0; i < values.length; i++) {
            double shifted = (values[i] - offset) * inverse + SHIFT;
            long k = Double.doubleToRawLongBits(shifted) - SHIFT_BITS;
            double back = offset + (shifted - SHIFT) * step;
            wrong |= Double.doubleToRawLongBits(back) ^ Double.doubleToRawLongBits(values[i]) | outside(k);
            numbers[i] = k;
        }
        return wrong == 0;
    }

    /** 0 when {@link #SHIFT} works for the number; also tells NaN and infinities from what their bits would pass for. */
    private static long outside(long k) {
        return (k ^ (k >> 63)) & ~LARGEST;
    }

    /** What the rule gives, rounded to float32. */
    static float[] singles(Grid grid, long[] numbers) {
        float[] values = new float[numbers.length];
        if (!plain(grid, numbers)) {
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) grid.value(numbers[i]);
            }
            return values;
        }
        if (grid instanceof Grid.Decimal decimal) {
            double divisor = decimal.divisor();
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) ((Double.longBitsToDouble(numbers[i] + SHIFT_BITS) - SHIFT) / divisor);
            }
            return values;
        }
        double offset = grid.offset();
        double step = grid.step();
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (offset + (Double.longBitsToDouble(numbers[i] + SHIFT_BITS) - SHIFT) * step);
        }
        return values;
    }

    /** What the rule gives. */
    static double[] doubles(Grid grid, long[] numbers) {
        double[] values = new double[numbers.length];
        if (!plain(grid, numbers)) {
            for (int i = 0; i < values.length; i++) {
                values[i] = grid.value(numbers[i]);
            }
            return values;
        }
        if (grid instanceof Grid.Decimal decimal) {
            double divisor = decimal.divisor();
            for (int i = 0; i < values.length; i++) {
                values[i] = (Double.longBitsToDouble(numbers[i] + SHIFT_BITS) - SHIFT) / divisor;
            }
            return values;
        }
        double offset = grid.offset();
        double step = grid.step();
        for (int i = 0; i < values.length; i++) {
            values[i] = offset + (Double.longBitsToDouble(numbers[i] + SHIFT_BITS) - SHIFT) * step;
        }
        return values;
    }

    /** Whether the loops give what {@link Grid#value} gives. */
    private static boolean plain(Grid grid, long[] numbers) {
        long outside = 0;
        for (long number : numbers) {
            outside |= outside(number);
        }
        return outside == 0 && grid.oneProduct();
    }
}
