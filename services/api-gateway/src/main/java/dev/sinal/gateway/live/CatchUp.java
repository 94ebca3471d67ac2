package dev.sinal.gateway.live;

import dev.sinal.chunk.SampleBlock;
import dev.sinal.gateway.telemetry.LiveCursor;
import dev.sinal.gateway.telemetry.StreamPosition;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Brings one viewer from a place in the past to the live frames, stream by stream, without a hole and without a repeat: from the window where it reaches back
 * far enough, else from history until it does. What was accepted but is not committed yet is waited for; when it does not come in time, the viewer is told of
 * the hole. Reads no faster than the viewer takes. While only streams are left that say nothing, it rests, and the viewer shares the others' messages.
 */
final class CatchUp {
    private static final long RETRY_MS = 200;
    private static final int RECHECK_SPREAD_MS = 2_000;

    private final Viewer viewer;
    private final AgentFeed feed;
    private final LiveCursor from;
    /** What cursors say of streams that they do not name. */
    private final LiveCursor others;

    private final Map<String, StreamPosition> places;
    private final Set<String> behind = new HashSet<>();
    /** Behind, with nothing to read before the first live frame comes. */
    private final Set<String> waiting = new HashSet<>();

    private final GapNotices gaps;
    private final HistoryTail history;
    private @Nullable String current;
    private boolean active = true;
    private boolean rechecked;
    private long progressAt;
    private boolean cancelled;

    CatchUp(Viewer viewer, LiveCursor from) {
        this.viewer = viewer;
        this.feed = viewer.group().feed();
        this.from = from;
        this.others = from.since() == LiveCursor.NOW ? new LiveCursor(from.agentId(), Map.of(), feed.since()) : from;
        this.places = viewer.places();
        this.gaps = new GapNotices(viewer);
        this.history = new HistoryTail(feed);
        from.streams().keySet().forEach(this::take);
        feed.seenBy(viewer.group()).forEach(stream -> take(stream.id()));
    }

    private void take(String streamId) {
        StreamPosition place = from.place(streamId);
        AgentFeed.StreamFeed live = feed.stream(streamId);
        if (place != null && (live == null || viewer.group().columns(live.stream()) != null)) {
            places.put(streamId, place);
            behind.add(streamId);
        }
    }

    void start() {
        next();
    }

    void cancel() {
        cancelled = true;
        history.release();
    }

    /** Whether the viewer's messages are its own for now. */
    boolean active() {
        return active;
    }

    /** Whether this frame has to come through here. */
    boolean concerns(String streamId) {
        return active || behind.contains(streamId) || unheardOf(streamId);
    }

    /** A stream that appeared since: its first frames may have been sent before anybody listened. */
    private boolean unheardOf(String streamId) {
        return from.since() != LiveCursor.NOW && !places.containsKey(streamId);
    }

    /** A live frame that {@link #concerns} the catching up: of a stream that is not behind, it goes out at once. */
    void live(LiveFrame frame) {
        wake();
        String id = frame.stream().id();
        if (unheardOf(id)) {
            take(id);
            if (current == null) {
                next();
            }
        } else if (!behind.contains(id)) {
            send(frame);
        } else if (waiting.remove(id) && current == null) {
            next();
        }
    }

    /** History has more of a quiet stream than this viewer may have seen. */
    void stored(String streamId) {
        if (!cancelled && waiting.contains(streamId)) {
            wake();
            waiting.remove(streamId);
            if (current == null) {
                next();
            }
        }
    }

    /** While it rested the viewer got what everybody got. */
    private void wake() {
        if (!active) {
            active = true;
            feed.places(viewer.group().selection()).forEach((id, end) -> {
                if (!behind.contains(id)) {
                    places.put(id, end);
                }
            });
        }
    }

    void toldGap(JsonObject payload) {
        gaps.told(payload);
    }

    private void send(LiveFrame frame) {
        gaps.before(frame);
        places.put(frame.stream().id(), frame.end());
        viewer.send(frame, others.at(places));
    }

    private void next() {
        if (cancelled) {
            return;
        }
        current = null;
        for (String id : behind) {
            if (!waiting.contains(id)) {
                current = id;
                progressAt = System.nanoTime();
                advance(id);
                return;
            }
        }
        active = false;
        if (!behind.isEmpty() && !rechecked) {
            rechecked = true;
            // What was sent before anybody listened may still be on its way into the database.
            long later = feed.hub().limits().catchUpWait().toMillis()
                    + ThreadLocalRandom.current().nextInt(RECHECK_SPREAD_MS);
            feed.hub()
                    .context()
                    .vertx()
                    .setTimer(later, timer -> Set.copyOf(waiting).forEach(this::stored));
        }
    }

    private void advance(String id) {
        if (cancelled) {
            return;
        }
        AgentFeed.StreamFeed stream = feed.stream(id);
        if (stream != null && aheadOf(stream.end(), place(id))) {
            // Stored before it was heard: the live frames of what was read from history are still to come.
            waiting.add(id);
            next();
        } else if (stream != null && covered(stream, place(id))) {
            gaps.add(id, feed.recentGaps(id), place(id).timestamp());
            replay(stream, id);
        } else {
            history.open(id, place(id), opened -> {
                if (cancelled) {
                    history.release();
                } else if (opened == null) {
                    lagging(id, "history_unavailable");
                } else {
                    gaps.addStored(id, opened, place(id).timestamp());
                    drain(id, false);
                }
            });
        }
    }

    private StreamPosition place(String id) {
        StreamPosition place = places.get(id);
        if (place == null) {
            throw new IllegalStateException("no place in stream " + id);
        }
        return place;
    }

    private static boolean aheadOf(@Nullable StreamPosition end, StreamPosition place) {
        return end != null && place.epoch() != StreamPosition.BY_TIME && place.notBehind(end) && !end.notBehind(place);
    }

    private static boolean covered(AgentFeed.StreamFeed stream, StreamPosition place) {
        StreamPosition end = stream.end();
        if (end == null) {
            return false;
        }
        if (place.epoch() != StreamPosition.BY_TIME && place.notBehind(end)) {
            return true;
        }
        LiveFrame next = firstUnseen(stream, place);
        return next != null && (place.reaches(next.block()) || follows(stream, place, next));
    }

    /** A new epoch follows the old one in the window: nothing lies between them if the place is the end of the old one. */
    private static boolean follows(AgentFeed.StreamFeed stream, StreamPosition place, LiveFrame next) {
        LiveFrame before = null;
        for (LiveFrame frame : stream.frames()) {
            if (frame == next) {
                break;
            }
            before = frame;
        }
        return before != null
                && next.block().firstSeq() == 1
                && before.end().epoch() == place.epoch()
                && before.end().seq() == place.seq();
    }

    private static @Nullable LiveFrame firstUnseen(AgentFeed.StreamFeed stream, StreamPosition place) {
        for (LiveFrame frame : stream.frames()) {
            if (place.firstUnseen(frame.block()) < frame.block().size()) {
                return frame;
            }
        }
        return null;
    }

    private void replay(AgentFeed.StreamFeed stream, String id) {
        for (LiveFrame frame : List.copyOf(stream.frames())) {
            int first = place(id).firstUnseen(frame.block());
            if (first >= frame.block().size()) {
                continue;
            }
            if (!place(id).reaches(frame.block()) && !follows(stream, place(id), frame)) {
                // The window itself has a hole here.
                advance(id);
                return;
            }
            send(frame.from(first));
            if (!viewer.outbox().idle()) {
                viewer.outbox().whenIdle(() -> advance(id));
                return;
            }
        }
        gaps.rest(id);
        behind.remove(id);
        next();
    }

    /** Sends what was read, then reads on. */
    private void drain(String id, boolean progress) {
        if (cancelled) {
            return;
        }
        boolean more = progress;
        LiveFrame frame = history.poll();
        while (frame != null) {
            int first = place(id).firstUnseen(frame.block());
            if (first < frame.block().size()) {
                more = true;
                send(frame.follows(place(id)).from(first));
                if (!viewer.outbox().idle()) {
                    viewer.outbox().whenIdle(() -> drain(id, true));
                    return;
                }
            }
            frame = history.poll();
        }
        boolean any = more;
        history.pull(read -> {
            if (cancelled) {
                return;
            }
            switch (read) {
                case FAILED -> lagging(id, "history_unavailable");
                case END -> exhausted(id, any);
                case MORE -> drain(id, any);
            }
        });
    }

    /** Everything committed was read. */
    private void exhausted(String id, boolean progress) {
        AgentFeed.StreamFeed stream = feed.stream(id);
        if (progress) {
            progressAt = System.nanoTime();
            advance(id);
        } else if (place(id).epoch() == StreamPosition.BY_TIME) {
            history.lastBefore(id, place(id).timestamp(), last -> {
                if (cancelled) {
                    return;
                }
                if (last == null) {
                    lagging(id, "history_unavailable");
                    return;
                }
                places.put(id, last);
                advance(id);
            });
        } else if (stream == null || stream.end() == null) {
            rest(id);
        } else {
            lagging(id, "not_committed_in_time");
        }
    }

    /** Nothing more is stored and nothing was sent: the stream is quiet. */
    private void rest(String id) {
        gaps.rest(id);
        waiting.add(id);
        feed.standsAt(id, place(id));
        next();
    }

    private void lagging(String id, String cause) {
        if (cancelled) {
            return;
        }
        long waited = System.nanoTime() - progressAt;
        if (waited < feed.hub().limits().catchUpWait().toNanos()) {
            feed.hub().context().vertx().setTimer(RETRY_MS, timer -> advance(id));
            return;
        }
        AgentFeed.StreamFeed stream = feed.stream(id);
        LiveFrame oldest = stream == null ? null : firstUnseen(stream, place(id));
        if (stream == null || oldest == null) {
            waiting.add(id);
            next();
            return;
        }
        SampleBlock block = oldest.block();
        StreamPosition here = place(id);
        StreamPosition to = new StreamPosition(block.epoch(), block.firstSeq() - 1, block.timestamps()[0]);
        Long samples = here.epoch() == to.epoch() ? to.seq() - here.seq() : null;
        viewer.outbox()
                .offer(viewer.group().hole(id, stream.stream().descriptor().name(), cause, here, to, samples));
        places.put(id, to);
        replay(stream, id);
    }
}
