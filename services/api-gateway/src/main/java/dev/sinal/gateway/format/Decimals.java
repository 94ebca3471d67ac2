package dev.sinal.gateway.format;

import com.fasterxml.jackson.core.io.schubfach.DoubleToDecimal;
import com.fasterxml.jackson.core.io.schubfach.FloatToDecimal;

/** Numbers as the shortest text that reads back as the same value. {@code Double.toString} of JDK 17 is sometimes longer than that. */
public final class Decimals {
    private Decimals() {}

    /** Shortest as a double. NaN and infinities as {@code NaN}, {@code Infinity}, {@code -Infinity}. */
    public static String of(double value) {
        return trim(DoubleToDecimal.toString(value));
    }

    /** Shortest as a float: reads back as the same float, but as another double. */
    public static String ofFloat(float value) {
        return trim(FloatToDecimal.toString(value));
    }

    /** {@code 72.0} becomes {@code 72} and {@code 1.0E10} becomes {@code 1E10}; the sign of zero stays readable. */
    private static String trim(String text) {
        if (text.endsWith(".0")) {
            return text.equals("-0.0") ? text : text.substring(0, text.length() - 2);
        }
        int mantissa = text.indexOf(".0E");
        return mantissa < 0 ? text : text.substring(0, mantissa) + text.substring(mantissa + 2);
    }
}
