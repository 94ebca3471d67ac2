package dev.sinal.chunk;

/** Words of a floating point format, read as numbers. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record FloatWords(long[] words, double[] values, boolean single) {
    static FloatWords of(long[] words, SampleFormat format) {
        boolean single = format == SampleFormat.FLOAT32;
        double[] values = new double[words.length];
        for (int i = 0; i < words.length; i++) {
            values[i] = single ? Float.intBitsToFloat((int) words[i]) : Double.longBitsToDouble(words[i]);
        }
        return new FloatWords(words, values, single);
    }

    int size() {
        return words.length;
    }

    int width() {
        return single ? 4 : 8;
    }

    long word(int i) {
        return words[i];
    }

    double value(int i) {
        return values[i];
    }

    /** The word this value has in the format, rounded to nearest. */
    long wordOf(double value) {
        return single ? Float.floatToRawIntBits((float) value) : Double.doubleToRawLongBits(value);
    }

    /** The largest finite magnitude; 0 when there is none. */
    double largest() {
        double largest = 0;
        for (double value : values) {
            double magnitude = Math.abs(value);
            if (magnitude <= Double.MAX_VALUE) {
                largest = Math.max(largest, magnitude);
            }
        }
        return largest;
    }

    /** The distance of neighbouring values of the format at this magnitude. */
    double ulp(double magnitude) {
        return single ? Math.ulp((float) magnitude) : Math.ulp(magnitude);
    }

    /** Half way to the next lower value of the format. */
    double lowEdge(double value) {
        return single ? (value + Math.nextDown((float) value)) / 2 : value - Math.ulp(value) / 2;
    }

    /** Half way to the next higher value of the format. */
    double highEdge(double value) {
        return single ? (value + Math.nextUp((float) value)) / 2 : value + Math.ulp(value) / 2;
    }
}
