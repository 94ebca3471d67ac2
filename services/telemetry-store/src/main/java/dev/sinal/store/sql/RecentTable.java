package dev.sinal.store.sql;

import dev.sinal.store.domain.RecentSamples;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The newest samples of slow streams as plain rows, with what they cover: what readers of SQL see as {@code telemetry_recent}. */
public final class RecentTable {
    /**
     * The window of a stream goes on when its next samples come from the same feed, or are the next ones of the epoch whoever wrote those before; else it
     * begins anew. Values of all rows are laid end to end, because unnest would take a two-dimensional array apart.
     */
    private static final String ADD = """
            WITH rows AS (
                INSERT INTO telemetry.recent_samples (stream_id, epoch, seq, ts, vals, texts)
                SELECT r.stream_id, r.epoch, r.seq, r.ts, ($7::float8[])[r.at + 1 : r.at + r.channels],
                       CASE WHEN r.texts THEN ($8::text[])[r.at + 1 : r.at + r.channels] END
                  FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::int[], $6::int[], $9::boolean[])
                    AS r (stream_id, epoch, seq, ts, at, channels, texts)
            )
            INSERT INTO telemetry.recent_streams AS s (stream_id, epoch, seq, feed, covered_from, covered_to)
            SELECT w.stream_id, w.epoch, w.seq, w.feed, w.covered_from, w.covered_to
              FROM unnest($11::text[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[], $10::text[])
                AS w (stream_id, epoch, seq, covered_from, covered_to, feed)
             ORDER BY w.stream_id
            ON CONFLICT (stream_id) DO UPDATE
               SET epoch = excluded.epoch, seq = excluded.seq, feed = excluded.feed,
                   covered_to = CASE WHEN s.feed = excluded.feed OR (s.epoch, s.seq + 1) IN (
                            SELECT f.epoch, f.seq FROM unnest($11::text[], $16::bigint[], $17::bigint[]) AS f (id, epoch, seq) WHERE f.id = s.stream_id)
                        THEN GREATEST(s.covered_to, excluded.covered_to) ELSE excluded.covered_to END,
                   covered_from = CASE WHEN s.feed = excluded.feed OR (s.epoch, s.seq + 1) IN (
                            SELECT f.epoch, f.seq FROM unnest($11::text[], $16::bigint[], $17::bigint[]) AS f (id, epoch, seq) WHERE f.id = s.stream_id)
                        THEN s.covered_from ELSE excluded.covered_from END
            """;

    /** With copies that came after their samples had been deleted: a copy is a second behind. */
    private static final String TRIM = """
            WITH old AS (DELETE FROM telemetry.recent_samples WHERE ts < $1),
                 deleted AS (
                    DELETE FROM telemetry.recent_samples r USING telemetry.deletions d, telemetry.deletion_epochs e
                     WHERE d.finished_at >= $1 AND e.deletion_id = d.id AND r.stream_id = e.stream_id AND r.epoch = e.epoch
                       AND r.seq <= e.up_to_seq
                       AND r.ts >= COALESCE(d.from_ts, -9223372036854775808) AND r.ts < COALESCE(d.to_ts, 9223372036854775807)),
                 gone AS (DELETE FROM telemetry.recent_streams WHERE covered_to < $1)
            UPDATE telemetry.recent_streams SET covered_from = $1 WHERE covered_from < $1 AND covered_to >= $1
            """;

    private final Pool pool;

    public RecentTable(Pool pool) {
        this.pool = pool;
    }

    /** One stream's part of a statement: from its first samples to its last. */
    private static final class Window {
        private final RecentSamples first;
        private RecentSamples last;
        private long from = Long.MAX_VALUE;
        private long to = Long.MIN_VALUE;

        Window(RecentSamples first) {
            this.first = first;
            this.last = first;
        }

        void add(RecentSamples samples) {
            last = samples;
            for (long stamp : samples.stamps()) {
                from = Math.min(from, stamp);
                to = Math.max(to, stamp);
            }
        }
    }

    /**
     * @param samples in order of commit, stream by stream
     */
    public Future<Void> add(List<RecentSamples> samples) {
        Map<String, Window> windows = new LinkedHashMap<>();
        for (RecentSamples one : samples) {
            Window open = windows.get(one.streamId());
            if (open == null || !open.last.feed().equals(one.feed())) {
                open = new Window(one); // something before it was left out
                windows.put(one.streamId(), open);
            }
            open.add(one);
        }
        return pool.preparedQuery(ADD).execute(tuple(samples, windows)).mapEmpty();
    }

    /** Removes what is older. @param before UTC ns */
    public Future<Void> trim(long before) {
        return pool.preparedQuery(TRIM).execute(Tuple.of(before)).mapEmpty();
    }

    private static Tuple tuple(List<RecentSamples> samples, Map<String, Window> windows) {
        int rows = samples.stream().mapToInt(RecentSamples::size).sum();
        int cells = samples.stream().mapToInt(one -> one.values().length).sum();
        String[] streams = new String[rows];
        Long[] epochs = new Long[rows];
        Long[] seqs = new Long[rows];
        Long[] stamps = new Long[rows];
        Integer[] at = new Integer[rows];
        Integer[] channels = new Integer[rows];
        Boolean[] withTexts = new Boolean[rows];
        Double[] values = new Double[cells];
        String[] texts = new String[cells];
        int row = 0;
        int cell = 0;
        for (RecentSamples one : samples) {
            System.arraycopy(one.values(), 0, values, cell, one.values().length);
            String[] some = one.texts();
            if (some != null) {
                System.arraycopy(some, 0, texts, cell, some.length);
            }
            for (int i = 0; i < one.size(); i++, row++, cell += one.channels()) {
                streams[row] = one.streamId();
                epochs[row] = one.epoch();
                seqs[row] = one.firstSeq() + i;
                stamps[row] = one.stamps()[i];
                at[row] = cell;
                channels[row] = one.channels();
                withTexts[row] = some != null;
            }
        }
        boolean anyText = Arrays.asList(withTexts).contains(true);
        List<Window> all = List.copyOf(windows.values());
        return Tuple.tuple()
                .addArrayOfString(streams)
                .addArrayOfLong(epochs)
                .addArrayOfLong(seqs)
                .addArrayOfLong(stamps)
                .addArrayOfInteger(at)
                .addArrayOfInteger(channels)
                .addArrayOfDouble(values)
                .addArrayOfString(anyText ? texts : new String[0])
                .addArrayOfBoolean(withTexts)
                .addArrayOfString(all.stream().map(window -> window.last.feed()).toArray(String[]::new))
                .addArrayOfString(windows.keySet().toArray(String[]::new))
                .addArrayOfLong(all.stream().map(window -> window.last.epoch()).toArray(Long[]::new))
                .addArrayOfLong(
                        all.stream().map(window -> window.last.lastSeq()).toArray(Long[]::new))
                .addArrayOfLong(all.stream().map(window -> window.from).toArray(Long[]::new))
                .addArrayOfLong(all.stream().map(window -> window.to).toArray(Long[]::new))
                .addArrayOfLong(all.stream().map(window -> window.first.epoch()).toArray(Long[]::new))
                .addArrayOfLong(
                        all.stream().map(window -> window.first.firstSeq()).toArray(Long[]::new));
    }
}
