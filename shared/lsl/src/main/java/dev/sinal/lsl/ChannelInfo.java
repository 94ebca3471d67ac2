package dev.sinal.lsl;

/**
 * What a stream says about one of its channels; the empty string where it says nothing.
 *
 * @param label name of the channel, e.g. {@code C3}
 * @param unit unit of its values as the sender wrote it, e.g. {@code microvolts}
 * @param type content type, e.g. {@code EEG}
 */
public record ChannelInfo(String label, String unit, String type) {
    static final ChannelInfo UNKNOWN = new ChannelInfo("", "", "");
}
