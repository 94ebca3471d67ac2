package dev.sinal.gateway.live;

import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.UtcNanos;
import dev.sinal.contracts.acp.AcpMessage;
import dev.sinal.gateway.telemetry.LiveCursor;
import dev.sinal.gateway.telemetry.StreamPosition;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The live frames of one agent: consumed once, kept for a short while, given to the groups that watch. Follows the newest epoch of each stream; frames that
 * repeat are left out, and a hole in the numbers is told. Confined to one event loop.
 */
final class AgentFeed {
    private static final Logger LOG = LoggerFactory.getLogger(AgentFeed.class);
    private static final int MAX_STREAMS = 1_024;
    private static final int MAX_GAPS = 256;

    private final String agentId;
    private final LiveHub hub;
    private final FrameDecoder decoder = new FrameDecoder();
    private final Map<String, StreamFeed> streams = new HashMap<>();
    private final Map<Selection, ViewGroup> groups = new LinkedHashMap<>();
    private final Map<ViewGroup, Long> ticks = new HashMap<>();
    private final ArrayDeque<LiveFrame> window = new ArrayDeque<>();
    private final ArrayDeque<Noted> gaps = new ArrayDeque<>();
    private final long since = UtcNanos.now();
    private final MessageConsumer<Buffer> consumer;
    private int windowBytes;

    /** A gap that was told lately. @param at monotonic, ns */
    private record Noted(JsonObject payload, long at) {}

    /** One stream of the agent, as far as it was seen here. */
    static final class StreamFeed {
        private LiveStream stream;
        private @Nullable StreamPosition end;
        private @Nullable StreamPosition floor;
        private final ArrayDeque<LiveFrame> frames = new ArrayDeque<>();

        StreamFeed(LiveStream stream) {
            this.stream = stream;
        }

        LiveStream stream() {
            return stream;
        }

        /** After the newest frame; null before the first. */
        @Nullable
        StreamPosition end() {
            return end;
        }

        /** In the window, oldest first. */
        Collection<LiveFrame> frames() {
            return frames;
        }
    }

    AgentFeed(String agentId, LiveHub hub) {
        this.agentId = agentId;
        this.hub = hub;
        this.consumer = hub.context()
                .vertx()
                .eventBus()
                .<Buffer>consumer(Addresses.live(agentId))
                .handler(message -> receive(message.body()));
    }

    String agentId() {
        return agentId;
    }

    LiveHub hub() {
        return hub;
    }

    Future<Void> listening() {
        return consumer.completion();
    }

    boolean watched() {
        return !groups.isEmpty();
    }

    @Nullable
    StreamFeed stream(String streamId) {
        return streams.get(streamId);
    }

    /** Makes a stream known before its first frame. */
    LiveStream describe(StreamDescriptor descriptor) {
        StreamFeed known = streams.get(descriptor.id());
        if (known == null && streams.size() < MAX_STREAMS) {
            known = new StreamFeed(new LiveStream(hub.nextStream(), descriptor));
            streams.put(descriptor.id(), known);
        }
        return known == null ? new LiveStream(hub.nextStream(), descriptor) : known.stream;
    }

    /** The layout that a descriptor of an older epoch has; the present one when it is the same. */
    LiveStream layout(StreamDescriptor descriptor) {
        StreamFeed known = streams.get(descriptor.id());
        return known != null && known.stream.descriptor().equals(descriptor)
                ? known.stream
                : new LiveStream(hub.nextStream(), descriptor);
    }

    /** Streams that a selection sees. */
    List<LiveStream> seenBy(ViewGroup group) {
        List<LiveStream> seen = new ArrayList<>();
        for (StreamFeed feed : streams.values()) {
            if (group.columns(feed.stream) != null) {
                seen.add(feed.stream);
            }
        }
        return seen;
    }

    Viewer join(Selection selection, Outbox outbox) {
        ViewGroup group = groups.get(selection);
        if (group == null) {
            group = new ViewGroup(hub.nextSubscription(), selection, this, hub.metrics());
            groups.put(selection, group);
            if (selection.mode() == Selection.Mode.LATEST) {
                long everyMs = Math.max(1, Math.round(1_000 / selection.maxHz()));
                ViewGroup ticking = group;
                ticks.put(group, hub.context().vertx().setPeriodic(everyMs, timer -> ticking.tick()));
            }
        }
        Viewer viewer = new Viewer(group, outbox);
        group.viewers().add(viewer);
        hub.watched(this);
        return viewer;
    }

    void leave(Viewer viewer) {
        ViewGroup group = viewer.group();
        group.viewers().remove(viewer);
        if (group.viewers().isEmpty() && groups.remove(group.selection(), group)) {
            Long timer = ticks.remove(group);
            if (timer != null) {
                hub.context().vertx().cancelTimer(timer);
            }
        }
        if (!watched()) {
            hub.unwatched(this);
        }
    }

    Map<String, StreamPosition> places(Selection selection) {
        Map<String, StreamPosition> places = new LinkedHashMap<>();
        for (StreamFeed feed : streams.values()) {
            StreamPosition end = feed.end == null ? feed.floor : feed.end;
            if (end != null
                    && places.size() < LiveCursor.MAX_STREAMS
                    && selection.wants(
                            feed.stream.id(), feed.stream.descriptor().name())) {
                places.put(feed.stream.id(), end);
            }
        }
        return places;
    }

    String cursor(Selection selection) {
        return new LiveCursor(agentId, places(selection), since).encode();
    }

    /** Of streams that no cursor of this feed names nothing was sent before this time, UTC ns. */
    long since() {
        return since;
    }

    /** A quiet stream is stored up to here. Viewers who wait for it and may have seen less read on. */
    void standsAt(String streamId, StreamPosition place) {
        StreamFeed feed = streams.get(streamId);
        if (feed == null || feed.end != null) {
            return;
        }
        StreamPosition floor = feed.floor;
        if (floor == null) {
            feed.floor = place;
        } else if (!floor.notBehind(place)) {
            feed.floor = place;
            for (ViewGroup group : List.copyOf(groups.values())) {
                List.copyOf(group.viewers()).forEach(viewer -> viewer.stored(streamId));
            }
        }
    }

    /** Payloads of the stream's gaps that were told while the window lasts. */
    List<JsonObject> recentGaps(String streamId) {
        long oldest = System.nanoTime() - hub.limits().windowAge().toNanos();
        gaps.removeIf(gap -> gap.at() < oldest);
        return gaps.stream()
                .map(Noted::payload)
                .filter(payload -> streamId.equals(payload.getString("stream_id")))
                .toList();
    }

    private void receive(Buffer message) {
        FrameDecoder.Decoded decoded;
        try {
            decoded = decoder.decode(message);
        } catch (RuntimeException e) {
            hub.metrics().badFrame();
            LOG.warn("live frame refused agent={} reason={}", agentId, e.toString());
            return;
        }
        StreamDescriptor descriptor = decoded.meta().stream();
        describe(descriptor);
        StreamFeed feed = streams.get(descriptor.id());
        if (feed == null || !descriptor.agentId().equals(agentId)) {
            hub.metrics().badFrame();
            return;
        }
        StreamPosition end = feed.end;
        int first = end == null ? 0 : end.firstUnseen(decoded.block());
        if (first >= decoded.block().size()) {
            hub.metrics().staleFrame();
            return;
        }
        if (!feed.stream.descriptor().equals(descriptor)) {
            groups.values().forEach(group -> group.forgetLayout(feed.stream.index()));
            feed.stream = new LiveStream(hub.nextStream(), descriptor);
        }
        LiveFrame frame = new LiveFrame(feed.stream, decoded.block(), decoded.bytes(), System.nanoTime());
        frame = (end == null ? frame : frame.follows(end)).from(first);
        if (end != null && end.epoch() == frame.block().epoch() && frame.block().firstSeq() > end.seq() + 1) {
            tellHole(feed, end, frame);
        }
        take(feed, frame);
    }

    private void take(StreamFeed feed, LiveFrame frame) {
        hub.metrics().frame();
        feed.end = frame.end();
        feed.frames.add(frame);
        window.add(frame);
        hold(frame.bytes());
        trim();
        for (ViewGroup group : List.copyOf(groups.values())) {
            group.frame(frame);
        }
    }

    /** The bus lost frames; they are in history. */
    private void tellHole(StreamFeed feed, StreamPosition end, LiveFrame next) {
        hub.metrics().hole();
        StreamPosition to = new StreamPosition(
                next.block().epoch(), next.block().firstSeq() - 1, next.block().timestamps()[0]);
        for (ViewGroup group : List.copyOf(groups.values())) {
            if (group.columns(feed.stream) == null || group.selection().mode() == Selection.Mode.LATEST) {
                continue;
            }
            LiveMessage notice = group.hole(
                    feed.stream.id(), feed.stream.descriptor().name(), "live_lane", end, to, to.seq() - end.seq());
            for (Viewer viewer : List.copyOf(group.viewers())) {
                if (viewer.shares(feed.stream.id())) {
                    viewer.outbox().offer(notice);
                }
            }
        }
    }

    private void trim() {
        long oldest = System.nanoTime() - hub.limits().windowAge().toNanos();
        int limit = hub.windowLimit();
        LiveFrame head = window.peek();
        while (head != null && (windowBytes > limit || head.receivedAt() < oldest)) {
            window.remove();
            hold(-head.bytes());
            StreamFeed feed = streams.get(head.stream().id());
            if (feed != null) {
                feed.frames.remove();
            }
            head = window.peek();
        }
    }

    private void hold(int more) {
        windowBytes += more;
        hub.metrics().windowBytes().addAndGet(more);
    }

    /** An event about this agent. */
    void event(JsonObject acp) {
        if (AcpMessage.STREAM_GAP.equals(acp.getString("type"))) {
            gaps.add(new Noted(acp.getJsonObject("payload"), System.nanoTime()));
            if (gaps.size() > MAX_GAPS) {
                gaps.remove();
            }
        }
        for (ViewGroup group : List.copyOf(groups.values())) {
            group.event(acp);
        }
    }

    void close() {
        consumer.unregister();
        hold(-windowBytes);
        window.clear();
        ticks.values().forEach(hub.context().vertx()::cancelTimer);
    }
}
