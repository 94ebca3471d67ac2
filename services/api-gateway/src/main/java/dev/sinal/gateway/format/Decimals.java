package dev.sinal.gateway.format;

import java.nio.charset.StandardCharsets;

/**
 * Numbers as the shortest text that reads back as the same value, written straight into bytes. Plain from 0.001 to below 10 000 000, else with
 * an exponent: {@code 72}, {@code 36.6}, {@code 1E10}, {@code 4.9E-324}; the sign of zero stays readable, {@code -0.0}.
 */
public final class Decimals {
    /** Bytes that must be free behind the place where a number is written. */
    public static final int ROOM = Digits.ROOM;

    private static final double PLAIN_FROM = 1e-3;
    private static final double PLAIN_TO = 1e7;
    private static final long LOW_29_BITS = (1L << 29) - 1;

    private Decimals() {}

    /** Shortest as a double. NaN and infinities as {@code NaN}, {@code Infinity}, {@code -Infinity}. */
    public static String of(double value) {
        byte[] out = new byte[ROOM];
        return text(out, write(out, 0, value));
    }

    /** Shortest as a float: reads back as the same float, but as another double. */
    public static String ofFloat(float value) {
        byte[] out = new byte[ROOM];
        return text(out, write(out, 0, value));
    }

    private static String text(byte[] out, int length) {
        return new String(out, 0, length, StandardCharsets.ISO_8859_1);
    }

    /** @param out with {@link #ROOM} @return where the number ends */
    public static int write(byte[] out, int at, double value) {
        double magnitude = Math.abs(value);
        if (!(magnitude <= Double.MAX_VALUE) || magnitude == 0) {
            return special(out, at, value);
        }
        int from = at;
        if (value < 0) {
            out[from++] = '-';
        }
        if (magnitude >= PLAIN_FROM && magnitude < PLAIN_TO && mayBeMillionths(magnitude)) {
            // Below 10^13, so neither product nor quotient is off by more than a half. At most one decimal of 15 digits
            // or fewer reads as a
            // given double: if this one does, it is the shortest.
            long millionths = (long) (magnitude * 1e6 + 0.5);
            if (millionths / 1e6 == magnitude) {
                return Digits.millionths(out, from, millionths);
            }
        }
        return ShortestDecimal.write(out, from, magnitude);
    }

    /** False, without a division, for what was a float: it has at most as many decimals as bits behind the point. */
    private static boolean mayBeMillionths(double magnitude) {
        return (Double.doubleToRawLongBits(magnitude) & LOW_29_BITS) != 0
                || magnitude * 64 == (double) (long) (magnitude * 64);
    }

    /** @param out with {@link #ROOM} @return where the number ends */
    public static int write(byte[] out, int at, float value) {
        float magnitude = Math.abs(value);
        if (!(magnitude <= Float.MAX_VALUE) || magnitude == 0) {
            return special(out, at, value);
        }
        int from = at;
        if (value < 0) {
            out[from++] = '-';
        }
        if (magnitude >= 1e-3f && magnitude < 1_000) {
            // six digits or fewer, of which floats have all
            long thousandths = (long) (magnitude * 1e3 + 0.5);
            if (thousandths < 1_000_000 && (float) (thousandths / 1e3) == magnitude) {
                return Digits.millionths(out, from, thousandths * 1_000);
            }
        }
        return ShortestDecimal.write(out, from, magnitude);
    }

    private static int special(byte[] out, int at, double value) {
        String text = value == 0 ? Double.doubleToRawLongBits(value) == 0 ? "0" : "-0.0" : Double.toString(value);
        for (int i = 0; i < text.length(); i++) {
            out[at + i] = (byte) text.charAt(i);
        }
        return at + text.length();
    }

    /** @param out with {@link #ROOM} @return where the number ends */
    public static int write(byte[] out, int at, long value) {
        return Digits.write(out, at, value);
    }
}
