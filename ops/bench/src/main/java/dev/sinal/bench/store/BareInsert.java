package dev.sinal.bench.store;

import dev.sinal.runtime.sql.Database;
import dev.sinal.store.domain.ChunkRow;
import dev.sinal.testkit.TestDatabase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The same rows into a plain table of the same columns and indexes by plain statements of the same number of rows, as many at a time as the store runs: what
 * bus, checks, watermark and partitions cost beside it.
 */
final class BareInsert implements AutoCloseable {
    private static final String COLUMNS = "stream_id, epoch, first_seq, n, ts, te, chunk, mins, maxs, means, valid";
    private static final int PARAMETERS = 11;
    private static final int LANES = 2;

    private final Pool pool;

    BareInsert(Vertx vertx, TestDatabase database) throws Exception {
        BenchServer.run(
                database,
                "CREATE SCHEMA IF NOT EXISTS bare",
                "DROP TABLE IF EXISTS bare.chunks",
                "CREATE TABLE bare.chunks (LIKE telemetry.telemetry INCLUDING DEFAULTS INCLUDING STORAGE INCLUDING INDEXES)");
        pool = new Database(database.uri()).pool(vertx, "bench-bare", LANES, 60_000);
    }

    /** @param rowsPerStatement as the store put into one, about */
    void insert(List<byte[]> chunks, int rowsPerStatement) throws InterruptedException {
        Turnstile lanes = new Turnstile(LANES);
        for (int at = 0; at < chunks.size(); at += rowsPerStatement) {
            List<byte[]> part = chunks.subList(at, Math.min(chunks.size(), at + rowsPerStatement));
            lanes.enter();
            pool.preparedQuery(statement(part.size()))
                    .execute(tuple(part))
                    .onSuccess(done -> lanes.leave())
                    .onFailure(lanes::failed);
        }
        lanes.drain();
    }

    private static String statement(int rows) {
        StringBuilder sql = new StringBuilder("INSERT INTO bare.chunks (" + COLUMNS + ") VALUES ");
        for (int row = 0, p = 1; row < rows; row++) {
            sql.append(row == 0 ? "(" : ", (");
            for (int column = 0; column < PARAMETERS; column++, p++) {
                sql.append(column == 0 ? "$" : ", $").append(p);
            }
            sql.append(')');
        }
        return sql.toString();
    }

    private static Tuple tuple(List<byte[]> chunks) {
        List<Object> values = new ArrayList<>(chunks.size() * PARAMETERS);
        for (byte[] chunk : chunks) {
            ChunkRow row = ChunkRow.of(chunk);
            values.add(row.streamId());
            values.add(row.epoch());
            values.add(row.firstSeq());
            values.add(row.count());
            values.add(row.ts());
            values.add(row.te());
            values.add(Buffer.buffer(row.chunk()));
            values.add(Arrays.stream(row.mins()).boxed().toArray(Double[]::new));
            values.add(Arrays.stream(row.maxs()).boxed().toArray(Double[]::new));
            values.add(Arrays.stream(row.means()).boxed().toArray(Double[]::new));
            values.add(Arrays.stream(row.valid()).boxed().toArray(Integer[]::new));
        }
        return Tuple.wrap(values);
    }

    @Override
    public void close() throws Exception {
        Waits.on(pool.close());
    }
}
