package dev.sinal.contracts;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** @param openedAt UTC ns @param closedAt UTC ns; null while open @param stream as announced in this epoch @param overlaps stretches that readers show of another epoch */
public record EpochRecord(
        long epoch,
        String node,
        long fence,
        long committedSeq,
        long openedAt,
        @Nullable Long closedAt,
        @Nullable String closeReason,
        @Nullable Long firstTimestamp,
        @Nullable Long lastTimestamp,
        @Nullable String timeBasis,
        StreamDescriptor stream,
        List<Overlap> overlaps) {
    public EpochRecord {
        overlaps = overlaps == null ? List.of() : List.copyOf(overlaps);
    }

    /** Without overlaps. */
    public EpochRecord(
            long epoch,
            String node,
            long fence,
            long committedSeq,
            long openedAt,
            @Nullable Long closedAt,
            @Nullable String closeReason,
            @Nullable Long firstTimestamp,
            @Nullable Long lastTimestamp,
            @Nullable String timeBasis,
            StreamDescriptor stream) {
        this(
                epoch,
                node,
                fence,
                committedSeq,
                openedAt,
                closedAt,
                closeReason,
                firstTimestamp,
                lastTimestamp,
                timeBasis,
                stream,
                List.of());
    }

    /** Samples of this epoch that are stored but left out. @param shownBy the epoch that is shown instead @param from UTC ns @param to UTC ns, inclusive */
    public record Overlap(long shownBy, long from, long to) {}
}
