package dev.sinal.gateway.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The values of MessagePack that rows need, each in its shortest form. Big endian. */
final class Msgpack {
    private static final VarHandle INT16 = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT32 = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT64 = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private Msgpack() {}

    static void nil(RowBytes out) {
        one(out, 0xC0);
    }

    private static void one(RowBytes out, int tag) {
        out.put((char) (tag & 0xFF));
    }

    private static void two(RowBytes out, int tag, int value) {
        byte[] bytes = out.room(3);
        int at = out.size();
        bytes[at] = (byte) tag;
        INT16.set(bytes, at + 1, (short) value);
        out.end(at + 3);
    }

    private static void four(RowBytes out, int tag, int value) {
        byte[] bytes = out.room(5);
        int at = out.size();
        bytes[at] = (byte) tag;
        INT32.set(bytes, at + 1, value);
        out.end(at + 5);
    }

    private static void eight(RowBytes out, int tag, long value) {
        byte[] bytes = out.room(9);
        int at = out.size();
        bytes[at] = (byte) tag;
        INT64.set(bytes, at + 1, value);
        out.end(at + 9);
    }

    static void float32(RowBytes out, float value) {
        four(out, 0xCA, Float.floatToRawIntBits(value));
    }

    static void float64(RowBytes out, double value) {
        eight(out, 0xCB, Double.doubleToRawLongBits(value));
    }

    static void integer(RowBytes out, long value) {
        if (value >= -32 && value < 128) {
            one(out, (int) value);
        } else if (value >= 0) {
            if (value < 1 << 8) {
                one(out, 0xCC);
                one(out, (int) value);
            } else if (value < 1 << 16) {
                two(out, 0xCD, (int) value);
            } else if (value < 1L << 32) {
                four(out, 0xCE, (int) value);
            } else {
                eight(out, 0xCF, value);
            }
        } else if (value >= Byte.MIN_VALUE) {
            one(out, 0xD0);
            one(out, (int) value);
        } else if (value >= Short.MIN_VALUE) {
            two(out, 0xD1, (int) value);
        } else if (value >= Integer.MIN_VALUE) {
            four(out, 0xD2, (int) value);
        } else {
            eight(out, 0xD3, value);
        }
    }

    /** What follows is so many names with their values. */
    static void map(RowBytes out, int size) {
        if (size < 16) {
            one(out, 0x80 | size);
        } else if (size < 1 << 16) {
            two(out, 0xDE, size);
        } else {
            four(out, 0xDF, size);
        }
    }

    static void text(RowBytes out, byte[] utf8) {
        textOf(out, utf8.length);
        out.raw(utf8);
    }

    static void text(RowBytes out, RowBytes utf8) {
        textOf(out, utf8.size());
        out.raw(utf8);
    }

    private static void textOf(RowBytes out, int length) {
        if (length < 32) {
            one(out, 0xA0 | length);
        } else if (length < 1 << 8) {
            one(out, 0xD9);
            one(out, length);
        } else if (length < 1 << 16) {
            two(out, 0xDA, length);
        } else {
            four(out, 0xDB, length);
        }
    }
}
