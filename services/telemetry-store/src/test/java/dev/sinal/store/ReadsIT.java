package dev.sinal.store;

import static dev.sinal.store.Samples.START;
import static dev.sinal.store.Samples.STEP;
import static dev.sinal.store.Samples.chunk;
import static dev.sinal.store.Samples.envelope;
import static dev.sinal.store.Samples.rows;
import static dev.sinal.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinal.chunk.ChunkDecoder;
import dev.sinal.chunk.ChunkHeader;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.read.CommitKey;
import dev.sinal.contracts.read.ReadClient;
import dev.sinal.contracts.read.ReadCursor;
import dev.sinal.contracts.read.ReadFrame;
import dev.sinal.contracts.read.ReadOpened;
import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.contracts.read.RowKey;
import dev.sinal.testkit.TestDatabase;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.pgclient.PgBuilder;
import io.vertx.serviceproxy.ServiceException;
import io.vertx.sqlclient.SqlClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReadsIT {
    private static final StreamDescriptor ONE = Samples.stream("agent", "one", "a");
    private static final StreamDescriptor TWO = Samples.stream("agent", "two", "a");

    private TestDatabase database;
    private StoreUnderTest store;

    @BeforeEach
    void start() {
        database = TestDatabase.fresh();
        store = new StoreUnderTest(database.uri(), Map.of("store.openReads", "2"));
    }

    @AfterEach
    void stop() {
        store.close();
        database.close();
    }

    @Test
    void chunksOfAllStreamsComeInOrderOfTime() {
        send(TWO, 5, 1, 10);
        send(ONE, 9, 1, 10);
        send(ONE, 5, 1, 10);
        send(TWO, 5, 11, 20);

        assertThat(keys(store.readAll(ReadQuery.range("agent", List.of(), null, null, null))))
                .containsExactly("one/5/1", "one/9/1", "two/5/1", "two/5/11");
    }

    @Test
    void aRangeHoldsEveryChunkThatReachesIntoIt() {
        send(ONE, 5, 1, 100);
        send(ONE, 5, 101, 200);
        send(ONE, 5, 201, 300);

        List<ReadFrame.Entry> read =
                store.readAll(ReadQuery.range("agent", List.of("one"), START + 99 * STEP, START + 200 * STEP, null));

        assertThat(keys(read)).containsExactly("one/5/1", "one/5/101");
    }

    @Test
    void readingGoesOnBehindAKey() {
        send(ONE, 5, 1, 100);
        send(ONE, 5, 101, 200);

        RowKey key = new RowKey(START + 149 * STEP, "one", 5, 150);

        assertThat(keys(store.readAll(ReadQuery.range("agent", List.of(), null, null, key))))
                .containsExactly("one/5/101");
    }

    @Test
    void aLongReadSeesOneSnapshotAndEndsItself() {
        for (int i = 0; i < 100; i++) {
            send(ONE, 5, i * 10 + 1, i * 10 + 10);
        }
        ReadQuery small = new ReadQuery("agent", List.of(), null, null, ReadQuery.TIME, null, null, 0, 4096);

        StoreUnderTest.FirstFrame first = get(store.open(small));
        send(ONE, 5, 1001, 1010);
        List<ReadFrame.Entry> read = new ArrayList<>(first.frame().entries());
        ReadFrame frame = first.frame();
        while (!frame.end()) {
            frame = get(store.ask(first.opened(), "next"));
            assertThat(frame.toBuffer().length()).isLessThanOrEqualTo(4096 + 6);
            read.addAll(frame.entries());
        }

        assertThat(rows(read)).hasSize(1000).doesNotHaveDuplicates().contains("one/5/1000=1000.0");
        assertThat(store.metrics().get("sinal.store.reads.open").gauge().value())
                .isZero();
    }

    @Test
    void longReadsAreLimited() {
        for (int i = 0; i < 100; i++) {
            send(ONE, 5, i * 10 + 1, i * 10 + 10);
        }
        ReadQuery small = new ReadQuery("agent", List.of(), null, null, ReadQuery.TIME, null, null, 0, 4096);

        ReadOpened first = get(store.open(small)).opened();
        ReadOpened second = get(store.open(small)).opened();
        assertThatThrownBy(() -> get(store.open(small)))
                .isInstanceOfSatisfying(
                        ReplyException.class, e -> assertThat(RpcError.of(e)).isEqualTo(RpcError.UNAVAILABLE));
        ReadOpened page = get(store.open(small.asPage(true))).opened();
        assertThat(page.cursor()).as("long reads leave room for pages").isNotNull();
        get(store.ask(page, "close"));
        get(store.ask(first, "close"));
        assertThatThrownBy(() -> get(store.ask(first, "next")))
                .isInstanceOfSatisfying(
                        ReplyException.class, e -> assertThat(RpcError.of(e)).isEqualTo(RpcError.NOT_FOUND));

        get(store.ask(second, "close"));
        Awaitility.await().until(() -> openReads(store) == 0);
        assertThat(ended("refused")).isEqualTo(1);
        assertThat(ended("closed")).isEqualTo(3);
        Awaitility.await("no snapshot is held in the database").until(() -> transactions() == 0);
    }

    @Test
    void aReadThatNobodyContinuesEnds() {
        reopen(Map.of("store.readIdle", "1s"));
        for (int i = 0; i < 100; i++) {
            send(ONE, 5, i * 10 + 1, i * 10 + 10);
        }
        ReadOpened read = get(store.open(
                        new ReadQuery("agent", List.of(), null, null, ReadQuery.TIME, null, null, 0, 4096)))
                .opened();

        Awaitility.await().until(() -> openReads(store) == 0);

        assertThatThrownBy(() -> get(store.ask(read, "next"))).isInstanceOf(ReplyException.class);
        assertThat(ended("idle")).isEqualTo(1);
        Awaitility.await("no snapshot is held in the database").until(() -> transactions() == 0);
    }

    private void reopen(Map<String, String> settings) {
        store.close();
        store = new StoreUnderTest(database.uri(), settings);
    }

    @Test
    void aReadBelongsToTheStoreThatOpenedItAndAnotherTakesTheNext() {
        for (int i = 0; i < 100; i++) {
            send(ONE, 5, i * 10 + 1, i * 10 + 10);
        }
        ReadQuery small = new ReadQuery("agent", List.of(), null, null, ReadQuery.TIME, null, null, 0, 4096);
        Vertx bus = Vertx.vertx();
        try (StoreUnderTest stays = new StoreUnderTest(bus, database.uri())) {
            ReadClient client = new ReadClient(bus);
            List<ReadCursor> open = new ArrayList<>();
            try (StoreUnderTest goes = new StoreUnderTest(bus, database.uri())) {
                for (int i = 0; i < 4; i++) {
                    open.add(get(client.open(small)));
                    get(open.get(i).next());
                }
                assertThat(openReads(stays)).isEqualTo(2);
                assertThat(openReads(goes)).isEqualTo(2);
            }

            int failed = 0;
            for (ReadCursor cursor : open) {
                try {
                    get(cursor.next());
                } catch (ServiceException e) {
                    assertThat(e.failureCode()).isEqualTo(RpcError.UNAVAILABLE.code());
                    failed++;
                }
            }
            assertThat(failed).isEqualTo(2);
            open.forEach(ReadCursor::close);
            Awaitility.await().until(() -> openReads(stays) == 0);
            assertThat(get(get(client.open(small)).next())).isNotEmpty();
        } finally {
            get(bus.close());
        }
    }

    private static double openReads(StoreUnderTest store) {
        return store.metrics().get("sinal.store.reads.open").gauge().value();
    }

    private double ended(String reason) {
        return store.metrics()
                .get("sinal.store.reads.ended")
                .tag("reason", reason)
                .counter()
                .count();
    }

    private long transactions() {
        SqlClient client = PgBuilder.client()
                .connectingTo(database.uri())
                .using(store.vertx())
                .build();
        try {
            return get(client.query("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                    + " AND state LIKE 'idle in transaction%'")
                            .execute())
                    .iterator()
                    .next()
                    .getLong(0);
        } finally {
            get(client.close());
        }
    }

    @Test
    void aReadStaysOpenForAReaderThatIsSlowAndSaysSo() {
        reopen(Map.of("store.readIdle", "3s"));
        for (int i = 0; i < 100; i++) {
            send(ONE, 5, i * 10 + 1, i * 10 + 10);
        }
        ReadOpened read = get(store.open(
                        new ReadQuery("agent", List.of(), null, null, ReadQuery.TIME, null, null, 0, 4096)))
                .opened();

        Awaitility.await()
                .pollInterval(Duration.ofMillis(200))
                .during(Duration.ofMillis(7_500))
                .atMost(Duration.ofMinutes(1))
                .until(() -> {
                    get(store.ask(read, "keep"));
                    return store.metrics().get("sinal.store.reads.open").gauge().value() == 1;
                });

        assertThat(get(store.ask(read, "next"))).isNotNull();
    }

    @Test
    void commitOrderGivesLateDataLastAndEveryRowOnce() {
        send(ONE, 9, 101, 110, START + 1_000 * STEP);
        send(ONE, 5, 1, 10);
        send(TWO, 5, 1, 10);

        List<ReadFrame.Entry> all = store.readAll(committed(null));
        assertThat(keys(all)).containsExactly("one/9/1", "one/5/1", "two/5/1");

        ReadFrame.Entry second = all.get(1);
        CommitKey inside = new CommitKey(second.tx(), "one", 5, 4);
        assertThat(keys(store.readAll(committed(inside)))).containsExactly("one/5/1", "two/5/1");
        CommitKey atEnd = new CommitKey(second.tx(), "one", 5, 10);
        assertThat(keys(store.readAll(committed(atEnd)))).containsExactly("two/5/1");
    }

    @Test
    void recentGivesTheFewestChunksThatHoldTheLastRowsOfEachStream() {
        for (int i = 0; i < 10; i++) {
            send(ONE, 5, i * 10 + 1, i * 10 + 10);
        }
        send(TWO, 5, 1, 10);

        assertThat(keys(store.readAll(ReadQuery.recent("agent", List.of(), 15))))
                .containsExactly("two/5/1", "one/5/81", "one/5/91");
        assertThat(keys(store.readAll(ReadQuery.recent("agent", List.of("one"), 10))))
                .containsExactly("one/5/91");
    }

    @Test
    void anAgentThatNeverDeliveredHasNoStreams() {
        StoreUnderTest.FirstFrame read = get(store.open(ReadQuery.range("nobody", List.of(), null, null, null)));

        assertThat(read.opened().streams()).isEmpty();
        assertThat(read.frame()).isEqualTo(new ReadFrame(true, List.of()));
    }

    @Test
    void descriptorsAreGivenWhereChannelsChange() {
        StreamDescriptor renamed = Samples.stream("agent", "one", "b");
        send(ONE, 5, 1, 10);
        send(ONE, 6, 1, 10);
        send(renamed, 7, 1, 10);

        ReadOpened opened = get(store.open(ReadQuery.range("agent", List.of(), null, null, null)))
                .opened();

        assertThat(opened.streams())
                .extracting(ReadOpened.EpochDescriptor::fromEpoch)
                .containsExactly(7L, 5L);
        assertThat(opened.streams().get(0).stream()).isEqualTo(renamed);
    }

    @Test
    void aBadQueryIsNamed() {
        ReadQuery query = new ReadQuery("agent", List.of(), null, null, "sideways", null, null, 0, 0);

        assertThatThrownBy(() -> get(store.open(query)))
                .hasMessageContaining("order")
                .isInstanceOfSatisfying(
                        ReplyException.class, e -> assertThat(RpcError.of(e)).isEqualTo(RpcError.INVALID_PARAMS));
    }

    private static ReadQuery committed(CommitKey after) {
        return new ReadQuery("agent", List.of(), null, null, ReadQuery.COMMITTED, null, after, 0, 0);
    }

    private void send(StreamDescriptor stream, long epoch, long first, long last) {
        assertThat(get(store.send(envelope(stream, epoch, 1), chunk(stream.id(), epoch, first, last)))
                        .status())
                .isEqualTo("acked");
    }

    private void send(StreamDescriptor stream, long epoch, long first, long last, long start) {
        long n = last - first + 1;
        assertThat(get(store.send(envelope(stream, epoch, 1), chunk(stream.id(), epoch, 1, n, start, STEP)))
                        .status())
                .isEqualTo("acked");
    }

    private static List<String> keys(List<ReadFrame.Entry> entries) {
        return entries.stream()
                .map(entry -> {
                    ChunkDecoder.verify(entry.chunk());
                    ChunkHeader header = ChunkHeader.read(entry.chunk());
                    return header.streamId() + "/" + header.epoch() + "/" + header.firstSeq();
                })
                .toList();
    }
}
