package dev.sinal.lsl.net;

import dev.sinal.lsl.StreamInfo;
import dev.sinal.lsl.StreamQuery;
import dev.sinal.lsl.protocol.QueryPredicate;
import java.util.ArrayList;
import java.util.List;

/** The predicates that searches send. */
public final class Predicates {
    private Predicates() {}

    /** Always boolean and never empty: old outlets misbehave otherwise. */
    public static String forQuery(StreamQuery query, String sessionId) {
        String session = "session_id=" + QueryPredicate.quote(sessionId);
        String own = query.text().replaceAll("[\\r\\n]+", " ");
        return own.isEmpty() ? session : session + " and (" + own + ")";
    }

    /**
     * Finds a device again, in any session. A value that cannot travel (it has line breaks) is left out; candidates are compared
     * here as well.
     */
    public static String forIdentity(StreamInfo info) {
        List<String> parts = new ArrayList<>();
        parts.add("channel_count='" + info.channelCount() + "'");
        add(parts, "name", info.name());
        add(parts, "type", info.type());
        if (info.sourceId().isEmpty()) {
            add(parts, "hostname", info.hostname());
        } else {
            add(parts, "source_id", info.sourceId());
        }
        parts.add("channel_format='" + info.format().wireName() + "'");
        return String.join(" and ", parts);
    }

    private static void add(List<String> parts, String element, String value) {
        boolean travels =
                !value.isEmpty() && value.length() <= 512 && value.chars().allMatch(c -> c >= ' ' && c < 0x7f);
        if (travels) {
            parts.add(element + "=" + QueryPredicate.quote(value));
        }
    }
}
