package dev.sinal.gateway.live;

import dev.sinal.contracts.GapRecord;
import dev.sinal.contracts.UtcNanos;
import dev.sinal.contracts.acp.AcpMessage;
import dev.sinal.contracts.read.ReadOpened;
import dev.sinal.gateway.format.PublicJson;
import dev.sinal.gateway.format.Times;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/** The recorded gaps of what one viewer catches up with: each is told once, between the samples that it lies between. */
final class GapNotices {
    private static final int MOST = 1_000;

    private record Notice(long from, JsonObject payload) {}

    private final Viewer viewer;
    private final Map<String, PriorityQueue<Notice>> pending = new HashMap<>();
    private final Set<String> told = new HashSet<>();

    GapNotices(Viewer viewer) {
        this.viewer = viewer;
    }

    /** @param since gaps that ended before were told to the reader already */
    void addStored(String streamId, ReadOpened opened, long since) {
        for (GapRecord gap : opened.gaps()) {
            Long to = gap.to();
            if (gap.stream().equals(streamId) && (to == null || to > since)) {
                add(
                        streamId,
                        PublicJson.gap(gap, Times.RFC3339)
                                .put("agent_id", viewer.group().selection().agentId()));
            }
        }
    }

    /** @param payloads of events that were sent lately */
    void add(String streamId, List<JsonObject> payloads, long since) {
        for (JsonObject payload : payloads) {
            if (payload.getString("to") == null || time(payload, "to") > since) {
                add(streamId, payload);
            }
        }
    }

    private void add(String streamId, JsonObject payload) {
        if (told.size() < MOST && told.add(key(payload))) {
            pending.computeIfAbsent(streamId, id -> new PriorityQueue<>(Comparator.comparingLong(Notice::from)))
                    .add(new Notice(time(payload, "from"), payload));
        }
    }

    /** It was told in another way. */
    void told(JsonObject payload) {
        if (told.size() < MOST) {
            told.add(key(payload));
        }
    }

    private static String key(JsonObject payload) {
        return payload.getString("stream_id") + "|" + payload.getLong("epoch") + "|" + payload.getString("from") + "|"
                + payload.getString("to") + "|" + payload.getString("cause");
    }

    private static long time(JsonObject payload, String field) {
        return UtcNanos.parse(payload.getString(field));
    }

    /** Tells those that begin before the frame does. */
    void before(LiveFrame frame) {
        tell(frame.stream().id(), frame.block().timestamps()[0]);
    }

    /** Tells all that are left of a stream. */
    void rest(String streamId) {
        tell(streamId, Long.MAX_VALUE);
    }

    private void tell(String streamId, long until) {
        PriorityQueue<Notice> notices = pending.get(streamId);
        if (notices == null) {
            return;
        }
        List<JsonObject> due = new ArrayList<>();
        while (!notices.isEmpty() && notices.peek().from() < until) {
            due.add(notices.remove().payload());
        }
        for (JsonObject payload : due) {
            viewer.outbox()
                    .offer(viewer.group()
                            .encode(AcpMessage.now(AcpMessage.STREAM_GAP, payload)
                                    .toJson()));
        }
    }
}
