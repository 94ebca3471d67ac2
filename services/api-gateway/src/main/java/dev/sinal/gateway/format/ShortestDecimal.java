package dev.sinal.gateway.format;

import java.math.BigInteger;

/**
 * The shortest decimal that reads back as the same binary floating point number, and of several the nearest one; at least two digits are looked
 * at, as {@code Double.toString} does, so that the smallest double is 4.9E-324 and not 5E-324.
 *
 * <p>A number c · 2^q is known by its rounding interval. With k = ⌊log₁₀ 2^q⌋ the interval holds one multiple of 10^k or two, and at most one
 * of 10^(k+1); so four candidates are compared with the ends of the interval. All of that is done on fourfold values divided by 10^k, rounded to
 * odd from a product with 126 bits of 10^-k, which is enough for all comparisons to come out as with exact numbers.
 *
 * @see "Raffaello Giulietti, The Schubfach way to render doubles, 2020"
 */
final class ShortestDecimal {
    private static final int MIN_K = -324;
    private static final int MAX_K = 292;
    private static final long MASK_63 = Long.MAX_VALUE;
    /** ⌊2^-r · 10^-k⌋ + 1 with r so that it has 126 bits; the upper and the lower 63 of them. */
    private static final long[] UPPER = new long[MAX_K - MIN_K + 1];

    private static final long[] LOWER = new long[MAX_K - MIN_K + 1];

    static {
        for (int k = MIN_K; k <= MAX_K; k++) {
            int r = floorLog2OfPower10(-k) - 125;
            BigInteger power = BigInteger.TEN.pow(Math.abs(k));
            BigInteger g =
                    k <= 0 ? power.shiftRight(r) : BigInteger.ONE.shiftLeft(-r).divide(power);
            g = g.add(BigInteger.ONE);
            UPPER[k - MIN_K] = g.shiftRight(63).longValueExact();
            LOWER[k - MIN_K] = g.longValue() & MASK_63;
        }
    }

    private ShortestDecimal() {}

    /** ⌊log₁₀ 2^e⌋, of {@code 3/4 · 2^e} if so asked. For all exponents of doubles. */
    static int floorLog10OfPower2(int e, boolean threeQuarters) {
        return (int) ((e * 661_971_961_083L - (threeQuarters ? 274_743_187_321L : 0)) >> 41);
    }

    /** ⌊log₂ 10^e⌋. */
    static int floorLog2OfPower10(int e) {
        return (int) ((e * 913_124_641_741L) >> 38);
    }

    /** A positive finite double. */
    static int write(byte[] out, int at, double value) {
        long bits = Double.doubleToRawLongBits(value);
        long fraction = bits & 0xF_FFFF_FFFF_FFFFL;
        int exponent = (int) (bits >>> 52);
        if (exponent > 0) {
            return write(out, at, exponent - 1075, fraction | 1L << 52, fraction == 0 && exponent > 1, 0);
        }
        return fraction < 3 // of one digit otherwise
                ? write(out, at, -1074, 10 * fraction, false, -1)
                : write(out, at, -1074, fraction, false, 0);
    }

    /** A positive finite float. */
    static int write(byte[] out, int at, float value) {
        int bits = Float.floatToRawIntBits(value);
        int fraction = bits & 0x7F_FFFF;
        int exponent = bits >>> 23;
        if (exponent > 0) {
            return write(out, at, exponent - 150, fraction | 1 << 23, fraction == 0 && exponent > 1, 0);
        }
        return fraction < 8
                ? write(out, at, -149, 10L * fraction, false, -1)
                : write(out, at, -149, fraction, false, 0);
    }

    /** @param closeBelow the next lower number is only half as far as the next higher one @param scale a power of ten to multiply with */
    private static int write(byte[] out, int at, int q, long c, boolean closeBelow, int scale) {
        long odd = c & 1; // the ends of the interval belong to it when c is even: reading rounds half to even
        int k = floorLog10OfPower2(q, closeBelow);
        int shift = q + floorLog2OfPower10(-k) + 2;
        long upper = UPPER[k - MIN_K];
        long lower = LOWER[k - MIN_K];
        long value = scaled(upper, lower, 4 * c << shift);
        long low = scaled(upper, lower, 4 * c - (closeBelow ? 1 : 2) << shift) + odd;
        long high = scaled(upper, lower, 4 * c + 2 << shift) - odd;
        long below = value >> 2;
        if (below >= 100) {
            long tens = below / 10;
            long shortBelow = 40 * tens;
            boolean belowIn = low <= shortBelow;
            boolean aboveIn = shortBelow + 40 <= high;
            if (belowIn != aboveIn) {
                return Digits.write(out, at, belowIn ? tens : tens + 1, k + 1 + scale);
            }
        }
        boolean belowIn = low <= below << 2;
        boolean aboveIn = (below + 1) << 2 <= high;
        if (belowIn != aboveIn) {
            return Digits.write(out, at, belowIn ? below : below + 1, k + scale);
        }
        long middle = 4 * below + 2;
        boolean nearerBelow = value < middle || (value == middle && (below & 1) == 0);
        return Digits.write(out, at, nearerBelow ? below : below + 1, k + scale);
    }

    /** ⌊factor · g / 2^127⌋, odd when that is not the exact quotient. */
    private static long scaled(long upper, long lower, long factor) {
        long carried = Math.multiplyHigh(lower, factor);
        long rest = (upper * factor >>> 1) + carried;
        long whole = Math.multiplyHigh(upper, factor) + (rest >>> 63);
        return whole | (rest & MASK_63) + MASK_63 >>> 63;
    }
}
