package dev.sinal.contracts.read;

import java.util.Comparator;

/**
 * The place of a row in the order of commit. It stays the same wherever the row is kept.
 *
 * @param tx transaction that stored it, unsigned
 * @param stream id
 */
public record CommitKey(long tx, String stream, long epoch, long seq) implements Comparable<CommitKey> {
    private static final Comparator<CommitKey> ORDER = ((Comparator<CommitKey>)
                    (a, b) -> Long.compareUnsigned(a.tx, b.tx))
            .thenComparing(CommitKey::stream)
            .thenComparingLong(CommitKey::epoch)
            .thenComparingLong(CommitKey::seq);

    @Override
    public int compareTo(CommitKey other) {
        return ORDER.compare(this, other);
    }
}
