package dev.sinal.contracts;

import org.jspecify.annotations.Nullable;

/** @param openedAt UTC ns @param closedAt UTC ns; null while open @param stream as announced in this epoch */
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
        StreamDescriptor stream) {}
