package dev.sinal.store.domain;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows of one layer of an epoch that one transaction works off, in order of seq.
 *
 * @param gone ids of rows that go without a look: all of their samples go, or they are hidden by packed twins
 * @param look rows that have to be decoded
 * @param tally of those that go without a look and are not hidden
 * @param upTo first seq of the last row: the next batch begins behind it
 * @param last nothing follows
 */
public record DeletionBatch(List<Long> gone, List<Meta> look, DeletedTally tally, long upTo, boolean last) {
    /** Rows of one query. */
    public static final int ROWS = 512;

    private static final long BYTES = 32 << 20;
    private static final int LOOKS = 16;

    public DeletionBatch {
        gone = List.copyOf(gone);
        look = List.copyOf(look);
    }

    /**
     * A row.
     *
     * @param ts smallest stamp, UTC ns
     * @param te largest stamp, UTC ns
     * @param bytes of its chunk
     * @param hidden a hot row that has been packed
     */
    public record Meta(long id, long firstSeq, int n, long ts, long te, long bytes, boolean hidden) {
        long lastSeq() {
            return firstSeq + n - 1;
        }
    }

    /**
     * As many rows as one transaction takes, at least one if there are any.
     *
     * @param rows that touch the range, in order of seq, at most {@link #ROWS}
     * @param clipped whether some samples of the epoch are left out by readers, so that rows have to be looked into
     */
    public static DeletionBatch of(List<Meta> rows, DataCut.Range range, boolean clipped) {
        List<Long> gone = new ArrayList<>();
        List<Meta> look = new ArrayList<>();
        DeletedTally tally = DeletedTally.NOTHING;
        long bytes = 0;
        long upTo = 0;
        for (Meta row : rows) {
            boolean all = range.takesAll(row.ts(), row.te(), row.lastSeq());
            boolean plain = row.hidden() || all && !clipped;
            if (upTo > 0 && (bytes + row.bytes() > BYTES || !plain && look.size() == LOOKS)) {
                return new DeletionBatch(gone, look, tally, upTo, false);
            }
            bytes += row.bytes();
            upTo = row.firstSeq();
            if (!plain) {
                look.add(row);
            } else {
                gone.add(row.id());
                if (!row.hidden()) {
                    tally = tally.plus(DeletedTally.row(row.n(), row.bytes(), row.ts(), row.te()));
                }
            }
        }
        return new DeletionBatch(gone, look, tally, upTo, rows.size() < ROWS);
    }
}
