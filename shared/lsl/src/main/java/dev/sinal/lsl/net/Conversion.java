package dev.sinal.lsl.net;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sinal.lsl.ChannelFormat;
import java.lang.reflect.Array;

/**
 * Values in another type, as a pull converts them: numbers as a Java cast between double, long and the target does it (towards zero;
 * beyond the target's range the low bits remain), numbers to Java's shortest decimal text, decimal text to numbers.
 */
public final class Conversion {
    private Conversion() {}

    /** Values in there. @throws IllegalArgumentException if no stream takes such an array */
    public static int length(Object values) {
        boolean known = values instanceof float[]
                || values instanceof double[]
                || values instanceof int[]
                || values instanceof short[]
                || values instanceof byte[]
                || values instanceof long[]
                || values instanceof String[]
                || values instanceof byte[][];
        if (!known) {
            throw new IllegalArgumentException(
                    "no stream takes a " + values.getClass().getSimpleName());
        }
        return Array.getLength(values);
    }

    /**
     * The values in the array type of the format; the very same array if it has that type already. Texts may be raw bytes too.
     *
     * @throws IllegalArgumentException if a text that is to become a number is none
     */
    public static Object to(ChannelFormat format, Object values) {
        int n = Array.getLength(values);
        switch (format) {
            case FLOAT32 -> {
                if (values instanceof float[]) {
                    return values;
                }
                float[] floats = new float[n];
                for (int i = 0; i < n; i++) {
                    floats[i] = isText(values) ? Float.parseFloat(text(values, i)) : (float) real(values, i);
                }
                return floats;
            }
            case DOUBLE64 -> {
                if (values instanceof double[]) {
                    return values;
                }
                double[] doubles = new double[n];
                for (int i = 0; i < n; i++) {
                    doubles[i] = isText(values) ? Double.parseDouble(text(values, i)) : real(values, i);
                }
                return doubles;
            }
            case INT32 -> {
                if (values instanceof int[]) {
                    return values;
                }
                int[] ints = new int[n];
                for (int i = 0; i < n; i++) {
                    ints[i] = (int) whole(values, i);
                }
                return ints;
            }
            case INT16 -> {
                if (values instanceof short[]) {
                    return values;
                }
                short[] shorts = new short[n];
                for (int i = 0; i < n; i++) {
                    shorts[i] = (short) whole(values, i);
                }
                return shorts;
            }
            case INT8 -> {
                if (values instanceof byte[]) {
                    return values;
                }
                byte[] bytes = new byte[n];
                for (int i = 0; i < n; i++) {
                    bytes[i] = (byte) whole(values, i);
                }
                return bytes;
            }
            case INT64 -> {
                if (values instanceof long[]) {
                    return values;
                }
                long[] longs = new long[n];
                for (int i = 0; i < n; i++) {
                    longs[i] = whole(values, i);
                }
                return longs;
            }
            case STRING -> {
                if (isText(values)) {
                    return values;
                }
                String[] texts = new String[n];
                for (int i = 0; i < n; i++) {
                    texts[i] = text(values, i);
                }
                return texts;
            }
        }
        throw new AssertionError(format);
    }

    private static boolean isText(Object values) {
        return values instanceof String[] || values instanceof byte[][];
    }

    private static double real(Object values, int i) {
        return Array.getDouble(values, i);
    }

    private static long whole(Object values, int i) {
        if (isText(values)) {
            String text = text(values, i).strip();
            try {
                return Long.parseLong(text);
            } catch (NumberFormatException fraction) {
                return (long) Double.parseDouble(text);
            }
        }
        boolean real = values instanceof float[] || values instanceof double[];
        return real ? (long) real(values, i) : Array.getLong(values, i);
    }

    private static String text(Object values, int i) {
        if (values instanceof byte[][] raw) {
            return new String(raw[i], UTF_8);
        }
        return String.valueOf(Array.get(values, i));
    }
}
