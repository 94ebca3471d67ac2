package dev.sinal.contracts;

import org.jspecify.annotations.Nullable;

/**
 * One collected channel. Stored values are raw; readers apply scale and offset.
 *
 * @param label as the stream announces it; may be empty
 * @param metric its fixed, unique name within the stream
 * @param unit after scaling; empty when unknown
 * @param unitSource stream, spec or unknown
 * @param type content type, e.g. EEG; may be empty
 * @param scale null = 1
 * @param offset null = 0
 */
public record ChannelDescriptor(
        String label,
        String metric,
        String unit,
        String unitSource,
        String type,
        @Nullable Double scale,
        @Nullable Double offset) {
    public static ChannelDescriptor plain(String metric) {
        return new ChannelDescriptor(metric, metric, "", "unknown", "", null, null);
    }

    public boolean scaled() {
        return scale != null || offset != null;
    }

    /** Raw value to the unit that users see. */
    public double apply(double raw) {
        return scaled() ? raw * (scale == null ? 1 : scale) + (offset == null ? 0 : offset) : raw;
    }
}
