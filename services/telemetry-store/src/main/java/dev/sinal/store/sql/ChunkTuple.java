package dev.sinal.store.sql;

import dev.sinal.store.domain.ChunkRow;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;
import java.util.List;

/**
 * Chunk rows as array parameters, one array a column. The statistics of all rows are laid end to end, because PostgreSQL's unnest would
 * take a two-dimensional array apart; each row knows its offset.
 */
final class ChunkTuple {
    /** How many parameters {@link #addTo} adds. */
    static final int PARAMETERS = 13;

    private ChunkTuple() {}

    /** Columns of the rows, from parameter {@code first}: {@code stream_id, epoch, first_seq, n, ts, te, at, channels, chunk}. */
    static String unnest(int first) {
        return "unnest($%d::text[], $%d::bigint[], $%d::bigint[], $%d::int[], $%d::bigint[], $%d::bigint[], $%d::int[], $%d::int[], $%d::bytea[])"
                .formatted(
                        first, first + 1, first + 2, first + 3, first + 4, first + 5, first + 6, first + 7, first + 8);
    }

    /** The four statistics of row {@code c}, in the order {@code mins, maxs, means, valid}. */
    static String statistics(int first) {
        String slice = "[c.at + 1 : c.at + c.channels]";
        return "($%d::float8[])%s, ($%d::float8[])%s, ($%d::float8[])%s, ($%d::int[])%s"
                .formatted(first + 9, slice, first + 10, slice, first + 11, slice, first + 12, slice);
    }

    static void addTo(Tuple tuple, List<ChunkRow> rows) {
        int channels = rows.stream().mapToInt(row -> row.mins().length).sum();
        Integer[] at = new Integer[rows.size()];
        Double[] mins = new Double[channels];
        Double[] maxs = new Double[channels];
        Double[] means = new Double[channels];
        Integer[] valid = new Integer[channels];
        int next = 0;
        for (int r = 0; r < at.length; r++) {
            ChunkRow row = rows.get(r);
            at[r] = next;
            for (int c = 0; c < row.mins().length; c++, next++) {
                mins[next] = row.mins()[c];
                maxs[next] = row.maxs()[c];
                means[next] = row.means()[c];
                valid[next] = row.valid()[c];
            }
        }
        tuple.addArrayOfString(rows.stream().map(ChunkRow::streamId).toArray(String[]::new))
                .addArrayOfLong(rows.stream().map(ChunkRow::epoch).toArray(Long[]::new))
                .addArrayOfLong(rows.stream().map(ChunkRow::firstSeq).toArray(Long[]::new))
                .addArrayOfInteger(rows.stream().map(ChunkRow::count).toArray(Integer[]::new))
                .addArrayOfLong(rows.stream().map(ChunkRow::ts).toArray(Long[]::new))
                .addArrayOfLong(rows.stream().map(ChunkRow::te).toArray(Long[]::new))
                .addArrayOfInteger(at)
                .addArrayOfInteger(rows.stream().map(row -> row.mins().length).toArray(Integer[]::new))
                .addArrayOfBuffer(
                        rows.stream().map(row -> Buffer.buffer(row.chunk())).toArray(Buffer[]::new))
                .addArrayOfDouble(mins)
                .addArrayOfDouble(maxs)
                .addArrayOfDouble(means)
                .addArrayOfInteger(valid);
    }
}
