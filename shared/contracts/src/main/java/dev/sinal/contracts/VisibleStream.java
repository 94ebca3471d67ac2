package dev.sinal.contracts;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A stream that a collecting node sees on the network. @param collectedBy agents that collect it now */
public record VisibleStream(
        String uid,
        String name,
        String type,
        String sourceId,
        String hostname,
        String sessionId,
        String format,
        int channelCount,
        double nominalRate,
        List<ChannelDescriptor> channels,
        List<String> collectedBy,
        @Nullable String seenBy) {
    public VisibleStream {
        channels = channels == null ? List.of() : List.copyOf(channels);
        collectedBy = collectedBy == null ? List.of() : List.copyOf(collectedBy);
    }
}
