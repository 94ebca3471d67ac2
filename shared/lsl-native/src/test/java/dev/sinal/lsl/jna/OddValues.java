package dev.sinal.lsl.jna;

import dev.sinal.lsl.ChannelFormat;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;

/** Values that something might change on the way, and their comparison bit by bit. */
final class OddValues {
    private static final float[] FLOATS = {
        0f,
        -0f,
        0.1f,
        Float.MIN_VALUE,
        -Float.MIN_VALUE,
        Float.intBitsToFloat(0x007fffff),
        Float.MIN_NORMAL,
        Float.MAX_VALUE,
        -Float.MAX_VALUE,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        16_777_216f,
        Float.NaN,
        Float.intBitsToFloat(0x7fc12345),
        Float.intBitsToFloat(0xffc00001),
        (float) Math.PI
    };
    private static final double[] DOUBLES = {
        0,
        -0.0,
        0.1,
        Double.MIN_VALUE,
        -Double.MIN_VALUE,
        Double.longBitsToDouble(0x000fffffffffffffL),
        Double.MIN_NORMAL,
        Double.MAX_VALUE,
        -Double.MAX_VALUE,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        0x1p53,
        Double.NaN,
        Double.longBitsToDouble(0x7ff8000000012345L),
        Double.longBitsToDouble(0xfff8000000000001L),
        Math.PI
    };
    private static final long[] INTEGERS = {
        0,
        1,
        -1,
        127,
        128,
        -128,
        -129,
        255,
        256,
        -255,
        -256,
        -257,
        32_767,
        32_768,
        -32_768,
        -32_769,
        65_535,
        65_536,
        -65_536,
        -65_542,
        8_388_607,
        8_388_608,
        -8_388_608,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        1L + Integer.MAX_VALUE,
        -1L + Integer.MIN_VALUE,
        0xffffffffL,
        1L << 40,
        -(1L << 40),
        1L << 55,
        -(1L << 55),
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };
    private static final String[] STRINGS = {
        "",
        "a",
        "café 漢字 🧠",
        "tab\tnew\nline <&>\"'",
        "\0",
        "a\0b\0",
        "\u0001\u001f\u007f",
        "x".repeat(127),
        "x".repeat(128),
        "y".repeat(255),
        "y".repeat(256),
        "é".repeat(32_767) + "z",
        "z".repeat(65_535),
        "z".repeat(65_536),
        "w".repeat(300_000)
    };

    private OddValues() {}

    /** Row-major: as many samples as it takes to have every odd value in every channel. */
    static Object of(ChannelFormat format, int channels) {
        int n = kinds(format);
        Object array = newArray(format, n * channels);
        for (int i = 0; i < n; i++) {
            for (int c = 0; c < channels; c++) {
                int kind = (i + c) % n;
                switch (format) {
                    case FLOAT32 -> Array.setFloat(array, i * channels + c, FLOATS[kind]);
                    case DOUBLE64 -> Array.setDouble(array, i * channels + c, DOUBLES[kind]);
                    case STRING -> Array.set(array, i * channels + c, STRINGS[kind]);
                    case INT32 -> Array.setInt(array, i * channels + c, (int) INTEGERS[kind]);
                    case INT16 -> Array.setShort(array, i * channels + c, (short) INTEGERS[kind]);
                    case INT8 -> Array.setByte(array, i * channels + c, (byte) INTEGERS[kind]);
                    case INT64 -> Array.setLong(array, i * channels + c, INTEGERS[kind]);
                }
            }
        }
        return array;
    }

    static int kinds(ChannelFormat format) {
        return switch (format) {
            case FLOAT32 -> FLOATS.length;
            case DOUBLE64 -> DOUBLES.length;
            case STRING -> STRINGS.length;
            case INT32, INT16, INT8, INT64 -> INTEGERS.length;
        };
    }

    /** Values that count up from {@code first}, row by row. */
    static Object counting(ChannelFormat format, int samples, int channels, int first) {
        Object array = newArray(format, samples * channels);
        for (int i = 0; i < samples * channels; i++) {
            int value = first + i;
            switch (format) {
                case FLOAT32 -> Array.setFloat(array, i, value);
                case DOUBLE64 -> Array.setDouble(array, i, value);
                case STRING -> Array.set(array, i, "value " + value);
                case INT32 -> Array.setInt(array, i, value);
                case INT16 -> Array.setShort(array, i, (short) value);
                case INT8 -> Array.setByte(array, i, (byte) value);
                case INT64 -> Array.setLong(array, i, value * 1_000_003L);
            }
        }
        return array;
    }

    static Object newArray(ChannelFormat format, int n) {
        return switch (format) {
            case FLOAT32 -> new float[n];
            case DOUBLE64 -> new double[n];
            case STRING -> new String[n];
            case INT32 -> new int[n];
            case INT16 -> new short[n];
            case INT8 -> new byte[n];
            case INT64 -> new long[n];
        };
    }

    /** @param oneNan protocol 1.00 has a single NaN: all others become it */
    static List<Object> bits(Object array, boolean oneNan) {
        List<Object> bits = new ArrayList<>();
        for (int i = 0; i < Array.getLength(array); i++) {
            Object value = Array.get(array, i);
            if (value instanceof Float f) {
                bits.add(oneNan && f.isNaN() ? "NaN" : Integer.toHexString(Float.floatToRawIntBits(f)));
            } else if (value instanceof Double d) {
                bits.add(oneNan && d.isNaN() ? "NaN" : Long.toHexString(Double.doubleToRawLongBits(d)));
            } else {
                bits.add(value);
            }
        }
        return bits;
    }

    /** Samples {@code from} to {@code to} of a row-major array. */
    static Object rows(Object array, int channels, int from, int to) {
        Object part = Array.newInstance(array.getClass().getComponentType(), (to - from) * channels);
        System.arraycopy(array, from * channels, part, 0, (to - from) * channels);
        return part;
    }
}
