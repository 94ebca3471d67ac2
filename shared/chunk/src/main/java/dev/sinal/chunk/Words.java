package dev.sinal.chunk;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The present values of a numeric column as one long each: integers as they are, floating point as its bit pattern
 * (float32 sign-extended). All numeric codecs work on these, so none can change a bit of a NaN.
 */
final class Words {
    private Words() {}

    static long[] ofColumn(Column column) {
        long[] words = new long[column.presentCount()];
        int next = 0;
        for (int i = 0; i < column.size(); i++) {
            if (column.isPresent(i)) {
                words[next++] = word(column, i);
            }
        }
        return words;
    }

    private static long word(Column column, int i) {
        if (column instanceof FloatColumn floats) {
            return Float.floatToRawIntBits(floats.values()[i]);
        }
        if (column instanceof DoubleColumn doubles) {
            return Double.doubleToRawLongBits(doubles.values()[i]);
        }
        return column.longAt(i);
    }

    /** The other way: spreads the words over {@code size} samples, zero where a value is absent. */
    static Column toColumn(SampleFormat format, long[] words, int size, @Nullable BitSet present) {
        long[] spread = present == null ? words : spread(words, size, present);
        if (format == SampleFormat.FLOAT32) {
            float[] values = new float[size];
            for (int i = 0; i < size; i++) {
                values[i] = Float.intBitsToFloat((int) spread[i]);
            }
            return new FloatColumn(values, present);
        }
        return format == SampleFormat.DOUBLE64
                ? new DoubleColumn(toDoubles(spread), present)
                : new LongColumn(format, spread, present);
    }

    private static long[] spread(long[] words, int size, BitSet present) {
        long[] spread = new long[size];
        int next = 0;
        for (int i = present.nextSetBit(0); i >= 0; i = present.nextSetBit(i + 1)) {
            spread[i] = words[next++];
        }
        return spread;
    }

    static long[] ofDoubles(double[] values) {
        long[] words = new long[values.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = Double.doubleToRawLongBits(values[i]);
        }
        return words;
    }

    static double[] toDoubles(long[] words) {
        double[] values = new double[words.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = Double.longBitsToDouble(words[i]);
        }
        return values;
    }

    /** Writes the low {@code width} bytes of every word. */
    static void write(ByteSink out, long[] words, int width) {
        int at = out.claim(Math.multiplyExact(words.length, width));
        byte[] bytes = out.array();
        for (long word : words) {
            put(bytes, at, word, width);
            at += width;
        }
    }

    static long[] read(ByteSource in, int count, int width) {
        int at = in.take((long) count * width);
        byte[] bytes = in.array();
        long[] words = new long[count];
        for (int i = 0; i < count; i++) {
            words[i] = get(bytes, at, width);
            at += width;
        }
        return words;
    }

    static void put(byte[] bytes, int at, long word, int width) {
        switch (width) {
            case 1 -> bytes[at] = (byte) word;
            case 2 -> LittleEndian.putU16(bytes, at, (int) word);
            case 4 -> LittleEndian.putInt(bytes, at, (int) word);
            default -> LittleEndian.putLong(bytes, at, word);
        }
    }

    static long get(byte[] bytes, int at, int width) {
        return switch (width) {
            case 1 -> bytes[at];
            case 2 -> (short) LittleEndian.getU16(bytes, at);
            case 4 -> LittleEndian.getInt(bytes, at);
            default -> LittleEndian.getLong(bytes, at);
        };
    }
}
