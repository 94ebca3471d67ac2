package dev.sinal.store.sql;

/**
 * The statements of {@link ReadPages}. Each takes the next chunks of every stream from its index and of these as many as a frame may have; the bytes of the others
 * are not fetched. Parameters 1 to 7 are those of {@link #FRAME}, the following ones of the order, the last four of {@link #columns}.
 */
final class PageSql {
    /** $5: chunks looked at in a stream, $6: bytes an entry has beside its chunk, $7: bytes of a frame. */
    private static final String FRAME = """
            SELECT tx::text AS tx, id, ts, stream_id, epoch, first_seq, commits, channels, found,
                   CASE WHEN cut IS NULL THEN chunk ELSE substring(chunk FROM 1 FOR cut) END AS chunk,
                   CASE WHEN cut > 0 THEN ARRAY(SELECT substring(chunk FROM offs[c + 1] + 1 FOR offs[c + 2] - offs[c + 1])
                                                  FROM unnest(channels) WITH ORDINALITY AS u (c, nr)
                                                 WHERE c < cardinality(offs) - 1 ORDER BY u.nr) END AS sections
              FROM (SELECT c.*, row_number() OVER place AS nr, sum($6 + (CASE
                               WHEN cut IS NULL THEN octet_length(chunk)
                               ELSE cut + COALESCE((SELECT sum(offs[c + 2] - offs[c + 1]) FROM unnest(channels) AS u (c)), 0)
                           END)::int) OVER place AS running,
                           count(*) OVER () AS found
                      FROM (SELECT t.*, CASE WHEN cardinality(channels) = 0 THEN 0
                                             WHEN channels IS NOT NULL THEN offs[1] END AS cut
                              FROM unnest($1::text[], $2::bigint[], $3::bigint[]%1$s) AS s (stream_id, scan_from, from_ts%2$s)
                             CROSS JOIN LATERAL (
                                   SELECT t.tx, t.id, t.ts, t.stream_id, t.epoch, t.first_seq, t.chunk, t.offs, %3$s AS commits, %4$s AS channels
                                     FROM telemetry.chunks t
                                    WHERE t.stream_id = s.stream_id AND t.ts >= s.scan_from AND t.ts < $4 AND t.te >= s.from_ts
                                      AND %5$s) t) c
                    WINDOW place AS (ORDER BY %6$s, c.stream_id, c.epoch, c.first_seq)) p
             WHERE nr = 1 OR (nr <= $5 AND running <= $7)
             ORDER BY nr
            """;

    private static final String AFTER_TIME = """
            t.ts >= $8 AND (t.ts, t.stream_id, t.epoch, t.first_seq) > ($8, $9::text, $10, $11)
            ORDER BY t.ts, t.epoch, t.first_seq LIMIT $5""";

    /**
     * $8: transaction of the last chunk, $9 and $10: of each stream the place behind it in that transaction. $11 to $14: the reader's place, before which nothing is
     * wanted.
     */
    private static final String AFTER_COMMIT = """
            t.tx >= $8::text::xid8 AND (t.tx, t.epoch, t.first_seq) > ($8::text::xid8, s.after_epoch, s.after_seq)
            AND (COALESCE(t.tx_last, t.tx), t.stream_id, t.epoch, t.first_seq + t.n - 1) > ($11::text::xid8, $12::text, $13::bigint, $14::bigint)
            AND t.tx < pg_snapshot_xmin(pg_current_snapshot())
            ORDER BY t.tx, t.epoch, t.first_seq LIMIT $5""";

    /** Chunks that begin before the reader's place and hold something behind it; few, as an epoch has one. */
    private static final String STRADDLING = """
            t.level = 1 AND t.tx < $11::text::xid8 AND t.tx_last >= $11::text::xid8
            AND (t.tx, t.stream_id, t.epoch, t.first_seq) > ($8::text::xid8, s.stream_id, s.after_epoch, s.after_seq)
            AND (t.tx_last, t.stream_id, t.epoch, t.first_seq + t.n - 1) > ($11::text::xid8, $12::text, $13::bigint, $14::bigint)""";

    private PageSql() {}

    /** @param sliced whether only some columns are wanted */
    static String byTime(boolean sliced) {
        return FRAME.formatted("", "", "NULL::bytea", columns(sliced, 12), AFTER_TIME, "c.ts");
    }

    static String byCommit(boolean sliced) {
        return commit(sliced, AFTER_COMMIT);
    }

    static String straddling(boolean sliced) {
        return commit(sliced, STRADDLING);
    }

    private static String commit(boolean sliced, String condition) {
        return FRAME.formatted(
                ", $9::bigint[], $10::bigint[]",
                ", after_epoch, after_seq",
                "t.commits",
                columns(sliced, 15),
                condition,
                "c.tx");
    }

    /** Of the epochs of some streams the channels that are wanted. */
    private static String columns(boolean sliced, int first) {
        return sliced
                ? ("(SELECT w.channels::int[] FROM unnest($%d::text[], $%d::bigint[], $%d::bigint[], $%d::text[])"
                                + " AS w (stream_id, from_epoch, to_epoch, channels)"
                                + " WHERE w.stream_id = t.stream_id AND t.epoch >= w.from_epoch AND t.epoch < w.to_epoch)")
                        .formatted(first, first + 1, first + 2, first + 3)
                : "NULL::int[]";
    }
}
