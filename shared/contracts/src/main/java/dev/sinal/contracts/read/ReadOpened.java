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
 * @param commitsBefore order of commit: rows of this transaction (unsigned) and later ones are left out, others may yet come before them; null = none
 * @param sliced chunks have only the columns of the query ({@link ReadQuery#columnsOf}), in their order; null = all
 */
public record ReadOpened(
        @Nullable String cursor,
        String address,
        List<EpochDescriptor> streams,
        List<GapRecord> gaps,
        List<EpochClip> clips,
        @Nullable Long commitsBefore,
        @Nullable Boolean sliced) {
    public ReadOpened {
        streams = List.copyOf(streams);
        gaps = List.copyOf(gaps);
        clips = clips == null ? List.of() : List.copyOf(clips);
    }

    /** Of whole chunks. */
    public ReadOpened(
            @Nullable String cursor,
            String address,
            List<EpochDescriptor> streams,
            List<GapRecord> gaps,
            List<EpochClip> clips) {
        this(cursor, address, streams, gaps, clips, null, null);
    }

    /** Of streams without overlaps. */
    public ReadOpened(@Nullable String cursor, String address, List<EpochDescriptor> streams, List<GapRecord> gaps) {
        this(cursor, address, streams, gaps, List.of());
    }

    public boolean reduced() {
        return Boolean.TRUE.equals(sliced);
    }

    /** Channels may change from epoch to epoch: this one holds from {@code fromEpoch} on, until the next of the same stream. */
    public record EpochDescriptor(long fromEpoch, StreamDescriptor stream) {}
}
