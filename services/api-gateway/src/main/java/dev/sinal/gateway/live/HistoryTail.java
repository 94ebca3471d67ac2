package dev.sinal.gateway.live;

import dev.sinal.chunk.ChunkDecoder;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.read.ColumnChoice;
import dev.sinal.contracts.read.EpochClips;
import dev.sinal.contracts.read.ReadCursor;
import dev.sinal.contracts.read.ReadFrame;
import dev.sinal.contracts.read.ReadOpened;
import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.contracts.read.RowMerger;
import dev.sinal.gateway.telemetry.StreamPosition;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What is stored of one stream from a place on, as frames, pulled one part at a time. One read at a time. */
final class HistoryTail {
    private static final int VALUES_PER_MESSAGE = 8_192;

    enum Read {
        MORE,
        END,
        FAILED
    }

    private final AgentFeed feed;
    /** Layouts of older epochs, each with one index for all its chunks. */
    private final Map<StreamDescriptor, LiveStream> known = new HashMap<>();

    private final ArrayDeque<LiveFrame> unsent = new ArrayDeque<>();
    private @Nullable ReadCursor cursor;
    private @Nullable RowMerger layouts;
    private EpochClips clips = EpochClips.NONE;

    HistoryTail(AgentFeed feed) {
        this.feed = feed;
    }

    /** @param opened gets null when history does not answer */
    void open(String id, StreamPosition place, Consumer<@Nullable ReadOpened> opened) {
        release();
        ReadQuery query = ReadQuery.range(feed.agentId(), List.of(id), Math.max(0, place.timestamp()), null, null);
        feed.hub().history().open(query).onComplete(done -> {
            if (done.failed()) {
                opened.accept(null);
                return;
            }
            ReadCursor reading = done.result();
            cursor = reading;
            layouts = new RowMerger(reading.opened().streams(), null, null, null, ColumnChoice.ALL);
            clips = new EpochClips(reading.opened().clips());
            opened.accept(reading.opened());
        });
    }

    /** The next frame of those that were pulled. */
    @Nullable
    LiveFrame poll() {
        return unsent.poll();
    }

    void pull(Consumer<Read> done) {
        ReadCursor reading = cursor;
        if (reading == null) {
            return;
        }
        reading.next()
                .map(entries -> {
                    entries.forEach(this::decode);
                    return entries.isEmpty();
                })
                .onComplete(read -> {
                    if (cursor != reading) {
                        return;
                    }
                    if (read.failed() || read.result()) {
                        release();
                    }
                    done.accept(read.failed() ? Read.FAILED : read.result() ? Read.END : Read.MORE);
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

    /** The place of the last stored sample before a time. @param found gets null when history does not answer */
    void lastBefore(String id, long time, Consumer<@Nullable StreamPosition> found) {
        feed.hub()
                .history()
                .open(ReadQuery.recent(feed.agentId(), List.of(id), 1))
                .compose(reading -> all(reading, new ArrayList<>()))
                .map(entries -> lastBefore(time, entries))
                .onComplete(read -> found.accept(read.succeeded() ? read.result() : null));
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

    /** The few chunks of a recent read. */
    private static Future<List<ReadFrame.Entry>> all(ReadCursor reading, List<ReadFrame.Entry> read) {
        return reading.next().compose(entries -> {
            read.addAll(entries);
            return entries.isEmpty() ? Future.succeededFuture(read) : all(reading, read);
        });
    }

    void release() {
        ReadCursor reading = cursor;
        cursor = null;
        layouts = null;
        unsent.clear();
        if (reading != null) {
            reading.close();
        }
    }
}
