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
        long[] all;
        if (column instanceof FloatColumn floats) {
            all = ofFloats(floats.values());
        } else if (column instanceof DoubleColumn doubles) {
            all = ofDoubles(doubles.values());
        } else {
            all = ((LongColumn) column).values();
        }
        BitSet present = column.present();
        return present == null ? all : gathered(all, present);
    }

    private static long[] gathered(long[] all, BitSet present) {
        long[] words = new long[present.cardinality()];
        int next = 0;
        for (int i = present.nextSetBit(0); i >= 0; i = present.nextSetBit(i + 1)) {
            words[next++] = all[i];
        }
        return words;
    }

    static long[] ofFloats(float[] values) {
        long[] words = new long[values.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = Float.floatToRawIntBits(values[i]);
        }
        return words;
    }

    /** The other way: spreads the words over {@code size} samples, zero where a value is absent. */
    static Column toColumn(SampleFormat format, long[] words, int size, @Nullable BitSet present) {
        return switch (format) {
            case FLOAT32 -> toColumn(toFloats(words), size, present);
            case DOUBLE64 -> toColumn(toDoubles(words), size, present);
            default -> new LongColumn(format, present == null ? words : spread(words, size, present), present);
        };
    }

    static FloatColumn toColumn(float[] values, int size, @Nullable BitSet present) {
        if (present == null) {
            return new FloatColumn(values);
        }
        float[] spread = new float[size];
        int next = 0;
        for (int i = present.nextSetBit(0); i >= 0; i = present.nextSetBit(i + 1)) {
            spread[i] = values[next++];
        }
        return new FloatColumn(spread, present);
    }

    static DoubleColumn toColumn(double[] values, int size, @Nullable BitSet present) {
        if (present == null) {
            return new DoubleColumn(values);
        }
        double[] spread = new double[size];
        int next = 0;
        for (int i = present.nextSetBit(0); i >= 0; i = present.nextSetBit(i + 1)) {
            spread[i] = values[next++];
        }
        return new DoubleColumn(spread, present);
    }

    private static long[] spread(long[] words, int size, BitSet present) {
        long[] spread = new long[size];
        int next = 0;
        for (int i = present.nextSetBit(0); i >= 0; i = present.nextSetBit(i + 1)) {
            spread[i] = words[next++];
        }
        return spread;
    }

    static float[] toFloats(long[] words) {
        float[] values = new float[words.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat((int) words[i]);
        }
        return values;
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

    /** The present values of a column, each in the width of its format. */
    static void writeColumn(ByteSink out, Column column) {
        if (column instanceof FloatColumn floats && column.present() == null) {
            float[] values = floats.values();
            int at = out.claim(Math.multiplyExact(values.length, 4));
            byte[] bytes = out.array();
            for (int i = 0; i < values.length; i++) {
                LittleEndian.putInt(bytes, at + 4 * i, Float.floatToRawIntBits(values[i]));
            }
        } else {
            write(out, ofColumn(column), column.format().bytes());
        }
    }

    static float[] readFloats(ByteSource in, int count) {
        int at = in.take((long) count * 4);
        byte[] bytes = in.array();
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = Float.intBitsToFloat(LittleEndian.getInt(bytes, at + 4 * i));
        }
        return values;
    }

    /** Writes the low {@code width} bytes of every word. */
    static void write(ByteSink out, long[] words, int width) {
        int at = out.claim(Math.multiplyExact(words.length, width));
        byte[] bytes = out.array();
        switch (width) {
            case 1 -> {
                for (int i = 0; i < words.length; i++) {
                    bytes[at + i] = (byte) words[i];
                }
            }
            case 2 -> {
                for (int i = 0; i < words.length; i++) {
                    LittleEndian.putU16(bytes, at + 2 * i, (int) words[i]);
                }
            }
            case 4 -> {
                for (int i = 0; i < words.length; i++) {
                    LittleEndian.putInt(bytes, at + 4 * i, (int) words[i]);
                }
            }
            default -> {
                for (int i = 0; i < words.length; i++) {
                    LittleEndian.putLong(bytes, at + 8 * i, words[i]);
                }
            }
        }
    }

    static long[] read(ByteSource in, int count, int width) {
        int at = in.take((long) count * width);
        byte[] bytes = in.array();
        long[] words = new long[count];
        switch (width) {
            case 1 -> {
                for (int i = 0; i < count; i++) {
                    words[i] = bytes[at + i];
                }
            }
            case 2 -> {
                for (int i = 0; i < count; i++) {
                    words[i] = (short) LittleEndian.getU16(bytes, at + 2 * i);
                }
            }
            case 4 -> {
                for (int i = 0; i < count; i++) {
                    words[i] = LittleEndian.getInt(bytes, at + 4 * i);
                }
            }
            default -> {
                for (int i = 0; i < count; i++) {
                    words[i] = LittleEndian.getLong(bytes, at + 8 * i);
                }
            }
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
