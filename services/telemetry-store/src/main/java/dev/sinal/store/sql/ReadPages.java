package dev.sinal.store.sql;

import dev.sinal.chunk.ChunkFormatException;
import dev.sinal.chunk.ChunkHeader;
import dev.sinal.chunk.ChunkSlice;
import dev.sinal.contracts.read.CommitKey;
import dev.sinal.contracts.read.ReadFrame;
import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.store.domain.ReadRange;
import dev.sinal.store.domain.WantedColumns;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Walks over the chunks of some streams, a frame at a time, by a key instead of an offset. Each stream is read from its own index; the
 * streams are merged in the order asked for. A chunk that is larger than a frame goes in parts; one such is held at a time.
 */
final class ReadPages {
    /** Chunks looked at for the first frame: most readers want one page. */
    private static final int FIRST = 64;

    private static final int FEWEST = 8;
    private static final int MOST = 1024;
    private static final int ENTRY_OVERHEAD = 24;

    private final String[] streams;
    private final Long[] scanFrom;
    private final Long[] from;
    private final long to;
    private final boolean byCommit;
    private final @Nullable CommitKey after;
    private final List<WantedColumns.Range> columns;
    private final int maxBytes;
    private int chunks = FIRST;
    private boolean straddling;
    private long lastTs;
    private String lastStream = "";
    private long lastEpoch = Long.MIN_VALUE;
    private long lastSeq = Long.MIN_VALUE;
    private long lastTx;
    private ReadFrame.@Nullable Entry large;
    private int sent;
    private boolean endsWithLarge;

    /**
     * @param ranges per stream
     * @param after commit order only: nothing up to this row is wanted
     * @param columns epochs of which not all channels are wanted
     */
    ReadPages(
            Map<String, ReadRange> ranges,
            long to,
            boolean byCommit,
            @Nullable CommitKey after,
            List<WantedColumns.Range> columns,
            int maxBytes) {
        streams = ranges.keySet().toArray(String[]::new);
        scanFrom = ranges.values().stream().map(ReadRange::scanFrom).toArray(Long[]::new);
        from = ranges.values().stream().map(ReadRange::from).toArray(Long[]::new);
        this.to = to;
        this.byCommit = byCommit;
        this.after = after;
        this.columns = columns;
        this.maxBytes = maxBytes;
        straddling = byCommit && after != null;
        // A value that is known before the statement runs: partitions are chosen by it.
        lastTs = earliest(scanFrom);
    }

    private static long earliest(Long[] stamps) {
        return Arrays.stream(stamps).mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE);
    }

    /** Asks for everything of a page at once, see {@link PageSql#brief}. */
    Future<RowSet<Row>> brief(SqlClient client, ReadQuery query) {
        Integer enough = query.rows();
        Tuple values = withColumns(frameKey(FIRST).addLong(lastTs))
                .addLong(enough == null ? Long.MAX_VALUE : enough)
                .addString(query.agentId())
                .addArrayOfString(query.streams().toArray(String[]::new))
                .addLong(earliest(from));
        return client.preparedQuery(PageSql.brief(!columns.isEmpty())).execute(values);
    }

    /** @param rows of {@link PageSql#brief}, of which the first is kept, or is without a chunk */
    ReadFrame brief(RowSet<Row> rows) {
        List<ReadFrame.Entry> entries = new ArrayList<>(rows.size());
        DamagedChunks.Check check = new DamagedChunks.Check();
        Long before = null;
        for (Row row : rows) {
            if (row.getLong("id") == null) {
                continue;
            }
            before = row.getLong("before");
            lastTx = Long.parseUnsignedLong(row.getString("tx"));
            ReadFrame.Entry entry = entry(row, check, null);
            if (entry != null) {
                entries.add(entry);
            }
        }
        check.done();
        return before == null ? new ReadFrame(true, entries) : ReadFrame.cutShort(entries, before);
    }

    /** Bytes of a chunk that is under way in parts. */
    int held() {
        ReadFrame.Entry entry = large;
        return entry == null ? 0 : entry.bytes();
    }

    Future<ReadFrame> next(SqlConnection connection) {
        ReadFrame.Entry entry = large;
        if (entry != null) {
            return Future.succeededFuture(part(entry));
        }
        int limit = chunks;
        boolean sliced = !columns.isEmpty();
        if (!byCommit) {
            return connection
                    .preparedQuery(PageSql.byTime(sliced))
                    .execute(timeKey(limit))
                    .map(rows -> frame(rows, limit));
        }
        if (!straddling) {
            return connection
                    .preparedQuery(PageSql.byCommit(sliced))
                    .execute(commitKey(limit))
                    .map(rows -> frame(rows, limit));
        }
        return connection
                .preparedQuery(PageSql.straddling(sliced))
                .execute(commitKey(MOST))
                .compose(rows -> {
                    ReadFrame frame = frame(rows, Integer.MAX_VALUE);
                    if (frame.end() || endsWithLarge) {
                        beginAtPlace();
                    }
                    endsWithLarge = false;
                    return frame.entries().isEmpty() && frame.part() == null
                            ? next(connection)
                            : Future.succeededFuture(new ReadFrame(false, frame.entries(), frame.part()));
                });
    }

    /** What begins before the reader's place has been read. */
    private void beginAtPlace() {
        CommitKey place = after;
        straddling = false;
        lastTx = place == null ? 0 : place.tx();
        lastStream = "";
        lastEpoch = Long.MIN_VALUE;
        lastSeq = Long.MIN_VALUE;
    }

    private Tuple frameKey(int limit) {
        return Tuple.tuple()
                .addArrayOfString(streams)
                .addArrayOfLong(scanFrom)
                .addArrayOfLong(from)
                .addLong(to)
                .addInteger(limit)
                .addInteger(ENTRY_OVERHEAD)
                .addInteger(maxBytes);
    }

    private Tuple timeKey(int limit) {
        return withColumns(frameKey(limit)
                .addLong(lastTs)
                .addString(lastStream)
                .addLong(lastEpoch)
                .addLong(lastSeq));
    }

    private Tuple commitKey(int limit) {
        CommitKey place = after == null ? new CommitKey(0, "", Long.MIN_VALUE, Long.MIN_VALUE) : after;
        return withColumns(frameKey(limit)
                .addString(Long.toUnsignedString(lastTx))
                .addArrayOfLong(behind(lastEpoch))
                .addArrayOfLong(behind(lastSeq))
                .addString(Long.toUnsignedString(place.tx()))
                .addString(place.stream())
                .addLong(place.epoch())
                .addLong(place.seq()));
    }

    /** In the transaction of the last chunk, streams before its own have been read, and those behind it have not. */
    private Long[] behind(long inSameStream) {
        return Arrays.stream(streams)
                .map(stream -> {
                    int order = stream.compareTo(lastStream);
                    return order < 0 ? (Long) Long.MAX_VALUE : order > 0 ? (Long) Long.MIN_VALUE : (Long) inSameStream;
                })
                .toArray(Long[]::new);
    }

    private Tuple withColumns(Tuple tuple) {
        if (columns.isEmpty()) {
            return tuple;
        }
        return tuple.addArrayOfString(texts(WantedColumns.Range::stream))
                .addArrayOfLong(
                        columns.stream().map(WantedColumns.Range::fromEpoch).toArray(Long[]::new))
                .addArrayOfLong(
                        columns.stream().map(WantedColumns.Range::toEpoch).toArray(Long[]::new))
                .addArrayOfString(texts(
                        range -> range.channels().toString().replace('[', '{').replace(']', '}')));
    }

    private String[] texts(Function<WantedColumns.Range, String> field) {
        return columns.stream().map(field).toArray(String[]::new);
    }

    private ReadFrame frame(RowSet<Row> rows, int limit) {
        List<ReadFrame.Entry> entries = new ArrayList<>(rows.size());
        long found = 0;
        DamagedChunks.Check check = new DamagedChunks.Check();
        for (Row row : rows) {
            found = row.getLong("found");
            lastTx = Long.parseUnsignedLong(row.getString("tx"));
            lastTs = row.getLong("ts");
            lastStream = row.getString("stream_id");
            lastEpoch = row.getLong("epoch");
            lastSeq = row.getLong("first_seq");
            ReadFrame.Entry entry = entry(row, check, row.getBuffer("commits"));
            if (entry != null) {
                entries.add(entry);
            }
        }
        check.done();
        boolean end = found == rows.size() && found < limit;
        chunks = Math.max(FEWEST, Math.min(MOST, 2 * rows.size()));
        if (entries.size() == 1 && entries.get(0).bytes() > maxBytes) {
            large = entries.get(0);
            sent = 0;
            endsWithLarge = end;
            return part(entries.get(0));
        }
        return new ReadFrame(end, entries);
    }

    private ReadFrame part(ReadFrame.Entry entry) {
        ReadFrame.Part part = entry.part(sent, maxBytes);
        sent += part.bytes().length;
        boolean last = sent == entry.bytes();
        if (last) {
            large = null;
        }
        return ReadFrame.of(last && endsWithLarge, part);
    }

    /** @return null when nothing of the row is wanted, or it is damaged */
    private ReadFrame.@Nullable Entry entry(Row row, DamagedChunks.Check check, @Nullable Buffer commits) {
        Integer[] channels = row.getArrayOfIntegers("channels");
        if (channels != null && channels.length == 0) {
            return null;
        }
        byte[] chunk = row.getBuffer("chunk").getBytes();
        if (channels != null) {
            try {
                chunk = slice(chunk, row.getArrayOfBuffers("sections"), channels);
            } catch (ChunkFormatException e) {
                check.damaged(row, e);
                return null;
            }
        }
        check.look(row, chunk);
        return new ReadFrame.Entry(lastTx, row.getLong("id"), chunk, commits == null ? null : commits.getBytes());
    }

    /** @param head of the chunk and the sections of the channels; without sections it is the whole chunk */
    private static byte[] slice(byte[] head, Buffer @Nullable [] sections, Integer[] wanted) {
        ChunkHeader header = ChunkHeader.read(head);
        int[] channels = Arrays.stream(wanted)
                .mapToInt(c -> c)
                .filter(c -> c < header.channels())
                .toArray();
        if (sections == null) {
            return ChunkSlice.of(head, channels);
        }
        byte[][] bytes = Arrays.stream(sections).map(Buffer::getBytes).toArray(byte[][]::new);
        boolean fits = head.length == header.headLength()
                && bytes.length == channels.length
                && IntStream.range(0, bytes.length).allMatch(i -> bytes[i].length == header.channelLength(channels[i]));
        if (!fits) {
            throw new IllegalStateException("offs of a packed chunk are not those of " + header);
        }
        return ChunkSlice.of(header, head, channels, bytes);
    }
}
