package dev.sinal.gateway.live;

import dev.sinal.chunk.ChunkDecoder;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.read.ColumnChoice;
import dev.sinal.contracts.read.EpochClips;
import dev.sinal.contracts.read.ReadCursor;
import dev.sinal.contracts.read.ReadFrame;
import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.contracts.read.RowMerger;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Brings one viewer from a place in the past to the live frames, stream by stream, without a hole and without a repeat: from the window where it reaches back
 * far enough, else from history until it does. What was accepted but is not committed yet is waited for; when it does not come in time, the viewer is told of
 * the hole. Reads no faster than the viewer takes.
 */
final class CatchUp {
    private static final long RETRY_MS = 200;
    private static final int VALUES_PER_MESSAGE = 8_192;

    private final Viewer viewer;
    private final AgentFeed feed;
    private final Map<String, StreamPosition> places;
    private final Set<String> behind = new HashSet<>();
    /** Behind, with nothing to read before the first live frame comes. */
    private final Set<String> waiting = new HashSet<>();

    /** Layouts of older epochs, each with one index for all its chunks. */
    private final Map<StreamDescriptor, LiveStream> known = new HashMap<>();

    private final ArrayDeque<LiveFrame> unsent = new ArrayDeque<>();
    private @Nullable String current;
    private @Nullable ReadCursor cursor;
    private @Nullable RowMerger layouts;
    private EpochClips clips = EpochClips.NONE;
    private boolean progress;
    private long progressAt;
    private boolean cancelled;

    CatchUp(Viewer viewer, LiveCursor from) {
        this.viewer = viewer;
        this.feed = viewer.group().feed();
        this.places = viewer.places();
        StreamPosition time = from.streams().get("");
        if (time != null) {
            feed.seenBy(viewer.group()).forEach(stream -> take(stream.id(), time));
        } else {
            from.streams().forEach((id, place) -> {
                AgentFeed.StreamFeed live = feed.stream(id);
                if (live == null || viewer.group().columns(live.stream()) != null) {
                    take(id, place);
                }
            });
        }
    }

    private void take(String streamId, StreamPosition place) {
        places.put(streamId, place);
        behind.add(streamId);
    }

    void start() {
        next();
    }

    void cancel() {
        cancelled = true;
        release();
    }

    /** A live frame while the viewer is behind: of a stream that is not, it goes out at once. */
    void live(LiveFrame frame) {
        String id = frame.stream().id();
        if (!behind.contains(id)) {
            send(frame);
        } else if (waiting.remove(id) && current == null) {
            next();
        }
    }

    private void send(LiveFrame frame) {
        places.put(frame.stream().id(), frame.end());
        viewer.send(frame, places);
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
        if (behind.isEmpty()) {
            viewer.caughtUp();
        }
    }

    private void advance(String id) {
        if (cancelled) {
            return;
        }
        AgentFeed.StreamFeed stream = feed.stream(id);
        if (stream != null && covered(stream, place(id))) {
            replay(stream, id);
        } else {
            open(id);
        }
    }

    private StreamPosition place(String id) {
        StreamPosition place = places.get(id);
        if (place == null) {
            throw new IllegalStateException("no place in stream " + id);
        }
        return place;
    }

    private static boolean covered(AgentFeed.StreamFeed stream, StreamPosition place) {
        StreamPosition end = stream.end();
        if (end == null) {
            return false;
        }
        return (place.epoch() != StreamPosition.BY_TIME && place.notBehind(end))
                || stream.frames().stream().anyMatch(frame -> place.reaches(frame.block()));
    }

    private void replay(AgentFeed.StreamFeed stream, String id) {
        for (LiveFrame frame : List.copyOf(stream.frames())) {
            int first = place(id).firstUnseen(frame.block());
            if (first < frame.block().size()) {
                send(frame.from(first));
                if (!viewer.outbox().idle()) {
                    viewer.outbox().whenIdle(() -> advance(id));
                    return;
                }
            }
        }
        behind.remove(id);
        next();
    }

    private void open(String id) {
        progress = false;
        ReadQuery query = ReadQuery.range(
                feed.agentId(), List.of(id), Math.max(0, place(id).timestamp()), null, null);
        feed.hub().history().open(query).onComplete(opened -> {
            if (opened.failed()) {
                lagging(id, "history_unavailable");
                return;
            }
            ReadCursor reading = opened.result();
            if (cancelled) {
                reading.close();
                return;
            }
            cursor = reading;
            layouts = new RowMerger(reading.opened().streams(), null, null, null, ColumnChoice.ALL);
            clips = new EpochClips(reading.opened().clips());
            pull(id);
        });
    }

    private void pull(String id) {
        ReadCursor reading = cursor;
        if (cancelled || reading == null) {
            return;
        }
        reading.next()
                .map(entries -> {
                    entries.forEach(this::decode);
                    return entries.isEmpty();
                })
                .onComplete(read -> {
                    if (cancelled) {
                        return;
                    }
                    if (read.failed()) {
                        release();
                        lagging(id, "history_unavailable");
                    } else if (read.result()) {
                        release();
                        exhausted(id);
                    } else {
                        drain(id);
                    }
                });
    }

    private void decode(ReadFrame.Entry entry) {
        RowMerger described = layouts;
        if (described == null) {
            return;
        }
        SampleBlock block = ChunkDecoder.decode(entry.chunk());
        LiveStream stream = known.computeIfAbsent(described.stream(block.streamId(), block.epoch()), feed::layout);
        int rows = Math.max(1, VALUES_PER_MESSAGE / Math.max(1, block.columns().size()));
        for (SampleBlock part : clips.visible(block)) {
            for (int from = 0; from < part.size(); from += rows) {
                unsent.add(new LiveFrame(stream, part.slice(from, Math.min(part.size(), from + rows)), 0, 0));
            }
        }
    }

    private void drain(String id) {
        if (cancelled) {
            return;
        }
        while (!unsent.isEmpty()) {
            LiveFrame frame = unsent.remove();
            int first = place(id).firstUnseen(frame.block());
            if (first < frame.block().size()) {
                progress = true;
                send(frame.from(first));
                if (!viewer.outbox().idle()) {
                    viewer.outbox().whenIdle(() -> drain(id));
                    return;
                }
            }
        }
        pull(id);
    }

    /** Everything committed was read. */
    private void exhausted(String id) {
        AgentFeed.StreamFeed stream = feed.stream(id);
        if (progress) {
            progressAt = System.nanoTime();
            advance(id);
        } else if (place(id).epoch() == StreamPosition.BY_TIME) {
            exactPlace(id);
        } else if (stream == null || stream.end() == null) {
            waiting.add(id);
            next();
        } else {
            lagging(id, "not_committed_in_time");
        }
    }

    /** Nothing is stored since the time that was asked for: the last stored row tells where to go on. */
    private void exactPlace(String id) {
        long time = place(id).timestamp();
        feed.hub()
                .history()
                .open(ReadQuery.recent(feed.agentId(), List.of(id), 1))
                .compose(reading -> all(reading, new ArrayList<>()))
                .map(entries -> lastBefore(time, entries))
                .onComplete(read -> {
                    if (cancelled) {
                        return;
                    }
                    if (read.failed()) {
                        lagging(id, "history_unavailable");
                        return;
                    }
                    places.put(id, read.result());
                    advance(id);
                });
    }

    private static StreamPosition lastBefore(long time, List<ReadFrame.Entry> entries) {
        StreamPosition last = new StreamPosition(StreamPosition.NOTHING_STORED, 0, time);
        for (ReadFrame.Entry entry : entries) {
            SampleBlock block = ChunkDecoder.decode(entry.chunk());
            int before = StreamPosition.at(time).firstUnseen(block);
            if (before > 0) {
                StreamPosition here = new StreamPosition(
                        block.epoch(), block.firstSeq() + before - 1, block.timestamps()[before - 1]);
                last = here.notBehind(last) ? here : last;
            }
        }
        return last;
    }

    private static Future<List<ReadFrame.Entry>> all(ReadCursor reading, List<ReadFrame.Entry> read) {
        return reading.next().compose(entries -> {
            read.addAll(entries);
            return entries.isEmpty() ? Future.succeededFuture(read) : all(reading, read);
        });
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
        LiveFrame oldest =
                stream == null ? null : stream.frames().stream().findFirst().orElse(null);
        if (stream == null || oldest == null) {
            waiting.add(id);
            next();
            return;
        }
        SampleBlock block = oldest.block();
        StreamPosition from = place(id);
        StreamPosition to = new StreamPosition(block.epoch(), block.firstSeq() - 1, block.timestamps()[0]);
        Long samples = from.epoch() == to.epoch() ? to.seq() - from.seq() : null;
        viewer.outbox()
                .offer(viewer.group().hole(id, stream.stream().descriptor().name(), cause, from, to, samples));
        places.put(id, to);
        replay(stream, id);
    }

    private void release() {
        ReadCursor reading = cursor;
        cursor = null;
        layouts = null;
        unsent.clear();
        if (reading != null) {
            reading.close();
        }
    }
}
