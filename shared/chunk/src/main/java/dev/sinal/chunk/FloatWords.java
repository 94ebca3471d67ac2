package dev.sinal.chunk;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** The present values of a floating point column, as numbers and as bit patterns. What is not needed is not made. */
final class FloatWords {
    private final float @Nullable [] singles;
    private double @Nullable [] doubles;
    private long @Nullable [] words;

    private FloatWords(float @Nullable [] singles, double @Nullable [] doubles) {
        this.singles = singles;
        this.doubles = doubles;
    }

    static FloatWords of(Column column) {
        BitSet present = column.present();
        if (column instanceof FloatColumn floats) {
            return new FloatWords(present == null ? floats.values() : gathered(floats.values(), present), null);
        }
        double[] values = ((DoubleColumn) column).values();
        return new FloatWords(null, present == null ? values : gathered(values, present));
    }

    private static float[] gathered(float[] all, BitSet present) {
        float[] values = new float[present.cardinality()];
        int next = 0;
        for (int i = present.nextSetBit(0); i >= 0; i = present.nextSetBit(i + 1)) {
            values[next++] = all[i];
        }
        return values;
    }

    private static double[] gathered(double[] all, BitSet present) {
        double[] values = new double[present.cardinality()];
        int next = 0;
        for (int i = present.nextSetBit(0); i >= 0; i = present.nextSetBit(i + 1)) {
            values[next++] = all[i];
        }
        return values;
    }

    int size() {
        return singles != null ? singles.length : values().length;
    }

    boolean single() {
        return singles != null;
    }

    int width() {
        return singles != null ? 4 : 8;
    }

    /** Whole numbers of a grid that reproduce every value; null when a value is not on it. */
    long @Nullable [] numbersOn(Grid grid) {
        long[] numbers = new long[size()];
        boolean all = singles != null
                ? GridLoops.numbers(grid, singles, numbers)
                : GridLoops.numbers(grid, values(), numbers);
        return all ? numbers : null;
    }

    /** The values as doubles. A NaN may have lost its payload: only {@link #word} tells bits. */
    double[] values() {
        double[] values = doubles;
        if (values == null) {
            float[] floats = singles == null ? new float[0] : singles;
            values = new double[floats.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = floats[i];
            }
            doubles = values;
        }
        return values;
    }

    /** The bit patterns, those of float32 sign-extended. */
    long[] words() {
        long[] patterns = words;
        if (patterns == null) {
            patterns = singles != null ? Words.ofFloats(singles) : Words.ofDoubles(values());
            words = patterns;
        }
        return patterns;
    }

    boolean allEqual() {
        for (int i = 1; i < size(); i++) {
            if (word(i) != word(0)) {
                return false;
            }
        }
        return true;
    }

    long word(int i) {
        return singles != null ? Float.floatToRawIntBits(singles[i]) : Double.doubleToRawLongBits(values()[i]);
    }

    double value(int i) {
        return values()[i];
    }

    /** The word this value has in the format, rounded to nearest. */
    long wordOf(double value) {
        return single() ? Float.floatToRawIntBits((float) value) : Double.doubleToRawLongBits(value);
    }

    /** The largest finite magnitude; 0 when there is none. */
    double largest() {
        double largest = 0;
        for (double value : values()) {
            double magnitude = Math.abs(value);
            if (magnitude <= Double.MAX_VALUE && magnitude > largest) {
                largest = magnitude;
            }
        }
        return largest;
    }

    /** The distance of neighbouring values of the format at this magnitude. */
    double ulp(double magnitude) {
        return single() ? Math.ulp((float) magnitude) : Math.ulp(magnitude);
    }

    /** Half way to the next lower value of the format. */
    double lowEdge(double value) {
        return single() ? (value + Math.nextDown((float) value)) / 2 : value - Math.ulp(value) / 2;
    }

    /** Half way to the next higher value of the format. */
    double highEdge(double value) {
        return single() ? (value + Math.nextUp((float) value)) / 2 : value + Math.ulp(value) / 2;
    }
}
