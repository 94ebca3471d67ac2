package dev.sinal.contracts;

import org.jspecify.annotations.Nullable;

/** A stored stream. @param firstSeen UTC ns @param lastSeen UTC ns of the last committed sample @param effectiveRate Hz over the last epoch */
public record StreamRecord(
        StreamDescriptor descriptor,
        @Nullable Long firstSeen,
        @Nullable Long lastSeen,
        @Nullable Double effectiveRate,
        long epochs,
        long samples) {}
