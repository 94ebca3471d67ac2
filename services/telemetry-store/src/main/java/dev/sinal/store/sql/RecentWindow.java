package dev.sinal.store.sql;

import dev.sinal.contracts.GapRecord;
import dev.sinal.contracts.read.ReadFrame;
import dev.sinal.contracts.read.ReadOpened.EpochDescriptor;
import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.store.domain.RecentChunks;
import dev.sinal.store.domain.RecentChunks.Chunk;
import dev.sinal.store.domain.RecentChunks.Last;
import dev.sinal.store.domain.RecentChunks.Version;
import dev.sinal.store.sql.SampleReads.Opened;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The newest chunks of streams that somebody looks at, in memory, for reads of the last rows. Every read asks the database for the version of the streams
 * first, so that an answer is never older than it: what was stored since is fetched by its transaction, whoever stored it; where samples were taken away, or
 * epochs overlap, or more is wanted than is held, the database answers. Confined to one event loop.
 */
public final class RecentWindow {
    /** Of one read: agents with more streams are read from the database. */
    private static final int MOST_STREAMS = 64;

    private static final int MOST_NEW = 2_048;
    private static final int MOST_GAPS = 1_000;
    private static final int ENTRY_OVERHEAD = 20;
    /** Longer than this nothing is believed without looking again: packing and retention rewrite what is old. */
    private static final long BELIEVED_NS = TimeUnit.SECONDS.toNanos(60);

    private static final String VERSIONS = """
            SELECT s.stream_id, e.span, e.epochs, e.committed, pg_snapshot_xmin(pg_current_snapshot())::text AS horizon,
                   COALESCE((SELECT c.times FROM telemetry.cuts c WHERE c.stream_id = s.stream_id), 0) AS cuts
              FROM telemetry.streams s
             CROSS JOIN LATERAL (
                   SELECT count(*) AS epochs, COALESCE(sum(committed_seq), 0)::bigint AS committed,
                          COALESCE(max(max_span), 0) AS span
                     FROM telemetry.stream_epochs WHERE stream_id = s.stream_id) e
             WHERE s.agent_id = $1 AND (cardinality($2::text[]) = 0 OR s.stream_id = ANY ($2) OR s.name = ANY ($2))
             ORDER BY s.stream_id
            """;

    private static final String COLUMNS =
            "t.stream_id, t.tx::text AS tx, t.id, t.ts, t.te, t.epoch, t.first_seq, t.n, t.chunk";

    /** What was stored since a horizon; also what was packed meanwhile together with earlier samples. */
    private static final String SINCE = "(SELECT " + COLUMNS + """
              FROM telemetry.chunks t
             WHERE t.stream_id = $1 AND t.tx >= $2::text::xid8 AND t.te >= $3
             ORDER BY t.tx LIMIT $4)
            UNION ALL
            """ + "(SELECT " + COLUMNS + """
              FROM telemetry.telemetry_packed t
             WHERE t.stream_id = $1 AND t.tx_last >= $2::text::xid8 AND t.tx < $2::text::xid8 AND t.te >= $3
             LIMIT $4)
            """;

    /** The newest chunks with the last rows, as SampleReads has it; without bytes when they are too many. */
    private static final String NEWEST = """
            WITH f AS (
                SELECT min(r.ts) AS from_ts, max(r.newer + r.n) AS held
                  FROM (SELECT l.ts, l.n, sum(l.n) OVER (ORDER BY l.ts DESC, l.epoch DESC, l.first_seq DESC) - l.n AS newer
                          FROM (SELECT t.ts, t.epoch, t.first_seq, t.n FROM telemetry.chunks t
                                 WHERE t.stream_id = $1 ORDER BY t.ts DESC LIMIT $2) l) r
                 WHERE r.newer < $2)
            SELECT t.*, f.from_ts, f.held, sum(octet_length(t.chunk)) OVER () AS total
              FROM f CROSS JOIN LATERAL (SELECT """ + " " + COLUMNS + """
                  FROM telemetry.chunks t
                 WHERE t.stream_id = $1 AND t.ts >= f.from_ts - $3 AND t.te >= f.from_ts) t
            """;

    private final Reads reads;
    private final OverlapTable overlaps;
    private final long mostBytes;
    private final long mostOfStream;
    private final Consumer<String> outcome;
    private final LinkedHashMap<String, Held> held = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    /** @param descriptors of the epochs of the version @param at monotonic, ns */
    private record Held(RecentChunks chunks, List<EpochDescriptor> descriptors, long bytes, long at) {}

    /** @param span longest chunk, ns */
    private record Wanted(String stream, long span, Version version) {}

    /**
     * @param mostBytes of all streams together; beyond, the stream that nobody looked at for longest goes
     * @param mostOfStream bytes; beyond, its oldest chunks go
     * @param outcome told of each read: memory, added, filled, database, evicted
     */
    public RecentWindow(
            Reads reads, OverlapTable overlaps, long mostBytes, long mostOfStream, Consumer<String> outcome) {
        this.reads = reads;
        this.overlaps = overlaps;
        this.mostBytes = mostBytes;
        this.mostOfStream = mostOfStream;
        this.outcome = outcome;
    }

    /** Held now. */
    public long bytes() {
        return bytes;
    }

    public int streams() {
        return held.size();
    }

    /** @return null when the database has to answer */
    Future<@Nullable Opened> read(ReadQuery query) {
        boolean plain = query.from() == null && query.to() == null && !query.everyEpoch();
        if (!ReadQuery.RECENT.equals(query.order()) || !plain || mostBytes == 0) {
            return Future.succeededFuture();
        }
        return reads.run(() -> versions(query).compose(wanted -> answer(query, wanted)))
                .onSuccess(found -> {
                    if (found == null) {
                        outcome.accept("database");
                    }
                });
    }

    private Future<List<Wanted>> versions(ReadQuery query) {
        return reads.pool()
                .preparedQuery(VERSIONS)
                .execute(Tuple.tuple()
                        .addString(query.agentId())
                        .addArrayOfString(query.streams().toArray(String[]::new)))
                .map(rows -> Reads.all(rows, RecentWindow::wanted));
    }

    private static Wanted wanted(Row row) {
        return new Wanted(
                row.getString("stream_id"),
                row.getLong("span"),
                new Version(
                        row.getLong("epochs"),
                        row.getLong("committed"),
                        row.getLong("cuts"),
                        row.getString("horizon")));
    }

    private Future<@Nullable Opened> answer(ReadQuery query, List<Wanted> wanted) {
        if (wanted.isEmpty() || wanted.size() > MOST_STREAMS) {
            return Future.succeededFuture();
        }
        List<Future<@Nullable Held>> streams =
                wanted.stream().map(stream -> current(stream, query.recent())).toList();
        return Future.all(streams).compose(done -> {
            Map<String, Held> all = new LinkedHashMap<>();
            for (int i = 0; i < wanted.size(); i++) {
                Held one = streams.get(i).result();
                if (one == null) {
                    return Future.succeededFuture();
                }
                all.put(wanted.get(i).stream(), one);
            }
            return answer(query, all);
        });
    }

    /** As new as the version; null when it cannot be held. */
    private Future<@Nullable Held> current(Wanted wanted, int rows) {
        Held known = held.get(wanted.stream());
        if (known == null
                || System.nanoTime() - known.at() > BELIEVED_NS
                || !known.chunks().version().grewTo(wanted.version())
                || known.chunks().last(rows) == null) {
            return fill(wanted, rows);
        }
        if (known.chunks().version().same(wanted.version())) {
            outcome.accept("memory");
            return Future.succeededFuture(known);
        }
        return reads.pool()
                .preparedQuery(SINCE)
                .execute(Tuple.of(
                        wanted.stream(),
                        known.chunks().version().horizon(),
                        known.chunks().from(),
                        MOST_NEW))
                .compose(found -> {
                    RecentChunks grown = found.size() >= MOST_NEW
                            ? null
                            : known.chunks().with(wanted.version(), chunks(found), rows, mostOfStream);
                    if (grown == null || grown.last(rows) == null) {
                        return fill(wanted, rows);
                    }
                    outcome.accept("added");
                    boolean sameEpochs = known.chunks().version().epochs()
                            == wanted.version().epochs();
                    return (sameEpochs
                                    ? Future.succeededFuture(known.descriptors())
                                    : SampleReads.descriptors(reads.pool(), List.of(wanted.stream())))
                            .map(descriptors -> keep(wanted.stream(), grown, descriptors));
                });
    }

    private Future<@Nullable Held> fill(Wanted wanted, int rows) {
        return reads.pool()
                .preparedQuery(NEWEST)
                .execute(Tuple.of(wanted.stream(), rows, wanted.span()))
                .compose(found -> {
                    long from = Long.MIN_VALUE;
                    for (Row row : found) {
                        if (row.getLong("total") > mostOfStream) {
                            drop(wanted.stream());
                            return Future.succeededFuture();
                        }
                        from = row.getLong("held") < rows ? Long.MIN_VALUE : row.getLong("from_ts");
                    }
                    RecentChunks chunks = new RecentChunks(wanted.version(), from, chunks(found), rows);
                    outcome.accept("filled");
                    return SampleReads.descriptors(reads.pool(), List.of(wanted.stream()))
                            .map(descriptors -> keep(wanted.stream(), chunks, descriptors));
                });
    }

    private static List<Chunk> chunks(RowSet<Row> rows) {
        DamagedChunks.Check check = new DamagedChunks.Check();
        List<Chunk> chunks = new ArrayList<>(rows.size());
        for (Row row : rows) {
            byte[] chunk = row.getBuffer("chunk").getBytes();
            check.look(row, chunk);
            chunks.add(new Chunk(
                    Long.parseUnsignedLong(row.getString("tx")),
                    row.getLong("id"),
                    row.getLong("ts"),
                    row.getLong("te"),
                    row.getLong("epoch"),
                    row.getLong("first_seq"),
                    row.getInteger("n"),
                    chunk));
        }
        check.done();
        return chunks;
    }

    private Held keep(String stream, RecentChunks chunks, List<EpochDescriptor> descriptors) {
        drop(stream);
        Held kept = new Held(chunks, descriptors, chunks.bytes(), System.nanoTime());
        held.put(stream, kept);
        bytes += kept.bytes();
        Iterator<Map.Entry<String, Held>> oldest = held.entrySet().iterator();
        while (bytes > mostBytes && oldest.hasNext()) {
            bytes -= oldest.next().getValue().bytes();
            oldest.remove();
            outcome.accept("evicted");
        }
        return kept;
    }

    private void drop(String stream) {
        Held gone = held.remove(stream);
        bytes -= gone == null ? 0 : gone.bytes();
    }

    private Future<@Nullable Opened> answer(ReadQuery query, Map<String, Held> all) {
        List<EpochDescriptor> descriptors = new ArrayList<>();
        List<Entry> entries = new ArrayList<>();
        long earliest = Long.MAX_VALUE;
        long size = 0;
        for (Map.Entry<String, Held> one : all.entrySet()) {
            descriptors.addAll(one.getValue().descriptors());
            Last last = one.getValue().chunks().last(query.recent());
            if (last == null) {
                return Future.succeededFuture();
            }
            earliest = Math.min(earliest, last.from());
            for (Chunk chunk : last.chunks()) {
                size += chunk.bytes().length + ENTRY_OVERHEAD;
                entries.add(new Entry(one.getKey(), chunk));
            }
        }
        if (size > query.maxBytes()) {
            return Future.succeededFuture();
        }
        List<String> streams = List.copyOf(all.keySet());
        long from = earliest;
        return overlaps.clips(reads.pool(), streams, from, Long.MAX_VALUE)
                .compose(clips -> clips.isEmpty()
                        ? GapTable.find(reads.pool(), streams, from, Long.MAX_VALUE, MOST_GAPS)
                                .map(gaps -> opened(descriptors, gaps, entries))
                        : Future.succeededFuture());
    }

    private record Entry(String stream, Chunk chunk) {
        private static final Comparator<Entry> BY_TIME = Comparator.<Entry>comparingLong(
                        entry -> entry.chunk().ts())
                .thenComparing(Entry::stream)
                .thenComparingLong(entry -> entry.chunk().epoch())
                .thenComparingLong(entry -> entry.chunk().firstSeq());
    }

    private static Opened opened(List<EpochDescriptor> descriptors, List<GapRecord> gaps, List<Entry> entries) {
        entries.sort(Entry.BY_TIME);
        List<ReadFrame.Entry> chunks = entries.stream()
                .map(entry -> new ReadFrame.Entry(
                        entry.chunk().tx(), entry.chunk().id(), entry.chunk().bytes()))
                .toList();
        return new Opened(descriptors, gaps, List.of(), new ReadFrame(true, chunks));
    }
}
