package dev.sinal.store;

import static dev.sinal.store.Samples.START;
import static dev.sinal.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinal.chunk.ChunkDecoder;
import dev.sinal.chunk.Column;
import dev.sinal.chunk.DoubleColumn;
import dev.sinal.chunk.SampleBlock;
import dev.sinal.contracts.EpochRecord;
import dev.sinal.contracts.ExternalWrite;
import dev.sinal.contracts.ExternalWrite.Once;
import dev.sinal.contracts.ExternalWrite.Part;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.StreamIds;
import dev.sinal.contracts.WriteReceipt;
import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.runtime.sql.Database;
import dev.sinal.testkit.TestDatabase;
import dev.sinal.testkit.TestServer;
import io.vertx.core.Future;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Writes that come together are stored together, and each gets the answer that it would have got alone. */
class GroupedWritesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long STEP = 1_000_000L;
    private static final int CLIENTS = 4;

    @Test
    void everySampleOfManyWritersIsStoredOnceAndInTheOrderOfItsWriter() {
        try (TestDatabase database = TestDatabase.fresh();
                StoreUnderTest store = new StoreUnderTest(database.uri(), Map.of())) {
            int writes = 12;
            List<Future<Void>> clients = new ArrayList<>();
            for (int agent = 0; agent < 6; agent++) {
                for (int client = 0; client < CLIENTS; client++) {
                    clients.add(oneAfterTheOther(store, "agent" + agent, client, writes));
                }
            }
            clients.forEach(StoreUnderTest::get);

            for (int agent = 0; agent < 6; agent++) {
                assertEachOnce(store, "agent" + agent, "main", writes);
                assertEachOnce(store, "agent" + agent, "side", writes);
            }
            double transactions = summary(store, "sinal.store.external.writes");
            assertThat(transactions).isPositive().isLessThan(6 * CLIENTS * writes);
        }
    }

    /** Write {@code i} of a client holds the numbers {@code 2i} and {@code 2i + 1} of both its streams; every third comes twice. */
    private static Future<Void> oneAfterTheOther(StoreUnderTest store, String agent, int client, int writes) {
        Future<Void> done = Future.succeededFuture();
        for (int i = 0; i < writes; i++) {
            int write = i;
            done = done.compose(before -> {
                ExternalWrite head = new ExternalWrite(
                        agent,
                        List.of(new Part("main", List.of("c" + client)), new Part("side", List.of("c" + client))),
                        write % 2 == 0 ? null : new Once(client + "/" + write, "content"));
                byte[] chunk = numbers(2 * write, 2 * write + 1);
                Future<WriteReceipt> first = store.write(head, List.of(chunk, chunk));
                boolean twice = write % 2 == 1 && write % 3 == 0;
                Future<WriteReceipt> second = twice ? store.write(head, List.of(chunk, chunk)) : first;
                return Future.all(first, second).map(answers -> {
                    assertThat(first.result().committed()).isEqualTo(4);
                    assertThat(second.result().committed()).isEqualTo(4);
                    if (twice) {
                        assertThat(first.result().repeated() == null)
                                .isNotEqualTo(second.result().repeated() == null);
                    }
                    return null;
                });
            });
        }
        return done;
    }

    private static void assertEachOnce(StoreUnderTest store, String agent, String stream, int writes) {
        Map<String, List<Long>> byClient = new HashMap<>();
        for (String row : rows(store, agent, stream)) {
            String[] parts = row.split("=");
            byClient.computeIfAbsent(parts[0], client -> new ArrayList<>()).add((long) Double.parseDouble(parts[1]));
        }
        assertThat(byClient).hasSize(CLIENTS);
        assertThat(byClient.values())
                .allSatisfy(numbers -> assertThat(numbers)
                        .containsExactlyElementsOf(
                                LongStream.range(0, 2L * writes).boxed().toList()));
    }

    @Test
    void twoStoresOnOneDatabaseNumberTheSameStreamTogether() {
        try (TestDatabase database = TestDatabase.fresh();
                StoreUnderTest one = new StoreUnderTest(database.uri(), Map.of());
                StoreUnderTest two = new StoreUnderTest(database.uri(), Map.of())) {
            List<Future<WriteReceipt>> writes = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                writes.add(write(i % 2 == 0 ? one : two, "agent", "main", "m", null, i));
                if (i % 10 == 9) {
                    get(Future.all(writes));
                }
            }
            get(Future.all(writes));
            get(write(two, "agent", "main", "new", null, 30));
            get(write(one, "agent", "main", "m", null, 31));

            assertThat(rows(one, "agent", "main"))
                    .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 32)
                            .mapToObj(i -> (i == 30 ? "new=" : "m=") + i + ".0")
                            .toList());
            assertThat(get(one.service().epochs(StreamIds.external("agent", "main"))))
                    .extracting(EpochRecord::committedSeq)
                    .containsExactly(30L, 2L);
        }
    }

    @Test
    void aBadWriteDoesNotHurtThoseBesideIt() throws Exception {
        try (TestDatabase database = TestDatabase.fresh();
                StoreUnderTest store = new StoreUnderTest(database.uri(), Map.of("store.maxPartitions", "8"))) {
            get(wide(store, 0, 1_000));
            List<Future<WriteReceipt>> good = new ArrayList<>();
            List<Future<WriteReceipt>> bad = new ArrayList<>();
            try (Held held = new Held(database, StreamIds.external("agent", "held"))) {
                good.add(write(store, "agent", "held", "m", null, 0));
                held.awaitWaiter();
                good.add(write(store, "agent", "main", "m", new Once("k0", "content"), 1));
                bad.add(wide(store, 1_000, 100)); // too many metrics
                good.add(write(store, "agent", "main", "m", new Once("k1", "content"), 2));
                bad.add(store.write( // too many days
                        new ExternalWrite("agent", List.of(new Part("days", List.of("m")))), List.of(days(12))));
                bad.add(write(store, "agent", "main", "m", new Once("k0", "other content"), 3));
                good.add(write(store, "agent", "other", "m", null, 4));
                Awaitility.await().atMost(PATIENCE).until(() -> gauge(store, "sinal.store.external.waiting") == 6);
            }

            assertThat(good).allSatisfy(answer -> assertThat(get(answer)).isEqualTo(new WriteReceipt(1)));
            assertThat(bad)
                    .extracting(GroupedWritesIT::failure)
                    .containsExactly(RpcError.INVALID_PARAMS, RpcError.INVALID_PARAMS, RpcError.IMPOSSIBLE);
            assertThat(rows(store, "agent", "main")).containsExactly("m=1.0", "m=2.0");
            assertThat(rows(store, "agent", "other")).containsExactly("m=4.0");
            assertThat(get(store.service().epochs(StreamIds.external("agent", "wide"))))
                    .singleElement()
                    .satisfies(epoch -> assertThat(epoch.committedSeq()).isEqualTo(1));
            assertThat(get(write(store, "agent", "main", "m", new Once("k1", "content"), 2))
                            .repeated())
                    .isTrue();
        }
    }

    @Test
    void beyondTheWaitingLineWritesAreRefusedAndTheOthersAreStored() throws Exception {
        try (TestDatabase database = TestDatabase.fresh();
                StoreUnderTest store = new StoreUnderTest(database.uri(), Map.of("store.externalWaiting", "2"))) {
            List<Future<WriteReceipt>> taken = new ArrayList<>();
            try (Held held = new Held(database, StreamIds.external("agent", "held"))) {
                taken.add(write(store, "agent", "held", "m", null, 0));
                held.awaitWaiter();
                taken.add(write(store, "agent", "held", "m", null, 1));
                taken.add(write(store, "agent", "held", "m", null, 2));

                assertThat(failure(write(store, "agent", "held", "m", null, 3))).isEqualTo(RpcError.UNAVAILABLE);
                assertThat(store.metrics()
                                .counter("sinal.store.external.refused")
                                .count())
                        .isEqualTo(1);
            }

            assertThat(taken).allSatisfy(answer -> assertThat(get(answer)).isEqualTo(new WriteReceipt(1)));
            assertThat(rows(store, "agent", "held")).containsExactly("m=0.0", "m=1.0", "m=2.0");
            get(write(store, "agent", "held", "m", null, 3));
        }
    }

    @Test
    void whatIsAcknowledgedWhileTheDatabaseGoesAwayIsStoredAndKeysMakeTheRestWhole() {
        try (TestServer server = TestServer.start();
                TestDatabase database = server.database();
                StoreUnderTest store = new StoreUnderTest(database.uri(), Map.of())) {
            get(write(store, "agent", "main", "m", null, 0));
            Map<Integer, Boolean> acknowledged = new ConcurrentHashMap<>();
            AtomicBoolean enough = new AtomicBoolean();
            List<Future<Void>> clients = new ArrayList<>();
            for (int client = 0; client < 8; client++) {
                clients.add(until(enough, store, acknowledged, 1 + client * 1_000));
            }
            Awaitility.await().atMost(PATIENCE).until(() -> acknowledged.size() > 40);
            server.stop();
            Awaitility.await().atMost(PATIENCE).until(() -> acknowledged.containsValue(false));
            server.startAgain();
            enough.set(true);
            clients.forEach(StoreUnderTest::get);
            Map<Integer, Boolean> before = Map.copyOf(acknowledged);
            Awaitility.await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> {
                assertThat(numbersOf(rows(store, "agent", "main")))
                        .doesNotHaveDuplicates()
                        .containsAll(before.entrySet().stream()
                                .filter(Map.Entry::getValue)
                                .map(Map.Entry::getKey)
                                .toList());
            });

            before.keySet()
                    .forEach(number -> Awaitility.await()
                            .atMost(PATIENCE)
                            .ignoreExceptions()
                            .until(() -> get(keyed(store, number)).committed() == 1));

            List<Integer> stored = new ArrayList<>(before.keySet());
            stored.add(0);
            assertThat(numbersOf(rows(store, "agent", "main"))).containsExactlyInAnyOrderElementsOf(stored);
        }
    }

    /** Writes numbers one after the other, noting for each whether it was acknowledged; ends at a failure. */
    private static Future<Void> until(
            AtomicBoolean enough, StoreUnderTest store, Map<Integer, Boolean> acknowledged, int number) {
        return keyed(store, number).transform(done -> {
            acknowledged.put(number, done.succeeded());
            return enough.get() || done.failed()
                    ? Future.succeededFuture()
                    : until(enough, store, acknowledged, number + 1);
        });
    }

    private static Future<WriteReceipt> keyed(StoreUnderTest store, int number) {
        return write(store, "agent", "main", "m", new Once("n" + number, "content"), number);
    }

    private static List<Integer> numbersOf(List<String> rows) {
        return rows.stream()
                .map(row -> (int) Double.parseDouble(row.substring(row.indexOf('=') + 1)))
                .toList();
    }

    /** A stream whose writes wait until this is closed. */
    private static final class Held implements AutoCloseable {
        private final Connection connection;

        Held(TestDatabase database, String streamId) throws SQLException {
            connection = new Database(database.uri()).dataSource().getConnection();
            try (PreparedStatement lock =
                    connection.prepareStatement("SELECT pg_advisory_lock(hashtextextended(?, 0))")) {
                lock.setString(1, streamId);
                lock.execute();
            }
        }

        void awaitWaiter() {
            Awaitility.await().atMost(PATIENCE).until(() -> {
                try (var statement = connection.createStatement();
                        var rows = statement.executeQuery(
                                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")) {
                    return rows.next() && rows.getInt(1) == 1;
                }
            });
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }

    private static Future<WriteReceipt> write(
            StoreUnderTest store, String agent, String stream, String metric, Once once, int number) {
        return store.write(
                new ExternalWrite(agent, List.of(new Part(stream, List.of(metric))), once), List.of(numbers(number)));
    }

    /** One sample of many metrics. */
    private static Future<WriteReceipt> wide(StoreUnderTest store, int from, int count) {
        List<String> metrics =
                IntStream.range(from, from + count).mapToObj(i -> "m" + i).toList();
        List<Column> columns = new ArrayList<>();
        metrics.forEach(metric -> columns.add(new DoubleColumn(new double[] {1})));
        return store.write(
                new ExternalWrite("agent", List.of(new Part("wide", metrics)), new Once("wide" + from, "content")),
                List.of(Samples.encode("x", 0, 0, new long[] {START}, columns)));
    }

    private static byte[] days(int count) {
        long[] stamps = new long[count];
        for (int i = 0; i < count; i++) {
            stamps[i] = START + i * 86_400_000_000_000L;
        }
        return Samples.encode("x", 0, 0, stamps, List.of(new DoubleColumn(new double[count])));
    }

    /** Value and time tell the number. */
    private static byte[] numbers(int... numbers) {
        long[] stamps = new long[numbers.length];
        double[] values = new double[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            stamps[i] = START + numbers[i] * STEP;
            values[i] = numbers[i];
        }
        return Samples.encode("x", 0, 0, stamps, List.of(new DoubleColumn(values)));
    }

    /** {@code metric=value} of the present values, by epoch and seq; the numbers of an epoch have no hole. */
    private static List<String> rows(StoreUnderTest store, String agent, String stream) {
        String id = StreamIds.external(agent, stream);
        List<String> rows = new ArrayList<>();
        for (EpochRecord epoch : get(store.service().epochs(id))) {
            Map<Long, String> bySeq = new java.util.TreeMap<>();
            store.readAll(ReadQuery.range(agent, List.of(id), null, null, null)).forEach(entry -> {
                SampleBlock block = ChunkDecoder.decode(entry.chunk());
                for (int i = 0; i < block.size() && block.epoch() == epoch.epoch(); i++) {
                    for (int c = 0; c < block.columns().size(); c++) {
                        if (block.column(c).isPresent(i)) {
                            String metric = epoch.stream().channels().get(c).metric();
                            String row = metric + "=" + block.column(c).doubleAt(i);
                            assertThat(bySeq.put(block.firstSeq() + i, row)).isNull();
                        }
                    }
                }
            });
            assertThat(bySeq.keySet())
                    .containsExactlyElementsOf(LongStream.rangeClosed(1, epoch.committedSeq())
                            .boxed()
                            .toList());
            rows.addAll(bySeq.values());
        }
        return rows;
    }

    private static RpcError failure(Future<WriteReceipt> answer) {
        Throwable[] failure = new Throwable[1];
        assertThatThrownBy(() -> get(answer)).satisfies(e -> failure[0] = e);
        return RpcError.of(failure[0]);
    }

    private static double gauge(StoreUnderTest store, String name) {
        return store.metrics().get(name).gauge().value();
    }

    private static double summary(StoreUnderTest store, String name) {
        return store.metrics().get(name).summary().count();
    }
}
