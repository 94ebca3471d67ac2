package dev.sinal.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.chunk.ChunkEncoder;
import dev.sinal.chunk.Codecs;
import dev.sinal.chunk.LongColumn;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.chunk.SampleFormat;
import dev.sinal.chunk.TimeBasis;
import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.ChunkEnvelope;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.runtime.sql.Database;
import dev.sinal.store.domain.Inspection;
import dev.sinal.store.sql.BulkCopy;
import dev.sinal.store.sql.Partitions;
import dev.sinal.testkit.TestDatabase;
import dev.sinal.testkit.suite.Cluster;
import dev.sinal.testkit.suite.SuiteClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A range that is many times as large as the heaps: ten million rows through store and gateway, 256 MB each. */
final class WholeRangeIT {
    private static final int ROWS = 10_000_000;
    private static final int CHUNK_ROWS = 50_000;
    private static final String AGENT = "whole-range";
    /** 2026-03-01T00:00:00Z. */
    private static final long START = 1_772_323_200_000_000_000L;

    private static final long STEP_NS = 1_000_000;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    @Test
    void tenMillionRowsPassThroughSmallHeaps() throws Exception {
        try (TestDatabase database = TestDatabase.fresh();
                Cluster cluster = Cluster.prepare(folder, database.uri(), 2, "256m")) {
            cluster.start("store", "telemetry-store", "agent-manager").awaitReady();
            cluster.start("gateway", "api-gateway").awaitReady();
            fill(database);

            Lines lines = read(cluster.client("gateway"));

            assertThat(lines.count()).isEqualTo(ROWS + 1);
            assertThat(lines.last()).startsWith(AGENT + ",numbers,").endsWith("," + ROWS);
            assertThat(cluster.processes()).allMatch(process -> process.alive());
        }
    }

    private record Lines(long count, String last) {}

    private static Lines read(SuiteClient client) throws Exception {
        HttpResponse<InputStream> answer = client.http()
                .send(
                        client.request("/telemetry/history?agent_id=" + AGENT)
                                .header("Accept", "text/csv")
                                .timeout(Duration.ofMinutes(2))
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        byte[] part = new byte[1 << 16];
        byte[] tail = new byte[256];
        long count = 0;
        try (InputStream in = answer.body()) {
            for (int n = in.read(part); n >= 0; n = in.read(part)) {
                for (int i = 0; i < n; i++) {
                    count += part[i] == '\n' ? 1 : 0;
                }
                int kept = Math.min(n, tail.length);
                System.arraycopy(tail, kept, tail, 0, tail.length - kept);
                System.arraycopy(part, n - kept, tail, tail.length - kept, kept);
            }
        }
        String end = new String(tail, java.nio.charset.StandardCharsets.US_ASCII).strip();
        return new Lines(count, end.substring(end.lastIndexOf('\n') + 1));
    }

    /** One epoch of chunks as packing leaves them. */
    private static void fill(TestDatabase database) throws Exception {
        Vertx vertx = Vertx.vertx();
        Database sql = new Database(database.uri());
        Pool pool = sql.pool(vertx, "whole-range", 2, 30_000);
        BulkCopy bulk = new BulkCopy(vertx, sql, new Partitions(pool, 100), new Inspection(1 << 20));
        try {
            int[] next = {0};
            BulkCopy.Loaded loaded = await(bulk.load(new ChunkEnvelope("import", 1, 1, stream()), () -> {
                int first = next[0];
                next[0] += CHUNK_ROWS;
                return first == ROWS ? null : chunk(first);
            }));
            assertThat(loaded.samples()).isEqualTo(ROWS);
        } finally {
            await(bulk.close());
            await(pool.close());
            await(vertx.close());
        }
    }

    private static byte[] chunk(int first) {
        long[] stamps = new long[CHUNK_ROWS];
        long[] values = new long[CHUNK_ROWS];
        for (int i = 0; i < CHUNK_ROWS; i++) {
            stamps[i] = START + (first + i) * STEP_NS;
            values[i] = first + i + 1;
        }
        return ChunkEncoder.encode(
                new SampleBlock(
                        "whole-range-stream",
                        1,
                        first + 1,
                        TimeBasis.LSL,
                        stamps,
                        null,
                        List.of(new LongColumn(SampleFormat.INT32, values))),
                Codecs.COMPRESS);
    }

    private static StreamDescriptor stream() {
        return new StreamDescriptor(
                "whole-range-stream",
                AGENT,
                "numbers",
                "Numbers",
                "Test",
                "source",
                "host",
                "uid",
                "session",
                "int32",
                1_000,
                null,
                List.of(ChannelDescriptor.plain("n")));
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(2, TimeUnit.MINUTES);
    }
}
