package dev.sinal.contracts.read;

import dev.sinal.contracts.GapRecord;
import dev.sinal.contracts.StreamDescriptor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answer to an open: head of an envelope whose body is the first {@link ReadFrame}.
 *
 * @param cursor null when the first frame was the last
 * @param address where next and close go: {@code {"op": "next"|"close", "cursor"}}
 * @param streams every (stream, epoch) descriptor that differs: the newest per stream first; see {@code epochs}
 * @param gaps of the range
 * @param clips rows that a reader leaves out, see {@link EpochClips}; none where no epochs overlap
 */
public record ReadOpened(
        @Nullable String cursor,
        String address,
        List<EpochDescriptor> streams,
        List<GapRecord> gaps,
        List<EpochClip> clips) {
    public ReadOpened {
        streams = List.copyOf(streams);
        gaps = List.copyOf(gaps);
        clips = clips == null ? List.of() : List.copyOf(clips);
    }

    /** Of streams without overlaps. */
    public ReadOpened(@Nullable String cursor, String address, List<EpochDescriptor> streams, List<GapRecord> gaps) {
        this(cursor, address, streams, gaps, List.of());
    }

    /** Channels may change from epoch to epoch: this one holds from {@code fromEpoch} on, until the next of the same stream. */
    public record EpochDescriptor(long fromEpoch, StreamDescriptor stream) {}
}
