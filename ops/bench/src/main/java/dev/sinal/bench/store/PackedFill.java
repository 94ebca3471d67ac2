package dev.sinal.bench.store;

import dev.sinal.chunk.ChunkEncoder;
import dev.sinal.chunk.Codecs;
import dev.sinal.contracts.ChunkEnvelope;
import dev.sinal.runtime.sql.Database;
import dev.sinal.store.domain.ChunkRow;
import dev.sinal.store.domain.Inspection;
import dev.sinal.store.sql.BulkCopy;
import dev.sinal.store.sql.Partitions;
import dev.sinal.testkit.TestDatabase;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;

/** Fills a database by COPY with chunks as large as packing makes them. */
final class PackedFill implements AutoCloseable {
    private static final int ROWS = 10_000;
    private static final int MOST_PARTITIONS = 4_000;
    private static final int CHUNK_BYTES = 16 << 20;
    private static final long LONGEST_MIN = 20;

    private final Pool pool;
    private final BulkCopy copy;

    PackedFill(Vertx vertx, TestDatabase database) {
        Database sql = new Database(database.uri());
        pool = sql.pool(vertx, "bench-fill", 2, 60_000);
        copy = new BulkCopy(vertx, sql, new Partitions(pool, MOST_PARTITIONS), new Inspection(CHUNK_BYTES));
    }

    /** @return values */
    long fill(Workload workload, String run, int stream, long samples) throws Exception {
        return fill(workload, run, stream, new Chunks(workload, run, stream, samples));
    }

    /** @param chunks encoded before @return values */
    long fill(Workload workload, String run, int stream, Iterator<byte[]> chunks) throws Exception {
        BulkCopy.Loaded loaded = copy.load(
                        new ChunkEnvelope("bench", 1, 1, workload.descriptor(run, stream)),
                        () -> chunks.hasNext() ? chunks.next() : null)
                .toCompletionStage()
                .toCompletableFuture()
                .get(LONGEST_MIN, TimeUnit.MINUTES);
        return loaded.samples() * workload.channels();
    }

    @Override
    public void close() throws Exception {
        Waits.on(copy.close());
        Waits.on(pool.close());
    }

    /** Chunks of one stream, encoded as they are asked for; none crosses a day or spans more than an hour. */
    static final class Chunks implements Iterator<byte[]> {
        private final Workload workload;
        private final String run;
        private final int stream;
        private final long samples;
        private final Codecs codecs = Codecs.COMPACT.learning();
        private long next = 1;

        Chunks(Workload workload, String run, int stream, long samples) {
            this.workload = workload;
            this.run = run;
            this.stream = stream;
            this.samples = samples;
        }

        @Override
        public boolean hasNext() {
            return next <= samples;
        }

        @Override
        public byte[] next() {
            long most = (long) (ChunkRow.MAX_SPAN_NS / 1e9 * workload.rateHz());
            long intoDay = (long)
                    ((workload.timeMs(stream, next - 1) * 1_000_000 % ChunkRow.DAY_NS) / 1e9 * workload.rateHz());
            long leftOfDay = (long) (ChunkRow.DAY_NS / 1e9 * workload.rateHz()) - intoDay;
            int n = (int) Math.max(1, Math.min(Math.min(ROWS, most), Math.min(leftOfDay, samples - next + 1)));
            byte[] chunk = ChunkEncoder.encode(workload.block(run, stream, next, n), codecs);
            next += n;
            return chunk;
        }
    }
}
