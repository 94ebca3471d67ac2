package dev.sinal.chunk;

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
        return ofDoubles(column);
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
        for (int i = 0; i < values.length; i++) {
            if (column.isPresent(i)) {
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
