package dev.sinal.contracts;

import org.jspecify.annotations.Nullable;

/**
 * One channel that is collected.
 *
 * @param label the stream's label, or {@code ch1} … for unlabelled channels
 * @param as the metric's name; null = the label
 * @param unit unit after scaling; null = the stream's own
 * @param scale factor; null = 1. Raw values are stored, the factor is applied when they are read
 * @param offset added after scaling; null = 0
 * @param step ADC step of the raw value, which lets it compress; null = found from the data
 */
public record ChannelSpec(
        String label,
        @Nullable String as,
        @Nullable String unit,
        @Nullable Double scale,
        @Nullable Double offset,
        @Nullable Double step) {}
