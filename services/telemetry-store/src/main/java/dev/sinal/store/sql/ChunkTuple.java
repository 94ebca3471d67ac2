package dev.sinal.store.sql;

import dev.sinal.store.domain.ChunkRow;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;
import java.util.List;

/**
 * Chunk rows as array parameters, one array a column. The statistics of all rows are laid end to end, because PostgreSQL's unnest would
 * take a two-dimensional array apart, and so are the chunks, because the server would copy each of them with its row through every step of
 * the plan; each row knows where its own begin.
 */
final class ChunkTuple {
    /** How many parameters {@link #addTo} adds. */
    static final int PARAMETERS = 15;

    private ChunkTuple() {}

    /** Columns of the rows, from parameter {@code first}: {@code stream_id, epoch, first_seq, n, ts, te, at, channels, start, size}. */
    static String unnest(int first) {
        return "unnest($%d::text[], $%d::bigint[], $%d::bigint[], $%d::int[], $%d::bigint[], $%d::bigint[], $%d::int[], $%d::int[], $%d::int[], $%d::int[])"
                .formatted(
                        first, first + 1, first + 2, first + 3, first + 4, first + 5, first + 6, first + 7, first + 8,
                        first + 9);
    }

    /** The chunk and the four statistics of row {@code c}, in the order {@code chunk, mins, maxs, means, valid}. */
    static String contents(int first) {
        String slice = "[c.at + 1 : c.at + c.channels]";
        return "substring($%d::bytea FROM c.start + 1 FOR c.size), ($%d::float8[])%s, ($%d::float8[])%s, ($%d::float8[])%s, ($%d::int[])%s"
                .formatted(first + 10, first + 11, slice, first + 12, slice, first + 13, slice, first + 14, slice);
    }

    static void addTo(Tuple tuple, List<ChunkRow> rows) {
        int count = rows.size();
        int channels = 0;
        int bytes = 0;
        for (ChunkRow row : rows) {
            channels += row.mins().length;
            bytes = Math.addExact(bytes, row.chunk().length);
        }
        String[] streams = new String[count];
        Long[] epochs = new Long[count];
        Long[] firsts = new Long[count];
        Integer[] counts = new Integer[count];
        Long[] from = new Long[count];
        Long[] to = new Long[count];
        Integer[] at = new Integer[count];
        Integer[] width = new Integer[count];
        Integer[] start = new Integer[count];
        Integer[] size = new Integer[count];
        Double[] mins = new Double[channels];
        Double[] maxs = new Double[channels];
        Double[] means = new Double[channels];
        Integer[] valid = new Integer[channels];
        Buffer chunks = Buffer.buffer(bytes);
        int next = 0;
        for (int r = 0; r < count; r++) {
            ChunkRow row = rows.get(r);
            streams[r] = row.streamId();
            epochs[r] = row.epoch();
            firsts[r] = row.firstSeq();
            counts[r] = row.count();
            from[r] = row.ts();
            to[r] = row.te();
            at[r] = next;
            width[r] = row.mins().length;
            start[r] = chunks.length();
            size[r] = row.chunk().length;
            chunks.appendBytes(row.chunk());
            for (int c = 0; c < row.mins().length; c++, next++) {
                mins[next] = row.mins()[c];
                maxs[next] = row.maxs()[c];
                means[next] = row.means()[c];
                valid[next] = row.valid()[c];
            }
        }
        tuple.addArrayOfString(streams)
                .addArrayOfLong(epochs)
                .addArrayOfLong(firsts)
                .addArrayOfInteger(counts)
                .addArrayOfLong(from)
                .addArrayOfLong(to)
                .addArrayOfInteger(at)
                .addArrayOfInteger(width)
                .addArrayOfInteger(start)
                .addArrayOfInteger(size)
                .addBuffer(chunks)
                .addArrayOfDouble(mins)
                .addArrayOfDouble(maxs)
                .addArrayOfDouble(means)
                .addArrayOfInteger(valid);
    }
}
