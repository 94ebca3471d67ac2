package dev.sinal.chunk;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Smallest, largest and mean of the finite values of a column.
 *
 * @param valid how many there are; for text, how many values are present
 */
record ColumnStats(int valid, double min, double max, double mean) {

    static ColumnStats of(Column column) {
        if (column instanceof LongColumn longs) {
            return ofLongs(longs);
        }
        if (column instanceof TextColumn) {
            return new ColumnStats(column.presentCount(), Double.NaN, Double.NaN, Double.NaN);
        }
        ColumnStats whole = null;
        if (column.present() == null) {
            whole = column instanceof FloatColumn floats
                    ? ofFinite(floats.values())
                    : ofFinite(((DoubleColumn) column).values());
        }
        return whole != null ? whole : ofDoubles(column);
    }

    /** Null when a value or the sum is not finite, or when there is none. Two sums, because each addition waits for the one before. */
    private static @Nullable ColumnStats ofFinite(float[] values) {
        float min = Float.POSITIVE_INFINITY;
        float max = Float.NEGATIVE_INFINITY;
        double even = 0;
        double odd = 0;
        int i = 0;
        for (; i < values.length - 1; i += 2) {
            float a = values[i];
            float b = values[i + 1];
            even += a;
            odd += b;
            min = a < min ? a : min;
            max = a > max ? a : max;
            min = b < min ? b : min;
            max = b > max ? b : max;
        }
        if (i < values.length) {
            even += values[i];
            min = values[i] < min ? values[i] : min;
            max = values[i] > max ? values[i] : max;
        }
        return ofFinite(values.length, min, max, even + odd);
    }

    private static @Nullable ColumnStats ofFinite(double[] values) {
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        double even = 0;
        double odd = 0;
        int i = 0;
        for (; i < values.length - 1; i += 2) {
            double a = values[i];
            double b = values[i + 1];
            even += a;
            odd += b;
            min = a < min ? a : min;
            max = a > max ? a : max;
            min = b < min ? b : min;
            max = b > max ? b : max;
        }
        if (i < values.length) {
            even += values[i];
            min = values[i] < min ? values[i] : min;
            max = values[i] > max ? values[i] : max;
        }
        return ofFinite(values.length, min, max, even + odd);
    }

    private static @Nullable ColumnStats ofFinite(int valid, double min, double max, double sum) {
        return valid > 0 && Math.abs(sum) <= Double.MAX_VALUE
                ? new ColumnStats(valid, min, max, Math.max(min, Math.min(max, sum / valid)))
                : null;
    }

    private static ColumnStats ofDoubles(Column column) {
        int valid = 0;
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        double sum = 0;
        for (int i = 0; i < column.size(); i++) {
            double value = column.doubleAt(i);
            if (Math.abs(value) <= Double.MAX_VALUE) {
                valid++;
                min = Math.min(min, value);
                max = Math.max(max, value);
                sum += value;
            }
        }
        if (valid == 0) {
            return new ColumnStats(0, Double.NaN, Double.NaN, Double.NaN);
        }
        double mean = Math.abs(sum) <= Double.MAX_VALUE ? sum / valid : scaledMean(column, valid);
        return new ColumnStats(valid, min, max, Math.max(min, Math.min(max, mean)));
    }

    /** For values so large that their sum leaves the range of a double. */
    private static double scaledMean(Column column, int valid) {
        double mean = 0;
        for (int i = 0; i < column.size(); i++) {
            double value = column.doubleAt(i);
            if (Math.abs(value) <= Double.MAX_VALUE) {
                mean += value / valid;
            }
        }
        return mean;
    }

    private static ColumnStats ofLongs(LongColumn column) {
        int valid = 0;
        long min = Long.MAX_VALUE;
        long max = Long.MIN_VALUE;
        double sum = 0;
        long[] values = column.values();
        BitSet present = column.present();
        for (int i = 0; i < values.length; i++) {
            if (present == null || present.get(i)) {
                valid++;
                min = Math.min(min, values[i]);
                max = Math.max(max, values[i]);
                sum += values[i];
            }
        }
        if (valid == 0) {
            return new ColumnStats(0, Double.NaN, Double.NaN, Double.NaN);
        }
        double low = roundedDown(min);
        double high = roundedUp(max);
        return new ColumnStats(valid, low, high, Math.max(low, Math.min(high, sum / valid)));
    }

    /** The largest double that is not above the value. */
    static double roundedDown(long value) {
        double nearest = value;
        // 2^63 itself is no long: the cast back would saturate and hide that it lies above
        boolean above = nearest >= 0x1p63 || (long) nearest > value;
        return above ? Math.nextDown(nearest) : nearest;
    }

    /** The smallest double that is not below the value. */
    static double roundedUp(long value) {
        double nearest = value;
        boolean below = nearest < 0x1p63 && (long) nearest < value;
        return below ? Math.nextUp(nearest) : nearest;
    }
}
