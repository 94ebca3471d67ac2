package dev.sinal.store.sql;

import io.vertx.core.buffer.Buffer;

/**
 * Arrays of numbers without nulls in PostgreSQL's binary form, as {@code array_send} gives them: a header of 20 bytes for one dimension, then each element
 * behind its length.
 *
 * @see "PostgreSQL, src/backend/utils/adt/arrayfuncs.c, array_send"
 */
final class PgArrays {
    private static final int SIZE_AT = 12;
    private static final int HEADER = 20;
    private static final int LENGTH = 4;

    private PgArrays() {}

    static int[] ints(Buffer bytes) {
        int[] values = new int[size(bytes)];
        for (int i = 0; i < values.length; i++) {
            values[i] = bytes.getInt(HEADER + i * (LENGTH + Integer.BYTES) + LENGTH);
        }
        return values;
    }

    static long[] longs(Buffer bytes) {
        long[] values = new long[size(bytes)];
        for (int i = 0; i < values.length; i++) {
            values[i] = bytes.getLong(HEADER + i * (LENGTH + Long.BYTES) + LENGTH);
        }
        return values;
    }

    static double[] doubles(Buffer bytes) {
        double[] values = new double[size(bytes)];
        for (int i = 0; i < values.length; i++) {
            values[i] = bytes.getDouble(HEADER + i * (LENGTH + Double.BYTES) + LENGTH);
        }
        return values;
    }

    /** An empty array has no dimension, and a shorter header. */
    private static int size(Buffer bytes) {
        return bytes.length() < HEADER ? 0 : bytes.getInt(SIZE_AT);
    }
}
