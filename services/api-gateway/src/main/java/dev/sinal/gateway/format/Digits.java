package dev.sinal.gateway.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Decimal digits as bytes, eight at a time. Writes whole words: up to 8 bytes after the text change, too, so callers leave room. */
final class Digits {
    /** The most bytes that a number needs, with those that are written beyond its end. */
    static final int ROOM = 40;

    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ZEROS = 0x3030_3030_3030_3030L;
    private static final int EIGHT = 100_000_000;
    private static final long[] POWERS = new long[19];

    static {
        POWERS[0] = 1;
        for (int i = 1; i < POWERS.length; i++) {
            POWERS[i] = 10 * POWERS[i - 1];
        }
    }

    private Digits() {}

    /** The digits of a number below 10^8, the first in the lowest byte: 0 to 9, not yet characters. */
    private static long eight(int value) {
        long fours = value / 10_000 | (long) (value % 10_000) << 32;
        long hundreds = (fours * 10_486 >>> 20) & 0x7F_0000_007FL;
        long twos = hundreds | fours - 100 * hundreds << 16;
        long tens = (twos * 103 >>> 10) & 0x000F_000F_000F_000FL;
        return tens | twos - 10 * tens << 8;
    }

    private static void put(byte[] out, int at, long word) {
        WORD.set(out, at, word);
    }

    /** How many digits a positive number has. */
    private static int length(long value) {
        int length = (64 - Long.numberOfLeadingZeros(value)) * 1_233 >>> 12; // of bits to digits: log10(2)
        return length + (value >= POWERS[length] ? 1 : 0);
    }

    /** Below 10^8, without leading zeros. */
    private static int small(byte[] out, int at, int value) {
        long digits = eight(value);
        int leading = Math.min(7, Long.numberOfTrailingZeros(digits) >>> 3);
        put(out, at, (digits | ZEROS) >>> (leading << 3));
        return at + 8 - leading;
    }

    /** @return where it ends */
    static int write(byte[] out, int at, long value) {
        if (value >= 0) {
            return positive(out, at, value);
        }
        out[at] = '-';
        if (value == Long.MIN_VALUE) {
            int next = small(out, at + 1, 922);
            put(out, next, eight(33_720_368) | ZEROS);
            put(out, next + 8, eight(54_775_808) | ZEROS);
            return next + 16;
        }
        return positive(out, at + 1, -value);
    }

    private static int positive(byte[] out, int at, long value) {
        if (value < EIGHT) {
            return small(out, at, (int) value);
        }
        int next = positive(out, at, value / EIGHT);
        put(out, next, eight((int) (value % EIGHT)) | ZEROS);
        return next + 8;
    }

    /** Nine digits, with zeros in front. */
    static int nine(byte[] out, int at, int value) {
        out[at] = (byte) ('0' + value / EIGHT);
        put(out, at + 1, eight(value % EIGHT) | ZEROS);
        return at + 9;
    }

    /** {@code millionths / 10^6}, below 10^8 as a whole. */
    static int millionths(byte[] out, int at, long millionths) {
        long whole = millionths / 1_000_000;
        int next = small(out, at, (int) whole);
        int fraction = (int) (millionths - whole * 1_000_000);
        if (fraction == 0) {
            return next;
        }
        long digits = eight(fraction * 100);
        out[next] = '.';
        put(out, next + 1, digits | ZEROS);
        return next + 9 - (Long.numberOfLeadingZeros(digits) >>> 3);
    }

    /**
     * {@code value · 10^exponent}: plainly from 0.001 to below 10 000 000, else with one digit before the point and an {@code E}; no zeros at the end.
     *
     * @param value 1 to below 10^17
     */
    static int write(byte[] out, int at, long value, int exponent) {
        int length = length(value);
        int point = length + exponent;
        long aligned = value * POWERS[17 - length]; // 17 digits: one, eight, eight
        long upper = aligned / EIGHT;
        int first = (int) (upper / EIGHT);
        long middle = eight((int) (upper - (long) first * EIGHT));
        long last = eight((int) (aligned - upper * EIGHT));
        int digits = last != 0
                ? 17 - (Long.numberOfLeadingZeros(last) >>> 3)
                : middle != 0 ? 9 - (Long.numberOfLeadingZeros(middle) >>> 3) : 1;
        if (point > 0 && point <= 7) {
            long text = middle | ZEROS;
            int bits = point << 3;
            long before = ('0' + first | text << 8) & (1L << bits) - 1;
            long behind = text << 16 & -256L << bits;
            put(out, at + 2, text);
            put(out, at + 10, last | ZEROS);
            put(out, at, before | (long) '.' << bits | behind);
            return digits > point ? at + digits + 1 : at + point;
        }
        if (point <= 0 && point > -3) {
            put(out, at, 0x30_3030_302E_30L); // 0.0000
            int from = at + 2 - point;
            out[from] = (byte) ('0' + first);
            put(out, from + 1, middle | ZEROS);
            put(out, from + 9, last | ZEROS);
            return from + digits;
        }
        out[at] = (byte) ('0' + first);
        out[at + 1] = '.';
        put(out, at + 2, middle | ZEROS);
        put(out, at + 10, last | ZEROS);
        int next = digits > 1 ? at + digits + 1 : at + 1;
        out[next] = 'E';
        return write(out, next + 1, point - 1L);
    }
}
