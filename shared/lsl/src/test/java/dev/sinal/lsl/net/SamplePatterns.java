package dev.sinal.lsl.net;

import dev.sinal.lsl.ChannelFormat;

/** Values with something awkward in every format: extremes, signed zeros, non-ASCII text. */
public final class SamplePatterns {
    private SamplePatterns() {}

    /** Row-major values of that many samples of two channels. */
    public static Object values(ChannelFormat format, int samples) {
        int n = 2 * samples;
        switch (format) {
            case FLOAT32:
                float[] f = {0f, -0f, 0.1f, -Float.MAX_VALUE, Float.MIN_NORMAL, Float.POSITIVE_INFINITY, 16777216f};
                float[] floats = new float[n];
                for (int i = 0; i < n; i++) {
                    floats[i] = f[i % f.length];
                }
                return floats;
            case DOUBLE64:
                double[] d = {0, -0.0, 0.1, Double.MAX_VALUE, Double.MIN_NORMAL, Double.NEGATIVE_INFINITY, 0x1p53};
                double[] doubles = new double[n];
                for (int i = 0; i < n; i++) {
                    doubles[i] = d[i % d.length];
                }
                return doubles;
            case INT32:
                int[] ints = new int[n];
                for (int i = 0; i < n; i++) {
                    ints[i] = i % 3 == 0 ? Integer.MIN_VALUE + i : Integer.MAX_VALUE - i;
                }
                return ints;
            case INT16:
                short[] shorts = new short[n];
                for (int i = 0; i < n; i++) {
                    shorts[i] = (short) (i % 3 == 0 ? Short.MIN_VALUE + i : Short.MAX_VALUE - i);
                }
                return shorts;
            case INT8:
                byte[] bytes = new byte[n];
                for (int i = 0; i < n; i++) {
                    bytes[i] = (byte) (i * 37 - 128);
                }
                return bytes;
            case INT64:
                long[] longs = new long[n];
                for (int i = 0; i < n; i++) {
                    longs[i] = i % 3 == 0 ? Long.MIN_VALUE + i : Long.MAX_VALUE - i;
                }
                return longs;
            case STRING:
                String[] s = {"", "a", "café 漢字 🧠", "tab\tnl\n<&>\"'", "x".repeat(255), "y".repeat(256)};
                String[] strings = new String[n];
                for (int i = 0; i < n; i++) {
                    strings[i] = s[i % s.length];
                }
                return strings;
        }
        throw new AssertionError(format);
    }
}
