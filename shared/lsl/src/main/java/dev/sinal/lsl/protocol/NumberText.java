package dev.sinal.lsl.protocol;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Numbers as C's printf writes them: readers compare some of them as text. */
public final class NumberText {
    private NumberText() {}

    /** Like {@code %#.16g}: 16 significant digits, zeros kept, always a decimal point. For stream descriptions. */
    public static String padded(double value) {
        return general(value, 16, true);
    }

    /** Like {@code %.16g}: at most 16 significant digits. For time probes. */
    public static String plain(double value) {
        return general(value, 16, false);
    }

    /** Like {@code %.17g}: at most 17 significant digits. What libraries up to 1.12 write in descriptions. */
    public static String exact(double value) {
        return general(value, 17, false);
    }

    private static String general(double value, int digits, boolean keepZeros) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        }
        String sign = Double.doubleToRawLongBits(value) < 0 ? "-" : "";
        String mantissa;
        int exponent;
        if (value == 0) {
            mantissa = "0".repeat(digits);
            exponent = 0;
        } else {
            BigDecimal rounded = new BigDecimal(Math.abs(value)).round(new MathContext(digits, RoundingMode.HALF_EVEN));
            exponent = rounded.precision() - rounded.scale() - 1;
            String unscaled = rounded.unscaledValue().toString();
            mantissa = unscaled + "0".repeat(digits - unscaled.length());
        }
        return sign + layout(mantissa, exponent, digits, keepZeros);
    }

    private static String layout(String mantissa, int exponent, int digits, boolean keepZeros) {
        if (exponent < -4 || exponent >= digits) {
            String fraction = mantissa.substring(1);
            String power =
                    String.format(java.util.Locale.ROOT, "e%s%02d", exponent < 0 ? "-" : "+", Math.abs(exponent));
            return tidy(mantissa.substring(0, 1), fraction, keepZeros) + power;
        }
        if (exponent < 0) {
            return tidy("0", "0".repeat(-exponent - 1) + mantissa, keepZeros);
        }
        return tidy(mantissa.substring(0, exponent + 1), mantissa.substring(exponent + 1), keepZeros);
    }

    private static String tidy(String whole, String fraction, boolean keepZeros) {
        if (keepZeros) {
            return whole + "." + fraction;
        }
        int end = fraction.length();
        while (end > 0 && fraction.charAt(end - 1) == '0') {
            end--;
        }
        return end == 0 ? whole : whole + "." + fraction.substring(0, end);
    }
}
