package dev.sinal.contracts.read;

import java.util.Comparator;

/** The place of a row in the order that holds everywhere. @param timestamp UTC ns @param stream id */
public record RowKey(long timestamp, String stream, long epoch, long seq) implements Comparable<RowKey> {
    private static final Comparator<RowKey> ORDER = Comparator.comparingLong(RowKey::timestamp)
            .thenComparing(RowKey::stream)
            .thenComparingLong(RowKey::epoch)
            .thenComparingLong(RowKey::seq);

    @Override
    public int compareTo(RowKey other) {
        return ORDER.compare(this, other);
    }
}
