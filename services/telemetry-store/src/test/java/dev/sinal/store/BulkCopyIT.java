package dev.sinal.store;

import static dev.sinal.store.Samples.START;
import static dev.sinal.store.Samples.STEP;
import static dev.sinal.store.Samples.chunk;
import static dev.sinal.store.Samples.envelope;
import static dev.sinal.store.Samples.rows;
import static dev.sinal.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinal.chunk.ChunkHeader;
import dev.sinal.chunk.DoubleColumn;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.StoreAnswer;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.read.ReadFrame;
import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.runtime.sql.Database;
import dev.sinal.store.domain.Inspection;
import dev.sinal.store.sql.BulkCopy;
import dev.sinal.store.sql.Partitions;
import dev.sinal.testkit.TestDatabase;
import io.vertx.serviceproxy.ServiceException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BulkCopyIT {
    private static final StreamDescriptor STREAM = Samples.stream("agent", "one", "a");
    private static final long HOUR = 3_600_000_000_000L;

    private TestDatabase database;
    private StoreUnderTest store;
    private Pool pool;
    private BulkCopy bulk;

    @BeforeEach
    void start() {
        database = TestDatabase.fresh();
        store = new StoreUnderTest(database.uri(), Map.of());
        Database sql = new Database(database.uri());
        pool = sql.pool(store.vertx(), "bulk-test", 2, 10_000);
        bulk = new BulkCopy(store.vertx(), sql, new Partitions(pool, 100), new Inspection(1 << 20));
    }

    @AfterEach
    void stop() {
        get(bulk.close());
        get(pool.close());
        store.close();
        database.close();
    }

    @Test
    void aLoadedEpochIsReadLikeACollectedOne() {
        BulkCopy.Loaded loaded = load(5, chunk("one", 5, 1, 1_000), chunk("one", 5, 1_001, 1_500));

        assertThat(loaded.samples()).isEqualTo(1_500);
        assertThat(loaded.rows()).isEqualTo(2);
        List<ReadFrame.Entry> entries = store.readAll(ReadQuery.range("agent", List.of(), null, null, null));
        assertThat(rows(entries)).hasSize(1_500).startsWith("one/5/1=1.0").endsWith("one/5/1500=1500.0");
        assertThat(get(store.service().epochs("one"))).singleElement().satisfies(epoch -> {
            assertThat(epoch.committedSeq()).isEqualTo(1_500);
        });
    }

    @Test
    void itsRowsSayWhereEachChannelBegins() {
        StreamDescriptor two = Samples.stream("agent", "two", "a", "b");
        byte[] chunk = Samples.encode(
                "two",
                1,
                1,
                new long[] {START, START + STEP},
                List.of(new DoubleColumn(new double[] {1, 2}), new DoubleColumn(new double[] {-3, 4})));
        get(bulk.load(envelope(two, 1, 1), source(List.of(chunk))));

        Row row = get(pool.query(
                                "SELECT level, offs, mins, maxs, valid, chunk FROM telemetry.telemetry WHERE stream_id = 'two'")
                        .execute())
                .iterator()
                .next();
        ChunkHeader header = ChunkHeader.read(chunk);
        assertThat(row.getInteger("level")).isEqualTo(1);
        assertThat(row.getArrayOfIntegers("offs"))
                .containsExactly(header.channelOffset(0), header.channelOffset(1), header.length());
        assertThat(row.getArrayOfDoubles("mins")).containsExactly(1.0, -3.0);
        assertThat(row.getArrayOfDoubles("maxs")).containsExactly(2.0, 4.0);
        assertThat(row.getArrayOfIntegers("valid")).containsExactly(2, 2);
        assertThat(row.getBuffer("chunk").getBytes()).isEqualTo(chunk);
    }

    @Test
    void collectionGoesOnBehindALoadedEpoch() {
        load(5, chunk("one", 5, 1, 1_000));

        assertThat(get(store.send(envelope(STREAM, 5, 1), chunk("one", 5, 1_001, 1_010)))
                        .status())
                .isEqualTo(StoreAnswer.ACKED);
        assertThat(rows(store.readAll(ReadQuery.range("agent", List.of(), null, null, null))))
                .hasSize(1_010)
                .doesNotHaveDuplicates();
    }

    @Test
    void chunksOfManyDaysComeInAndOneOverMidnightIsCut() {
        byte[] overMidnight = chunk("one", 5, 1, 1_000, START + 14 * HOUR - 500 * STEP, STEP);
        byte[] nextWeek = chunk("one", 5, 1_001, 1_010, START + 200 * HOUR, STEP);

        assertThat(load(5, overMidnight, nextWeek).rows()).isEqualTo(3);
        assertThat(rows(store.readAll(ReadQuery.range("agent", List.of(), null, null, null))))
                .hasSize(1_010)
                .endsWith("one/5/1010=1010.0");
    }

    @Test
    void anEpochWithSamplesIsRefusedAndStaysAsItIs() {
        get(store.send(envelope(STREAM, 5, 1), chunk("one", 5, 1, 10)));

        assertFails(RpcError.CONFLICT, () -> load(5, chunk("one", 5, 1, 1_000)));
        load(6, chunk("one", 6, 1, 20));
        assertFails(RpcError.CONFLICT, () -> load(6, chunk("one", 6, 1, 1_000)));
        assertThat(rows(store.readAll(
                        ReadQuery.range("agent", List.of(), null, null, null).withOverlaps(true))))
                .hasSize(30);
    }

    @Test
    void aHoleADamagedChunkOrAnotherStreamsLeaveNothingBehind() {
        byte[] damaged = chunk("one", 5, 11, 20);
        damaged[damaged.length - 1] ^= 1;

        assertFails(RpcError.INVALID_PARAMS, () -> load(5, chunk("one", 5, 1, 10), chunk("one", 5, 12, 20)));
        assertFails(RpcError.INVALID_PARAMS, () -> load(5, chunk("one", 5, 1, 10), damaged));
        assertFails(RpcError.INVALID_PARAMS, () -> load(5, chunk("one", 5, 1, 10), chunk("two", 5, 11, 20)));
        assertFails(RpcError.INVALID_PARAMS, () -> load(5));
        assertNothingThere();
        assertThat(load(5, chunk("one", 5, 1, 10)).samples()).isEqualTo(10);
    }

    @Test
    void aSourceThatFailsLeavesNothingBehind() {
        Iterator<byte[]> chunks = List.of(chunk("one", 5, 1, 10)).iterator();
        assertThatThrownBy(() -> get(bulk.load(envelope(STREAM, 5, 1), () -> {
                    if (chunks.hasNext()) {
                        return chunks.next();
                    }
                    throw new IOException("the file ends here");
                })))
                .hasRootCauseMessage("the file ends here");
        assertNothingThere();
    }

    private void assertNothingThere() {
        for (String table : List.of("telemetry", "stream_epochs", "streams", "compacted")) {
            long count = get(pool.query("SELECT count(*) FROM telemetry." + table)
                            .execute())
                    .iterator()
                    .next()
                    .getLong(0);
            assertThat(count).as(table).isZero();
        }
    }

    private BulkCopy.Loaded load(long epoch, byte[]... chunks) {
        return get(bulk.load(envelope(STREAM, epoch, 1), source(Arrays.asList(chunks))));
    }

    private static BulkCopy.Source source(List<byte[]> chunks) {
        Iterator<byte[]> left = new ArrayList<>(chunks).iterator();
        return () -> left.hasNext() ? left.next() : null;
    }

    private static void assertFails(RpcError error, Runnable load) {
        assertThatThrownBy(load::run)
                .isInstanceOfSatisfying(
                        ServiceException.class,
                        failure -> assertThat(failure.failureCode()).isEqualTo(error.code()));
    }
}
