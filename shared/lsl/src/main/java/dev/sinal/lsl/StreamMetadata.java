package dev.sinal.lsl;

import dev.sinal.lsl.protocol.NumberText;

/**
 * Metadata under the names that recorders and viewers look for. All of it is optional; what is not known is the empty string, and is left out except in
 * a channel's own three. Each is an element to add with {@link StreamInfo.Builder#desc} or {@link StreamInfo.Builder#channel(DescElement)}.
 *
 * @see "the metadata conventions of the XDF file format"
 */
public final class StreamMetadata {
    private StreamMetadata() {}

    /**
     * One channel, to which more can be added.
     *
     * @param label such as {@code C3}
     * @param unit such as {@code microvolts}
     * @param type such as {@code EEG}
     */
    public static DescElement.Builder channel(String label, String unit, String type) {
        return DescElement.builder("channel")
                .add("label", label)
                .add("unit", unit)
                .add("type", type);
    }

    /** Where a sensor is, in a channel; millimetres to the right, to the front and up from the middle of the head. */
    public static DescElement location(double x, double y, double z) {
        return DescElement.builder("location")
                .add("X", NumberText.plain(x))
                .add("Y", NumberText.plain(y))
                .add("Z", NumberText.plain(z))
                .build();
    }

    /** The device that the samples come from. */
    public static DescElement acquisition(String manufacturer, String model, String serialNumber) {
        return known(
                DescElement.builder("acquisition"),
                "manufacturer",
                manufacturer,
                "model",
                model,
                "serial_number",
                serialNumber);
    }

    /** What the values are measured against. @param label of the electrode or mean that was taken off */
    public static DescElement reference(String label, boolean subtracted, boolean commonAverage) {
        return known(
                DescElement.builder("reference"),
                "label",
                label,
                "subtracted",
                yesOrNo(subtracted),
                "common_average",
                yesOrNo(commonAverage));
    }

    /**
     * How stamps relate to the moment of measurement.
     *
     * @param timeSource such as {@code Mod0}, the kind of clock
     * @param offsetMean delay from the measurement to the stamp, seconds
     * @param canDropSamples whether the device may lose samples unseen
     */
    public static DescElement synchronization(String timeSource, double offsetMean, boolean canDropSamples) {
        return known(
                DescElement.builder("synchronization"),
                "time_source",
                timeSource,
                "offset_mean",
                NumberText.plain(offsetMean),
                "can_drop_samples",
                Boolean.toString(canDropSamples));
    }

    private static String yesOrNo(boolean value) {
        return value ? "Yes" : "No";
    }

    private static DescElement known(DescElement.Builder element, String... namesAndTexts) {
        for (int i = 0; i < namesAndTexts.length; i += 2) {
            if (!namesAndTexts[i + 1].isEmpty()) {
                element.add(namesAndTexts[i], namesAndTexts[i + 1]);
            }
        }
        return element.build();
    }
}
