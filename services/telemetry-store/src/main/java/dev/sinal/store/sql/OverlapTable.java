package dev.sinal.store.sql;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sinal.chunk.ChunkDecoder;
import dev.sinal.chunk.ChunkFormatException;
import dev.sinal.contracts.read.EpochClip;
import dev.sinal.store.domain.EpochSpan;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds where epochs of different owners hold the same samples. One small query a read when there are none; otherwise the first and the last chunk of
 * the epochs concerned tell their raw stamps.
 */
public final class OverlapTable {
    /** Clocks of two owners may disagree by so much; within it raw stamps decide, so it only costs look-ups. */
    static final long CLOCKS_NS = 5_000_000_000L;

    private static final int MOST_CLIPS = 1_000;
    private static final int KNOWN_STAMPS = 10_000;

    /** Epochs that reach into the time of another fence, each way. */
    private static final String CANDIDATES = """
            SELECT stream_id, epoch, fence, first_ts, last_ts, outlet, rate
              FROM (SELECT stream_id, epoch, fence, first_ts, last_ts,
                           COALESCE(descriptor ->> 'uid', '') AS outlet,
                           COALESCE((descriptor ->> 'nominal_rate')::float8, 0) AS rate,
                           max(last_ts) OVER lower_fences AS lower_to, min(first_ts) OVER higher_fences AS higher_from
                      FROM telemetry.stream_epochs
                     WHERE stream_id = ANY ($1) AND first_ts IS NOT NULL AND last_ts >= $2 AND first_ts < $3
                    WINDOW lower_fences AS (PARTITION BY stream_id ORDER BY fence
                                            GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
                           higher_fences AS (PARTITION BY stream_id ORDER BY fence DESC
                                             GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) e
             WHERE lower_to >= first_ts - $4 OR higher_from <= last_ts + $4
             ORDER BY stream_id, fence, first_ts, epoch
            """;

    /** Whether there may be such epochs of a stream (%1$s) in a range from %2$s to %3$s. A little more than {@link #CANDIDATES} finds. */
    static final String DOUBTFUL = """
            EXISTS (SELECT FROM (SELECT first_ts, last_ts, max(last_ts) OVER lower_fences AS lower_to, min(first_ts) OVER higher_fences AS higher_from
                                   FROM telemetry.stream_epochs d
                                  WHERE d.stream_id = %%1$s AND d.first_ts IS NOT NULL
                                    AND d.last_ts >= GREATEST(%%2$s, -9000000000000000000) - %1$d AND d.first_ts < LEAST(%%3$s, 9000000000000000000) + %1$d
                                 WINDOW lower_fences AS (ORDER BY d.fence GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
                                        higher_fences AS (ORDER BY d.fence DESC GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) e
                     WHERE e.lower_to >= e.first_ts - %1$d OR e.higher_from <= e.last_ts + %1$d)""".formatted(CLOCKS_NS);

    private static final String EDGE = """
            SELECT chunk FROM telemetry.chunks
             WHERE stream_id = $1 AND epoch = $2 AND ts <= $3 AND te >= $3
               AND ts >= $3 - (SELECT max_span FROM telemetry.stream_epochs WHERE stream_id = $1 AND epoch = $2)
             ORDER BY ts LIMIT 1
            """;

    private final Cache<Moment, Stamps> stamps =
            Caffeine.newBuilder().maximumSize(KNOWN_STAMPS).build();

    /** Where an epoch begins or ends. */
    private record Moment(String stream, long epoch, long timestamp) {}

    /** Raw stamps of the chunk there; NaN when it has none. */
    private record Stamps(double least, double most) {
        static final Stamps NONE = new Stamps(Double.NaN, Double.NaN);
        static final Stamps DAMAGED = new Stamps(Double.NaN, Double.NaN);
    }

    private record Pair(EpochSpan shown, EpochSpan hidden) {}

    /** Rows that readers of the range leave out. @param from UTC ns @param to UTC ns, exclusive */
    Future<List<EpochClip>> clips(SqlClient client, List<String> streams, long from, long to) {
        return client.preparedQuery(CANDIDATES)
                .execute(Tuple.of(
                        streams.toArray(String[]::new),
                        from < Long.MIN_VALUE + CLOCKS_NS ? Long.MIN_VALUE : from - CLOCKS_NS,
                        to > Long.MAX_VALUE - CLOCKS_NS ? Long.MAX_VALUE : to + CLOCKS_NS,
                        CLOCKS_NS))
                .map(rows -> pairs(Reads.all(rows, OverlapTable::span)))
                .compose(pairs -> clips(client, pairs));
    }

    private static EpochSpan span(Row row) {
        return new EpochSpan(
                row.getString("stream_id"),
                row.getLong("epoch"),
                row.getLong("fence"),
                row.getLong("first_ts"),
                row.getLong("last_ts"),
                row.getString("outlet"),
                row.getDouble("rate"));
    }

    private static List<Pair> pairs(List<EpochSpan> spans) {
        List<Pair> pairs = new ArrayList<>();
        for (int h = 0; h < spans.size(); h++) {
            for (int s = h - 1; s >= 0 && spans.get(s).stream().equals(spans.get(h).stream()); s--) {
                if (spans.get(s).mayHide(spans.get(h), CLOCKS_NS)) {
                    pairs.add(new Pair(spans.get(s), spans.get(h)));
                }
            }
        }
        return pairs;
    }

    private Future<List<EpochClip>> clips(SqlClient client, List<Pair> pairs) {
        Future<List<EpochClip>> found = Future.succeededFuture(new ArrayList<>());
        for (Pair pair : pairs.subList(0, Math.min(pairs.size(), MOST_CLIPS))) {
            found = found.compose(clips -> clip(client, pair).map(clip -> {
                if (clip != null) {
                    clips.add(clip);
                }
                return clips;
            }));
        }
        return found;
    }

    private Future<@Nullable EpochClip> clip(SqlClient client, Pair pair) {
        EpochSpan shown = pair.shown();
        EpochSpan hidden = pair.hidden();
        if (!shown.sameOutlet(hidden)) {
            return Future.succeededFuture(byUtc(pair));
        }
        return edge(client, shown, shown.from())
                .compose(first -> edge(client, shown, shown.to())
                        .compose(last -> edge(client, hidden, hidden.from())
                                .compose(start -> end(client, hidden, start.least(), first.least())
                                        .map(end -> clip(pair, first.least(), last.most(), start.least(), end)))));
    }

    /** The end grows with every chunk that is collected, and matters only for an epoch that began before the other. */
    private Future<Double> end(SqlClient client, EpochSpan hidden, double start, double from) {
        return start >= from
                ? Future.succeededFuture(start)
                : edge(client, hidden, hidden.to()).map(Stamps::most);
    }

    private static @Nullable EpochClip clip(Pair pair, double from, double to, double start, double end) {
        if (Double.isNaN(from) || Double.isNaN(to) || Double.isNaN(start) || Double.isNaN(end)) {
            return byUtc(pair);
        }
        EpochClip clip = clip(pair, from, to);
        double tolerance = clip.toleranceNs() / 1e9;
        return start <= to + tolerance && end >= from - tolerance ? clip : null;
    }

    private static @Nullable EpochClip byUtc(Pair pair) {
        boolean overlap = pair.shown().from() <= pair.hidden().to()
                && pair.hidden().from() <= pair.shown().to();
        return overlap ? clip(pair, null, null) : null;
    }

    private static EpochClip clip(Pair pair, @Nullable Double fromRaw, @Nullable Double toRaw) {
        EpochSpan shown = pair.shown();
        return new EpochClip(
                shown.stream(),
                pair.hidden().epoch(),
                shown.epoch(),
                shown.from(),
                shown.to(),
                fromRaw,
                toRaw,
                shown.halfPeriodNs());
    }

    /** Raw stamps of the chunk that holds an epoch's first or last sample: what is stored there never changes. */
    private Future<Stamps> edge(SqlClient client, EpochSpan span, long timestamp) {
        Moment moment = new Moment(span.stream(), span.epoch(), timestamp);
        Stamps known = stamps.getIfPresent(moment);
        if (known != null) {
            return Future.succeededFuture(known);
        }
        return client.preparedQuery(EDGE)
                .execute(Tuple.of(span.stream(), span.epoch(), timestamp))
                .map(rows -> {
                    Stamps found = Stamps.NONE;
                    for (Row row : rows) {
                        found = stamps(row.getBuffer("chunk").getBytes());
                    }
                    if (found != Stamps.DAMAGED) {
                        stamps.put(moment, found);
                    }
                    return found;
                });
    }

    private static Stamps stamps(byte[] chunk) {
        double[] raw;
        try {
            raw = ChunkDecoder.decode(chunk, new int[0]).rawStamps();
        } catch (ChunkFormatException damaged) {
            // Whoever reads it sets it aside; until then its owner's UTC decides.
            return Stamps.DAMAGED;
        }
        if (raw == null || raw.length == 0) {
            return Stamps.NONE;
        }
        return new Stamps(
                Arrays.stream(raw).min().orElse(Double.NaN),
                Arrays.stream(raw).max().orElse(Double.NaN));
    }
}
