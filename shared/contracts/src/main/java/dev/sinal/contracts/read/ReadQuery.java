package dev.sinal.contracts.read;

import dev.sinal.contracts.StreamDescriptor;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What to read of one agent.
 *
 * @param streams ids; empty = all
 * @param from UTC ns, inclusive; null = the beginning
 * @param to UTC ns, exclusive; null = the end
 * @param order {@link #TIME}, {@link #COMMITTED} or {@link #RECENT}
 * @param after time order: only rows behind this one
 * @param afterCommit committed order: only rows behind this one
 * @param recent recent order: at least the last so many rows of each stream, in the fewest chunks
 * @param maxBytes of a frame, at most 262144
 * @param overlaps {@link #ALL}: also rows that another epoch shows; null = every sample once
 * @param columns of these streams only these metrics, the others are left out of the chunks; streams that are not named come whole; null = all
 * @param brief a page: few frames at most, then it is closed. The store keeps places for such reads that long ones cannot take
 * @param rows of a page in the order of time: so many are enough. The store may then answer with the chunks that hold them alone and hold nothing open ({@link
 *     ReadFrame#before}); null = the reader may go on
 */
public record ReadQuery(
        String agentId,
        List<String> streams,
        @Nullable Long from,
        @Nullable Long to,
        String order,
        @Nullable RowKey after,
        @Nullable CommitKey afterCommit,
        int recent,
        int maxBytes,
        @Nullable String overlaps,
        @Nullable Boolean brief,
        @Nullable List<Columns> columns,
        @Nullable Integer rows) {
    public static final String TIME = "time";
    public static final String COMMITTED = "committed";
    public static final String RECENT = "recent";
    public static final String ALL = "all";
    public static final int MAX_FRAME_BYTES = 262_144;

    public ReadQuery {
        streams = streams == null ? List.of() : List.copyOf(streams);
        columns = columns == null || columns.isEmpty() ? null : List.copyOf(columns);
        maxBytes = maxBytes <= 0 ? MAX_FRAME_BYTES : Math.min(maxBytes, MAX_FRAME_BYTES);
    }

    /** Every sample once. */
    public ReadQuery(
            String agentId,
            List<String> streams,
            @Nullable Long from,
            @Nullable Long to,
            String order,
            @Nullable RowKey after,
            @Nullable CommitKey afterCommit,
            int recent,
            int maxBytes) {
        this(agentId, streams, from, to, order, after, afterCommit, recent, maxBytes, null, null, null, null);
    }

    public static ReadQuery range(
            String agentId, List<String> streams, @Nullable Long from, @Nullable Long to, @Nullable RowKey after) {
        return new ReadQuery(agentId, streams, from, to, TIME, after, null, 0, MAX_FRAME_BYTES);
    }

    public static ReadQuery recent(String agentId, List<String> streams, int rows) {
        return new ReadQuery(agentId, streams, null, null, RECENT, null, null, rows, MAX_FRAME_BYTES);
    }

    /** The same read with every row that is stored, or with every sample once. */
    public ReadQuery withOverlaps(boolean all) {
        return with(all ? ALL : null, brief, columns, rows);
    }

    /** The same read as a page, or as a stream of everything. */
    public ReadQuery asPage(boolean page) {
        return with(overlaps, page ? true : null, columns, rows);
    }

    /** The same read as a page of which so many rows are enough. */
    public ReadQuery asPage(int enough) {
        return with(overlaps, true, columns, enough);
    }

    /** The same read of some columns. @param metrics by stream; empty = every column of every stream */
    public ReadQuery withColumns(Map<String, ? extends Collection<String>> metrics) {
        List<Columns> named = metrics.entrySet().stream()
                .map(entry -> new Columns(entry.getKey(), List.copyOf(entry.getValue())))
                .toList();
        return with(overlaps, brief, named, rows);
    }

    private ReadQuery with(
            @Nullable String overlaps,
            @Nullable Boolean brief,
            @Nullable List<Columns> columns,
            @Nullable Integer rows) {
        return new ReadQuery(
                agentId,
                streams,
                from,
                to,
                order,
                after,
                afterCommit,
                recent,
                maxBytes,
                overlaps,
                brief,
                columns,
                rows);
    }

    /** The columns of a stream that this read brings, rising; null = all. */
    public int @Nullable [] columnsOf(StreamDescriptor stream) {
        if (columns == null) {
            return null;
        }
        for (Columns wanted : columns) {
            if (wanted.stream().equals(stream.id())) {
                Set<String> metrics = Set.copyOf(wanted.metrics());
                return IntStream.range(0, stream.channels().size())
                        .filter(c -> metrics.contains(stream.channels().get(c).metric()))
                        .toArray();
            }
        }
        return null;
    }

    public boolean page() {
        return Boolean.TRUE.equals(brief);
    }

    public boolean everyEpoch() {
        return ALL.equals(overlaps);
    }

    /** Wanted of a stream. @param stream id */
    public record Columns(String stream, List<String> metrics) {
        public Columns {
            metrics = List.copyOf(metrics);
        }
    }
}
