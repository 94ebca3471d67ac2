package dev.sinal.gateway.format;

import dev.sinal.gateway.http.Fields;

/**
 * How rows are written.
 *
 * @param shortFloats float32 as the shortest text that reads back as a float, instead of as the stored value widened to double
 * @param textLongs int64 as JSON strings, for readers whose numbers are doubles
 * @param rawClock the producer's own stamps, seconds of its clock, instead of UTC
 */
public record RowStyle(Times times, boolean shortFloats, boolean textLongs, boolean rawClock) {
    public static final RowStyle PLAIN = new RowStyle(Times.RFC3339, false, false, false);

    /** From {@code time_format}, {@code float32}, {@code int64} and {@code clock}. */
    public static RowStyle of(Fields in) {
        return new RowStyle(
                Times.of(in),
                in.choice("float32", "double", "short").equals("short"),
                in.choice("int64", "number", "string").equals("string"),
                in.choice("clock", "utc", "raw").equals("raw"));
    }
}
