package dev.sinal.store.sql;

import java.util.function.Function;

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

    /**
     * A page in one statement and so in one snapshot: what its streams are, and the chunks that hold it, if they are what the asker takes them for.
     *
     * <p>%1$s: channels of a chunk that are wanted. $8: earliest of $2, by which partitions are chosen before the statement runs. %2$s: how many rows are enough, of each
     * stream. %3$s and %4$s: agent and streams asked for, as in {@link #STREAMS}; %5$s: earliest of $3. %6$s: see {@link OverlapTable#DOUBTFUL}.
     *
     * <p>A chunk is kept until those before it in its stream hold enough rows, counted by its share behind the beginning of the range, with a tenth for the uneven. What
     * is left out begins at {@code before} or later.
     */
    private static final String BRIEF = """
            SELECT b.version, b.plain, p.before, p.kept, p.tx::text AS tx, p.id, p.ts, p.stream_id, p.epoch, p.first_seq, p.channels,
                   CASE WHEN NOT p.kept THEN NULL WHEN p.cut IS NULL THEN p.chunk ELSE substring(p.chunk FROM 1 FOR p.cut) END AS chunk,
                   CASE WHEN p.kept AND p.cut > 0
                        THEN ARRAY(SELECT substring(p.chunk FROM p.offs[c + 1] + 1 FOR p.offs[c + 2] - p.offs[c + 1])
                                     FROM unnest(p.channels) WITH ORDINALITY AS u (c, nr)
                                    WHERE c < cardinality(p.offs) - 1 ORDER BY u.nr) END AS sections
              FROM (SELECT string_agg(s.stream_id || ' ' || e.epochs || ' ' || e.newest || ' ' || e.span, chr(10) ORDER BY s.stream_id) AS version,
                           bool_and(NOT EXISTS (SELECT FROM telemetry.gaps g
                                                 WHERE g.stream_id = s.stream_id AND g.from_ts < $4
                                                   AND COALESCE(g.to_ts, 9223372036854775807) > %5$s)
                                    AND CASE WHEN e.owners THEN NOT %6$s ELSE true END) AS plain
                      FROM telemetry.streams s
                     CROSS JOIN LATERAL (
                           SELECT count(*) AS epochs, COALESCE(max(epoch), 0) AS newest, COALESCE(max(max_span), 0) AS span,
                                  min(fence) <> max(fence) AS owners
                             FROM telemetry.stream_epochs WHERE stream_id = s.stream_id) e
                     WHERE s.agent_id = %3$s AND (cardinality(%4$s::text[]) = 0 OR s.stream_id = ANY (%4$s) OR s.name = ANY (%4$s))) b
              LEFT JOIN (
                   SELECT k.*, min(k.ts) FILTER (WHERE NOT k.kept) OVER () AS before
                     FROM (SELECT c.*, row_number() OVER place AS nr,
                                  c.nr_in_stream < $5 AND COALESCE(c.rows_ahead, 0) < %2$s AND sum($6 + (CASE
                                      WHEN cut IS NULL THEN octet_length(chunk)
                                      ELSE cut + COALESCE((SELECT sum(offs[c + 2] - offs[c + 1]) FROM unnest(channels) AS u (c)), 0)
                                  END)::int) OVER place <= $7 AS kept
                             FROM (SELECT t.*, CASE WHEN cardinality(channels) = 0 THEN 0
                                                    WHEN channels IS NOT NULL THEN offs[1] END AS cut
                                     FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS s (stream_id, scan_from, from_ts)
                                    CROSS JOIN LATERAL (
                                          SELECT o.*, row_number() OVER own AS nr_in_stream,
                                                 sum(CASE WHEN o.ts >= s.from_ts THEN o.n
                                                          ELSE o.n * 0.9 * ((o.te - s.from_ts)::float8 / GREATEST(o.te - o.ts, 1)) END)
                                                     OVER (own ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS rows_ahead
                                            FROM (SELECT t.tx, t.id, t.ts, t.te, t.n, t.stream_id, t.epoch, t.first_seq, t.chunk, t.offs, %1$s AS channels
                                                    FROM telemetry.chunks t
                                                   WHERE t.stream_id = s.stream_id AND t.ts >= s.scan_from AND t.ts >= $8 AND t.ts < $4 AND t.te >= s.from_ts
                                                   ORDER BY t.ts, t.epoch, t.first_seq LIMIT $5) o
                                          WINDOW own AS (ORDER BY o.ts, o.epoch, o.first_seq)) t) c
                           WINDOW place AS (ORDER BY c.ts, c.stream_id, c.epoch, c.first_seq)) k) p ON p.kept OR p.nr = 1
             ORDER BY p.nr
            """;

    /** Made once: they are long, and asked for with every page and frame. */
    private record Statement(String whole, String sliced) {
        static Statement of(Function<Boolean, String> made) {
            return new Statement(made.apply(false), made.apply(true));
        }

        String of(boolean sliced) {
            return sliced ? this.sliced : whole;
        }
    }

    private static final Statement PAGE = Statement.of(PageSql::page);
    private static final Statement BY_TIME =
            Statement.of(sliced -> FRAME.formatted("", "", "NULL::bytea", columns(sliced, 12), AFTER_TIME, "c.ts"));
    private static final Statement BY_COMMIT = Statement.of(sliced -> commit(sliced, AFTER_COMMIT));
    private static final Statement STRADDLE = Statement.of(sliced -> commit(sliced, STRADDLING));

    private PageSql() {}

    /** @param sliced whether only some columns are wanted */
    static String brief(boolean sliced) {
        return PAGE.of(sliced);
    }

    /** @param sliced whether only some columns are wanted */
    static String byTime(boolean sliced) {
        return BY_TIME.of(sliced);
    }

    static String byCommit(boolean sliced) {
        return BY_COMMIT.of(sliced);
    }

    static String straddling(boolean sliced) {
        return STRADDLE.of(sliced);
    }

    private static String page(boolean sliced) {
        int next = sliced ? 13 : 9;
        String from = "$" + (next + 3) + "::bigint";
        return BRIEF.formatted(
                columns(sliced, 9),
                "$" + next + "::bigint",
                "$" + (next + 1) + "::text",
                "$" + (next + 2),
                from,
                OverlapTable.DOUBTFUL.formatted("s.stream_id", from, "$4"));
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
