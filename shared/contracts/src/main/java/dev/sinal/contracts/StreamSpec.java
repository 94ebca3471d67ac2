package dev.sinal.contracts;

import io.vertx.core.json.JsonArray;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One stream, or with {@code match: all} a family of streams, that an agent collects.
 *
 * @param query predicate over the stream info, e.g. {@code type='EEG'}
 * @param name how rows call the stream; null = the stream's own name
 * @param match {@code one} (default) or {@code all}
 * @param required whether the agent counts as running only with this stream; default true
 * @param role {@code markers} when its values are events
 * @param channels selection, names, scale; empty = all channels as they are
 * @param pipeline processing steps; none are known yet, so a non-empty list is refused
 * @param counterChannel a channel that counts samples, from which losses are computed
 */
public record StreamSpec(
        String query,
        @Nullable String name,
        String match,
        Boolean required,
        @Nullable String role,
        List<ChannelSpec> channels,
        @Nullable JsonArray pipeline,
        @Nullable CounterChannel counterChannel) {
    public static final String ONE = "one";
    public static final String ALL = "all";

    public StreamSpec {
        match = match == null ? ONE : match;
        required = required == null ? Boolean.TRUE : required;
        channels = channels == null ? List.of() : List.copyOf(channels);
    }

    /** @param modulo the counter's period, e.g. 65536 */
    public record CounterChannel(String label, long modulo) {}
}
