package dev.sinal.store.sql;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sinal.contracts.read.ReadFrame;
import dev.sinal.contracts.read.ReadOpened.EpochDescriptor;
import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.store.domain.ReadRange;
import dev.sinal.store.domain.WantedColumns;
import dev.sinal.store.sql.SampleReads.Opened;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Pages in one statement (ADR 0028). What the streams of an agent are is remembered from the last read; the statement says whether it still is so in its own snapshot,
 * and brings the chunks. Nothing of samples is kept, so that nothing that was deleted can be in an answer. Where epochs overlap, gaps are in the range, or a chunk is
 * larger than a frame, the long way answers. Confined to one event loop.
 */
final class PageReads {
    /** Of all remembered descriptions together; beyond, what nobody asked for lately is forgotten. */
    private static final int MOST_CHANNELS = 200_000;

    private final Consumer<String> outcome;
    private final Cache<Asked, Streams> known = Caffeine.newBuilder()
            .maximumWeight(MOST_CHANNELS)
            .weigher((Asked asked, Streams streams) -> streams.weight())
            .build();

    /** @param streams ids and names */
    private record Asked(String agentId, List<String> streams) {
        static Asked of(ReadQuery query) {
            return new Asked(query.agentId(), query.streams());
        }
    }

    /**
     * What is remembered.
     *
     * @param version as {@link PageSql#brief} has it
     * @param spans of each stream its longest chunk, ns
     */
    record Streams(String version, Map<String, Long> spans, List<EpochDescriptor> descriptors) {
        private int weight() {
            return spans.size()
                    + descriptors.stream()
                            .mapToInt(d -> 4 + d.stream().channels().size())
                            .sum();
        }
    }

    /** @param outcome told of each page: at_once, unknown, changed, not_plain, large */
    PageReads(Consumer<String> outcome) {
        this.outcome = outcome;
    }

    static boolean serves(ReadQuery query) {
        return query.page() && query.rows() != null && ReadQuery.TIME.equals(query.order()) && !query.everyEpoch();
    }

    /** After a read that asked for everything: the next one may be short. */
    void learn(ReadQuery query, Streams streams) {
        if (serves(query)) {
            known.put(Asked.of(query), streams);
        }
    }

    /** Remembered now. */
    long size() {
        known.cleanUp();
        return known.estimatedSize();
    }

    /** @return null when the long way has to be gone */
    Future<@Nullable Opened> read(SqlClient client, ReadQuery query) {
        if (!serves(query)) {
            return Future.succeededFuture();
        }
        Streams streams = known.getIfPresent(Asked.of(query));
        if (streams == null) {
            outcome.accept("unknown");
            return Future.succeededFuture();
        }
        Map<String, ReadRange> ranges = new LinkedHashMap<>();
        streams.spans().forEach((stream, span) -> ranges.put(stream, ReadRange.of(query, span)));
        ReadPages pages = new ReadPages(
                ranges,
                query.to() == null ? Long.MAX_VALUE : query.to(),
                false,
                null,
                WantedColumns.of(query, streams.descriptors()),
                query.maxBytes());
        return pages.brief(client, query).map(rows -> opened(query, streams, pages, rows));
    }

    private @Nullable Opened opened(ReadQuery query, Streams streams, ReadPages pages, RowSet<Row> rows) {
        Row first = rows.iterator().next();
        if (!streams.version().equals(first.getString("version"))) {
            known.invalidate(Asked.of(query));
            outcome.accept("changed");
            return null;
        }
        if (!first.getBoolean("plain")) {
            outcome.accept("not_plain");
            return null;
        }
        if (Boolean.FALSE.equals(first.getBoolean("kept"))) {
            outcome.accept("large");
            return null;
        }
        ReadFrame frame = pages.brief(rows);
        outcome.accept("at_once");
        return new Opened(streams.descriptors(), List.of(), List.of(), null, query.columns() != null, frame, null);
    }
}
