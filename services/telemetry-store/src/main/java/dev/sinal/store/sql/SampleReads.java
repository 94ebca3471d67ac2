package dev.sinal.store.sql;

import dev.sinal.contracts.GapRecord;
import dev.sinal.contracts.read.EpochClip;
import dev.sinal.contracts.read.ReadFrame;
import dev.sinal.contracts.read.ReadOpened.EpochDescriptor;
import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.store.domain.ReadRange;
import dev.sinal.store.domain.WantedColumns;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Opens reads of samples: one snapshot for streams, gaps and chunks. */
public final class SampleReads {
    private static final int MOST_GAPS = 1_000;
    /** More owners of one moment than this are not looked behind for the last rows. */
    private static final int MOST_DOUBLED = 7;

    private static final String STREAMS = """
            SELECT s.stream_id, e.span, e.epochs, e.newest
              FROM telemetry.streams s
             CROSS JOIN LATERAL (
                   SELECT count(*) AS epochs, COALESCE(max(epoch), 0) AS newest, COALESCE(max(max_span), 0) AS span
                     FROM telemetry.stream_epochs WHERE stream_id = s.stream_id) e
             WHERE s.agent_id = $1 AND (cardinality($2::text[]) = 0 OR s.stream_id = ANY ($2) OR s.name = ANY ($2))
             ORDER BY s.stream_id
            """;

    /** Epochs in which something changed that a reader of rows sees. */
    private static final String DESCRIPTORS = """
            SELECT stream_id, epoch, descriptor::text AS descriptor
              FROM (SELECT stream_id, epoch, descriptor,
                           lag(descriptor - '{uid,session_id,hostname,source_id}'::text[])
                               OVER (PARTITION BY stream_id ORDER BY epoch) AS before
                      FROM telemetry.stream_epochs WHERE stream_id = ANY ($1)) e
             WHERE before IS DISTINCT FROM descriptor - '{uid,session_id,hostname,source_id}'::text[]
             ORDER BY stream_id, epoch DESC
            """;

    /** Per stream the first stamp of the oldest of its newest chunks that together hold the wanted rows: no row behind it is older. */
    static final String RECENT_FROM = """
            SELECT s.stream_id,
                   (SELECT min(r.ts)
                      FROM (SELECT l.ts, sum(l.n) OVER (ORDER BY l.ts DESC, l.epoch DESC, l.first_seq DESC) - l.n AS newer
                              FROM (SELECT t.ts, t.epoch, t.first_seq, t.n FROM telemetry.chunks t
                                     WHERE t.stream_id = s.stream_id AND t.ts < $3
                                     ORDER BY t.ts DESC LIMIT $2) l) r
                     WHERE r.newer < $2) AS from_ts
              FROM unnest($1::text[]) AS s (stream_id)
             ORDER BY s.stream_id
            """;

    private static final String COMMITS_BEFORE = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text";

    private final Reads reads;
    private final OverlapTable overlaps;
    private final DamagedRows damaged;
    private final RecentWindow recent;
    private final PageReads pageReads;

    /** @param pages told of each page how it was read, see {@link PageReads} */
    public SampleReads(
            Reads reads, OverlapTable overlaps, DamagedRows damaged, RecentWindow recent, Consumer<String> pages) {
        this.reads = reads;
        this.overlaps = overlaps;
        this.damaged = damaged;
        this.recent = recent;
        this.pageReads = new PageReads(pages);
    }

    /** Agents whose streams are remembered for pages, each with the filters that were used. */
    public long known() {
        return pageReads.size();
    }

    /**
     * An opened read.
     *
     * @param clips rows that readers leave out
     * @param commitsBefore see {@link dev.sinal.contracts.read.ReadOpened}
     * @param sliced whether the columns that are not wanted were left out
     * @param session null when the first frame is all
     */
    public record Opened(
            List<EpochDescriptor> streams,
            List<GapRecord> gaps,
            List<EpochClip> clips,
            @Nullable Long commitsBefore,
            boolean sliced,
            ReadFrame first,
            @Nullable ReadSession session) {
        /** All at once, in whole chunks. */
        Opened(List<EpochDescriptor> streams, List<GapRecord> gaps, List<EpochClip> clips, ReadFrame all) {
            this(streams, gaps, clips, null, false, all, null);
        }
    }

    /** @param stop of whoever waits for it */
    public Future<Opened> open(ReadQuery query, Stop stop) {
        return damaged.around(() -> recent.read(query)
                .compose(known -> known == null ? openOnce(query, stop) : Future.succeededFuture(known)));
    }

    private Future<Opened> openOnce(ReadQuery query, Stop stop) {
        AtomicBoolean abandoned = new AtomicBoolean();
        return reads.run(() -> stop.explain(reads.samples()
                        .getConnection()
                        .compose(connection -> open(connection, query, abandoned, stop))))
                .onFailure(failure -> {
                    abandoned.set(true);
                    stop.timedOut();
                });
    }

    private Future<Opened> open(SqlConnection connection, ReadQuery query, AtomicBoolean abandoned, Stop stop) {
        stop.on(connection);
        return stop.check().compose(wanted -> pageReads.read(connection, query)).transform(page -> {
            if (page.failed() || page.result() != null) {
                stop.off();
                if (stop.cancelling()) {
                    // What may come late is to meet a statement of nobody.
                    ReadSession.end(connection);
                } else {
                    connection.close();
                }
                return page.failed() ? Future.failedFuture(page.cause()) : Future.succeededFuture(page.result());
            }
            return inSnapshot(connection, query, abandoned, stop);
        });
    }

    private Future<Opened> inSnapshot(SqlConnection connection, ReadQuery query, AtomicBoolean abandoned, Stop stop) {
        Future<Void> begun = ReadSession.begin(connection);
        // On its way together with BEGIN, and taken only if that went well.
        Future<List<Known>> streams = streams(connection, query);
        return begun.compose(done -> stop.check())
                .compose(wanted -> streams)
                .compose(found -> found.isEmpty()
                        ? Future.succeededFuture(
                                new Opened(List.of(), List.of(), List.of(), new ReadFrame(true, List.of())))
                        : read(connection, query, found))
                .onComplete(result -> {
                    stop.off();
                    // The answer does not wait until the connection is free again.
                    if (result.failed() || result.result().session() == null || abandoned.get()) {
                        ReadSession.end(connection);
                    }
                });
    }

    /** A stream that is asked for. @param span of its longest chunk, ns @param version of its epochs */
    private record Known(String stream, long span, String version) {}

    private static Future<List<Known>> streams(SqlConnection connection, ReadQuery query) {
        return connection
                .preparedQuery(STREAMS)
                .execute(agentStreams(query.agentId(), query.streams()))
                .map(rows -> Reads.all(rows, SampleReads::known));
    }

    private static Known known(Row row) {
        String stream = row.getString("stream_id");
        long span = row.getLong("span");
        return new Known(stream, span, stream + ' ' + row.getLong("epochs") + ' ' + row.getLong("newest") + ' ' + span);
    }

    private Future<Opened> read(SqlConnection connection, ReadQuery query, List<Known> known) {
        Map<String, Long> spans = new LinkedHashMap<>();
        known.forEach(stream -> spans.put(stream.stream(), stream.span()));
        if (!ReadQuery.RECENT.equals(query.order())) {
            Map<String, ReadRange> ranges = new LinkedHashMap<>();
            spans.forEach((stream, span) -> ranges.put(stream, ReadRange.of(query, span)));
            return read(connection, query, known, spans, ranges, clips(connection, query, ranges));
        }
        return recentRanges(connection, query, spans, query.recent())
                .compose(ranges -> clips(connection, query, ranges)
                        .compose(clips -> enough(connection, query, spans, ranges, clips)
                                .compose(wide ->
                                        read(connection, query, known, spans, wide, Future.succeededFuture(clips)))));
    }

    /** What is asked here goes to the server in one burst. */
    private Future<Opened> read(
            SqlConnection connection,
            ReadQuery query,
            List<Known> known,
            Map<String, Long> spans,
            Map<String, ReadRange> ranges,
            Future<List<EpochClip>> clips) {
        List<String> streams = List.copyOf(spans.keySet());
        long to = query.to() == null ? Long.MAX_VALUE : query.to();
        Future<Optional<Long>> before = commitsBefore(connection, query);
        Future<List<EpochDescriptor>> described = descriptors(connection, streams);
        Future<List<GapRecord>> gaps = GapTable.find(connection, streams, earliest(ranges), to, MOST_GAPS);
        Future<ReadPages> pages = query.columns() == null
                ? Future.succeededFuture(pages(query, ranges, to, List.of()))
                : described.map(descriptors -> pages(query, ranges, to, descriptors));
        Future<ReadFrame> frame = pages.compose(ready -> ready.next(connection));
        return Future.all(clips, before, described, gaps, frame).map(all -> {
            pageReads.learn(
                    query,
                    new PageReads.Streams(
                            known.stream().map(Known::version).collect(Collectors.joining("\n")),
                            spans,
                            described.result()));
            return new Opened(
                    described.result(),
                    gaps.result(),
                    clips.result(),
                    before.result().orElse(null),
                    query.columns() != null,
                    frame.result(),
                    frame.result().end() ? null : new ReadSession(connection, reads, damaged, pages.result()));
        });
    }

    /** In the order of commit, a packed chunk may hold samples of transactions that an open one may yet come before. */
    private static Future<Optional<Long>> commitsBefore(SqlConnection connection, ReadQuery query) {
        if (!ReadQuery.COMMITTED.equals(query.order())) {
            return Future.succeededFuture(Optional.empty());
        }
        return connection
                .query(COMMITS_BEFORE)
                .execute()
                .map(rows -> Optional.of(
                        Long.parseUnsignedLong(rows.iterator().next().getString(0))));
    }

    private static long earliest(Map<String, ReadRange> ranges) {
        return ranges.values().stream().mapToLong(ReadRange::from).min().orElse(Long.MAX_VALUE);
    }

    private Future<List<EpochClip>> clips(SqlConnection connection, ReadQuery query, Map<String, ReadRange> ranges) {
        if (query.everyEpoch() || ranges.isEmpty()) {
            return Future.succeededFuture(List.of());
        }
        return overlaps.clips(
                connection, List.copyOf(ranges.keySet()), earliest(ranges), orElse(query.to(), Long.MAX_VALUE));
    }

    /** The last rows may be rows that are left out: then so many more chunks. */
    private Future<Map<String, ReadRange>> enough(
            SqlConnection connection,
            ReadQuery query,
            Map<String, Long> spans,
            Map<String, ReadRange> ranges,
            List<EpochClip> clips) {
        if (clips.isEmpty() || !ReadQuery.RECENT.equals(query.order())) {
            return Future.succeededFuture(ranges);
        }
        long deepest =
                clips.stream()
                        .collect(Collectors.groupingBy(EpochClip::stream, Collectors.counting()))
                        .values()
                        .stream()
                        .mapToLong(Long::longValue)
                        .max()
                        .orElse(0);
        return recentRanges(connection, query, spans, (int) (query.recent() * (1 + Math.min(deepest, MOST_DOUBLED))));
    }

    private static ReadPages pages(
            ReadQuery query, Map<String, ReadRange> ranges, long to, List<EpochDescriptor> descriptors) {
        boolean byCommit = ReadQuery.COMMITTED.equals(query.order());
        return new ReadPages(
                ranges,
                to,
                byCommit,
                byCommit ? query.afterCommit() : null,
                WantedColumns.of(query, descriptors),
                query.maxBytes());
    }

    private static Future<Map<String, ReadRange>> recentRanges(
            SqlConnection connection, ReadQuery query, Map<String, Long> spans, int recent) {
        Map<String, ReadRange> ranges = new LinkedHashMap<>();
        ReadRange all = ReadRange.of(query, 0);
        return connection
                .preparedQuery(RECENT_FROM)
                .execute(Tuple.of(spans.keySet().toArray(String[]::new), recent, all.to()))
                .map(rows -> {
                    for (Row row : rows) {
                        String stream = row.getString("stream_id");
                        Long from = row.getLong("from_ts");
                        if (from != null) {
                            ranges.put(
                                    stream,
                                    ReadRange.from(
                                            Math.max(from, all.from()), all.to(), spans.getOrDefault(stream, 0L)));
                        }
                    }
                    return ranges;
                });
    }

    /** What readers of rows see of an agent's streams, epochs newest first. */
    static Future<List<EpochDescriptor>> descriptors(Reads reads, String agentId, List<String> streams) {
        return reads.list(STREAMS, agentStreams(agentId, streams), row -> row.getString(0))
                .compose(ids -> reads.list(
                        DESCRIPTORS, Tuple.of((Object) ids.toArray(String[]::new)), SampleReads::descriptor));
    }

    /** The same of streams by id. */
    static Future<List<EpochDescriptor>> descriptors(SqlClient client, List<String> ids) {
        return client.preparedQuery(DESCRIPTORS)
                .execute(Tuple.of((Object) ids.toArray(String[]::new)))
                .map(rows -> Reads.all(rows, SampleReads::descriptor));
    }

    private static long orElse(@Nullable Long value, long otherwise) {
        return value == null ? otherwise : value;
    }

    private static Tuple agentStreams(String agentId, List<String> streams) {
        return Tuple.tuple().addString(agentId).addArrayOfString(streams.toArray(String[]::new));
    }

    private static EpochDescriptor descriptor(Row row) {
        return new EpochDescriptor(row.getLong("epoch"), Rows.descriptor(row, "descriptor"));
    }
}
