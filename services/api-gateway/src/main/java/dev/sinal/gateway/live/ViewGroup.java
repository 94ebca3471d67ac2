package dev.sinal.gateway.live;

import dev.sinal.contracts.UtcNanos;
import dev.sinal.contracts.acp.AcpMessage;
import dev.sinal.gateway.telemetry.LiveCursor;
import dev.sinal.gateway.telemetry.StreamPosition;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Everybody who watches the same of an agent in the same way. Each message is made once. Its number is the viewers' subscription id. */
final class ViewGroup {
    private final int id;
    private final Selection selection;
    private final AgentFeed feed;
    private final LiveMetrics metrics;
    private final List<Viewer> viewers = new ArrayList<>();
    private final Map<Integer, int[]> columns = new HashMap<>();
    private final Map<String, LiveFrame> latest = new LinkedHashMap<>();

    ViewGroup(int id, Selection selection, AgentFeed feed, LiveMetrics metrics) {
        this.id = id;
        this.selection = selection;
        this.feed = feed;
        this.metrics = metrics;
    }

    int id() {
        return id;
    }

    Selection selection() {
        return selection;
    }

    AgentFeed feed() {
        return feed;
    }

    List<Viewer> viewers() {
        return viewers;
    }

    /** Columns of a stream that are sent; null when it is not wanted. */
    int @Nullable [] columns(LiveStream stream) {
        int[] known = columns.get(stream.index());
        if (known == null) {
            int[] chosen = selection.columns(stream.descriptor());
            known = chosen == null ? new int[0] : chosen;
            columns.put(stream.index(), known);
        }
        return known.length == 0 ? null : known;
    }

    void forgetLayout(int index) {
        columns.remove(index);
    }

    /** A live frame; in latest mode it waits for the tick. */
    void frame(LiveFrame frame) {
        if (columns(frame.stream()) == null) {
            return;
        }
        if (selection.mode() == Selection.Mode.LATEST) {
            latest.put(frame.stream().id(), frame);
        } else {
            deliver(frame);
        }
    }

    /** Sends the newest sample of each stream that has a new one. */
    void tick() {
        List<LiveFrame> newest = new ArrayList<>(latest.values());
        latest.clear();
        for (LiveFrame frame : newest) {
            deliver(frame.from(frame.block().size() - 1));
        }
    }

    private void deliver(LiveFrame frame) {
        LiveMessage shared = null;
        boolean made = false;
        for (Viewer viewer : List.copyOf(viewers)) {
            if (viewer.shares(frame.stream().id())) {
                if (!made) {
                    made = true;
                    shared = encode(frame, cursor());
                }
                if (shared != null) {
                    viewer.shared(frame, shared);
                }
            } else {
                viewer.whileCatchingUp(frame);
            }
        }
    }

    private @Nullable String cursor() {
        return selection.format() == Selection.Format.BINARY || selection.mode() == Selection.Mode.LATEST
                ? null
                : feed.cursor(selection);
    }

    /** Null when nothing of the frame is to be seen. @param cursor of the reader after this message */
    @Nullable
    LiveMessage encode(LiveFrame frame, @Nullable String cursor) {
        int[] chosen = columns(frame.stream());
        if (chosen == null || frame.block().size() == 0) {
            return null;
        }
        Part part = selection.mode() == Selection.Mode.DECIMATE
                ? Thinner.thin(frame, chosen, selection.maxHz())
                : new Part(frame.stream(), frame.block(), chosen, null, 1);
        if (part.count() == 0) {
            return null;
        }
        metrics.encoded();
        Stretch stretch = part.stretch(this);
        return switch (selection.format()) {
            case JSON -> LiveMessage.text(ChunkJson.notification(id, cursor, part, selection.unixTime()), stretch);
            case SSE -> sse(cursor, AcpMessage.TELEMETRY_CHUNK, ChunkJson.acp(part, selection.unixTime()), stretch);
            case MSGPACK -> LiveMessage.bytes(ChunkPack.notification(id, cursor, part, selection.unixTime()), stretch);
            case BINARY ->
                part.anyText()
                        ? LiveMessage.text(ChunkJson.notification(id, null, part, selection.unixTime()), stretch)
                        : LiveMessage.bytes(ChunkBinary.encode(id, part), stretch);
        };
    }

    /** An event of the agent, for every viewer. */
    void event(JsonObject acp) {
        if (viewers.isEmpty() || !concerns(acp.getJsonObject("payload"))) {
            return;
        }
        LiveMessage message = encode(acp);
        boolean gap = AcpMessage.STREAM_GAP.equals(acp.getString("type"));
        for (Viewer viewer : List.copyOf(viewers)) {
            viewer.outbox().offer(message);
            if (gap) {
                viewer.toldGap(acp.getJsonObject("payload"));
            }
        }
    }

    private boolean concerns(JsonObject payload) {
        String streamId = payload.getValue("stream_id") instanceof String text ? text : null;
        String stream = payload.getValue("stream") instanceof String text ? text : null;
        String name = payload.getValue("stream_name") instanceof String text ? text : null;
        return stream == null && streamId == null && name == null
                || selection.streams().isEmpty()
                || selection.wants(String.valueOf(stream), streamId)
                || (name != null && selection.streams().contains(name));
    }

    LiveMessage encode(JsonObject acp) {
        metrics.encoded();
        return switch (selection.format()) {
            case JSON, BINARY -> LiveMessage.text(ChunkJson.notification(id, null, acp), null);
            case SSE -> sse(null, acp.getString("type"), acp.encode(), null);
            case MSGPACK -> LiveMessage.bytes(ChunkPack.notification(id, null, acp), null);
        };
    }

    /** The data have no line breaks, as JSON escapes them. */
    private static LiveMessage sse(@Nullable String cursor, String event, String data, @Nullable Stretch stretch) {
        String id = cursor == null ? "" : "id: " + cursor + "\n";
        return LiveMessage.bytes(Buffer.buffer(id + "event: " + event + "\ndata: " + data + "\n\n"), stretch);
    }

    /** The notice that a slow viewer missed samples. */
    LiveMessage missed(Stretch first, Stretch last, long samples) {
        return hole(
                first.streamId(),
                first.streamName(),
                "slow_reader",
                new StreamPosition(first.epoch(), first.firstSeq() - 1, first.firstTimestamp()),
                new StreamPosition(last.epoch(), last.lastSeq(), last.lastTimestamp()),
                samples);
    }

    private String place(String streamId, StreamPosition position) {
        return new LiveCursor(selection.agentId(), Map.of(streamId, position), LiveCursor.NOW).encode();
    }

    /**
     * @param from place before the hole: reading on from there gives what was missed
     * @param to place at its end
     * @param samples null when nobody can know
     */
    LiveMessage hole(
            String streamId,
            String name,
            String cause,
            StreamPosition from,
            StreamPosition to,
            @Nullable Long samples) {
        JsonObject payload = new JsonObject()
                .put("agent_id", selection.agentId())
                .put("stream", name)
                .put("stream_id", streamId)
                .put("epoch", from.epoch())
                .put("from", UtcNanos.format(from.timestamp()))
                .put("to", UtcNanos.format(to.timestamp()))
                .put("estimated_samples", samples)
                .put("cause", cause)
                .put("from_cursor", place(streamId, from))
                .put("to_cursor", place(streamId, to));
        return encode(AcpMessage.now(AcpMessage.STREAM_GAP, payload).toJson());
    }
}
