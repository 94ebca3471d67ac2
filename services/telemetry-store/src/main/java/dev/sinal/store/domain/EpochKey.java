package dev.sinal.store.domain;

import java.util.Comparator;

/** One epoch of one stream. */
public record EpochKey(String streamId, long epoch) implements Comparable<EpochKey> {
    private static final Comparator<EpochKey> ORDER =
            Comparator.comparing(EpochKey::streamId).thenComparingLong(EpochKey::epoch);

    @Override
    public int compareTo(EpochKey other) {
        return ORDER.compare(this, other);
    }
}
