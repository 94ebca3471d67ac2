package dev.sinal.store.domain;

import org.jspecify.annotations.Nullable;

/**
 * What was removed, or would be.
 *
 * @param superseded of the samples, copies that readers leave out
 * @param chunks rows that are gone or were cut
 * @param bytes of their chunks, without those of the pieces that are left
 * @param firstTs smallest stamp, UTC ns; null when nothing was
 * @param lastTs largest stamp, UTC ns
 */
public record DeletedTally(
        long samples,
        long superseded,
        long chunks,
        long bytes,
        @Nullable Long firstTs,
        @Nullable Long lastTs) {
    public static final DeletedTally NOTHING = new DeletedTally(0, 0, 0, 0, null, null);

    public DeletedTally plus(DeletedTally other) {
        return new DeletedTally(
                samples + other.samples,
                superseded + other.superseded,
                chunks + other.chunks,
                bytes + other.bytes,
                firstTs == null || other.firstTs != null && other.firstTs < firstTs ? other.firstTs : firstTs,
                lastTs == null || other.lastTs != null && other.lastTs > lastTs ? other.lastTs : lastTs);
    }

    /** Of a whole row. */
    static DeletedTally row(int n, long bytes, long ts, long te) {
        return new DeletedTally(n, 0, 1, bytes, ts, te);
    }

    /** Of a row that was looked into. */
    public static DeletedTally cut(DataCut cut, long bytes) {
        if (cut.removed() == 0) {
            return NOTHING;
        }
        long left = cut.pieces().stream()
                .mapToLong(piece -> piece.row().chunk().length)
                .sum();
        return new DeletedTally(cut.removed(), cut.superseded(), 1, bytes - left, cut.firstTs(), cut.lastTs());
    }
}
