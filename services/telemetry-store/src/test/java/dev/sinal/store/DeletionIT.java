package dev.sinal.store;

import static dev.sinal.store.Samples.START;
import static dev.sinal.store.Samples.STEP;
import static dev.sinal.store.Samples.envelope;
import static dev.sinal.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinal.chunk.ChunkHeader;
import dev.sinal.chunk.DoubleColumn;
import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.DeletionQuery;
import dev.sinal.contracts.DeletionRecord;
import dev.sinal.contracts.DeletionRequest;
import dev.sinal.contracts.LedgerRecord;
import dev.sinal.contracts.LogEntry;
import dev.sinal.contracts.LogQuery;
import dev.sinal.contracts.MarkerEntry;
import dev.sinal.contracts.MarkerQuery;
import dev.sinal.contracts.PlotAnswer;
import dev.sinal.contracts.PlotQuery;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.StoreAnswer;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.TelemetryStore;
import dev.sinal.contracts.read.CommitKey;
import dev.sinal.contracts.read.RowKey;
import dev.sinal.runtime.Proxies;
import dev.sinal.runtime.sql.Database;
import dev.sinal.store.ReadRows.Sample;
import dev.sinal.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What was deleted is gone everywhere, and nothing else has changed: compared with a plain list of samples. */
class DeletionIT {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final List<String> STREAMS = List.of("one", "two");
    private static final Map<String, String> BY_HAND = Map.of("store.compact", "false");

    private TestDatabase database;
    private StoreUnderTest store;
    private Connection connection;
    private final Random random = new Random(26);
    private final List<Sample> model = new ArrayList<>();
    private final Map<String, Long> next = new HashMap<>();
    private final Map<String, Long> deleted = new HashMap<>();
    private final List<byte[]> sent = new ArrayList<>();

    @BeforeEach
    void start() throws SQLException {
        database = TestDatabase.fresh();
        store = new StoreUnderTest(database.uri(), BY_HAND);
        connection = new Database(database.uri()).dataSource().getConnection();
    }

    @AfterEach
    void stop() throws SQLException {
        connection.close();
        store.close();
        database.close();
    }

    @Test
    void whatIsLeftOfHotAndPackedSamplesInAnyOrderOfTimeIsWhatTheModelHas() throws SQLException {
        for (int round = 0; round < 6; round++) {
            for (int i = 0; i < 12; i++) {
                send(STREAMS.get(random.nextInt(2)), 1 + random.nextInt(2), 200 + random.nextInt(400), true);
            }
            if (round % 3 != 0) {
                for (String stream : STREAMS) {
                    Packing.pack(connection, stream, 1 + random.nextInt(2), 1 + random.nextInt(6));
                }
                connection.setAutoCommit(true);
            }
            if (round == 4) {
                store.pack();
            }
            List<CommitKey> before = committed(null);
            CommitKey cursor = before.get(random.nextInt(before.size()));
            RowKey place = model.get(random.nextInt(model.size())).key();
            delete(random.nextBoolean() ? STREAMS.get(random.nextInt(2)) : null);
            check();
            assertThat(byTime(place))
                    .as("a cursor in the order of time goes on")
                    .isEqualTo(model.stream()
                            .map(Sample::key)
                            .filter(key -> key.compareTo(place) > 0)
                            .sorted()
                            .toList());
            assertThat(committed(cursor))
                    .as("a cursor in the order of commit goes on")
                    .isEqualTo(before.stream()
                            .filter(key -> key.compareTo(cursor) > 0)
                            .filter(key -> model.stream()
                                    .anyMatch(s -> s.stream().equals(key.stream())
                                            && s.epoch() == key.epoch()
                                            && s.seq() == key.seq()))
                            .toList());
        }
        resend();
        check();
        store.pack();
        check();
        assertThat(number("SELECT count(*) FROM telemetry.chunks WHERE level = 0"))
                .isZero();
        assertThat(number("SELECT count(*) FROM telemetry.rollup_epochs WHERE NOT complete"))
                .isZero();
        delete(null);
        check();
        store.pack();
        check();
    }

    @Test
    void hiddenRowsAreErasedToo() throws SQLException {
        for (int i = 0; i < 10; i++) {
            send("one", 1, 100, false);
        }
        Packing.pack(connection, "one", 1, 7);
        connection.setAutoCommit(true);
        assertThat(number("SELECT count(*) FROM telemetry.telemetry_hot")).isEqualTo(10);

        DeletionRecord done = finished(new DeletionRequest(
                "agent", null, START + 150 * STEP, START + 850 * STEP, false, false, false, "tester"));

        model.removeIf(s -> s.timestamp() >= START + 150 * STEP && s.timestamp() < START + 850 * STEP);
        deleted.put("one", 700L);
        assertThat(done.samples()).isEqualTo(700);
        check();
        assertThat(number("SELECT count(*) FROM telemetry.telemetry_hot WHERE te >= " + (START + 200 * STEP)
                        + " AND ts < " + (START + 800 * STEP)))
                .isZero();
        finished(all(null));
        model.clear();
        deleted.put("one", 1000L);
        check();
        assertThat(number("SELECT count(*) FROM telemetry.telemetry")).isZero();
        assertThat(number("SELECT committed_seq FROM telemetry.stream_epochs")).isEqualTo(1000);
        resend();
        assertThat(number("SELECT count(*) FROM telemetry.telemetry"))
                .as("what comes again is known")
                .isZero();
        send("one", 1, 50, false);
        check();
    }

    @Test
    void whatAKilledStoreLeftIsFinishedByTheNext() throws SQLException {
        for (String stream : STREAMS) {
            for (int i = 0; i < 4; i++) {
                send(stream, 1, 300, true);
            }
        }
        String lock = "hashtextextended('two/1', " + 0x7061636bL + ")";
        run("SELECT pg_advisory_lock(" + lock + ")");
        DeletionRecord begun = get(service().deleteData(all(null)));
        assertThat(begun.state()).isEqualTo(DeletionRecord.RUNNING);
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> number("SELECT layer FROM telemetry.deletion_epochs WHERE stream_id = 'one'") == 2);
        store.close();
        run("SELECT pg_advisory_unlock(" + lock + ")");
        store = new StoreUnderTest(database.uri(), BY_HAND);

        DeletionRecord done = await(String.valueOf(begun.id()));

        assertThat(done.samples()).isEqualTo(2_400);
        assertThat(done.streams()).extracting(DeletionRecord.Part::samples).containsExactly(1_200L, 1_200L);
        model.clear();
        STREAMS.forEach(stream -> deleted.put(stream, 1_200L));
        check();
    }

    @Test
    void whatComesLaterIsKeptAndMarkersGoWithTheirSamples() throws SQLException {
        StreamDescriptor events = Samples.markers("agent", "events");
        for (int i = 0; i < 3; i++) {
            get(store.send(envelope(events, 1, 1), Samples.text("events", 1, i + 1L, START + i * STEP, "go" + i)));
        }
        get(service().addMarker(marker("note", START + STEP)));
        get(service().addMarker(marker("later", START + 5 * STEP)));
        send("one", 1, 10, false);

        DeletionRequest stream =
                new DeletionRequest("agent", "events", START + STEP, START + 2 * STEP, false, false, false, "tester");
        assertThat(get(service().deleteData(dry(stream))).markers()).isEqualTo(1);
        assertThat(finished(stream).markers()).isEqualTo(1);
        assertThat(markers()).containsExactly("go0", "note", "go2", "later");

        DeletionRequest agent =
                new DeletionRequest("agent", null, START, START + 2 * STEP, false, false, false, "tester");
        assertThat(get(service().deleteData(dry(agent))).markers()).isEqualTo(2);
        DeletionRecord done = finished(agent);
        assertThat(done.markers()).isEqualTo(2);
        assertThat(done.samples()).isEqualTo(3);
        assertThat(markers()).containsExactly("go2", "later");

        model.removeIf(s -> s.timestamp() < START + 2 * STEP);
        deleted.put("one", 2L);
        byte[] late = Samples.chunk("one", 1, 11, 20, START - 10 * STEP, STEP);
        get(store.send(envelope(Samples.stream("agent", "one", "a"), 1, 1), late));
        for (int i = 0; i < 10; i++) {
            model.add(new Sample("one", 1, 11 + i, START + i * STEP));
        }
        check();
        LogEntry log = get(service().logs(new LogQuery("agent", "warn", "deleted", null, null, null, 10)))
                .get(1);
        assertThat(log.message()).isEqualTo("data deleted by tester: 3 samples");
        assertThat(log.data().getString("deletion")).isEqualTo(done.id());
        List<DeletionRecord> records = get(service().deletions(new DeletionQuery("agent", null, 10)));
        assertThat(records).hasSize(2);
        assertThat(records.get(0)).isEqualTo(done);
        assertThat(get(service().deletions(new DeletionQuery("other", null, 10))))
                .isEmpty();
    }

    /** The window in memory of the last rows has to notice, and so do packing and connections that break off beside. */
    @Test
    void packingBesideAndBrokenConnectionsChangeNothing() throws SQLException {
        store.close();
        store = new StoreUnderTest(
                database.uri(),
                Map.of("store.compactAfter", "0s", "store.compactHold", "0s", "store.compactDuty", "1"));
        for (int step = 0; step < 12; step++) {
            for (int i = 0; i < 5; i++) {
                send(STREAMS.get(random.nextInt(2)), 1, 100 + random.nextInt(300), true);
            }
            long last = model.stream().mapToLong(Sample::timestamp).max().orElseThrow();
            long from = last - random.nextInt(600) * STEP;
            long to = from + 1 + random.nextInt(300) * STEP;
            DeletionRecord begun = get(
                    service().deleteData(new DeletionRequest("agent", null, from, to, false, false, false, "tester")));
            if (step % 4 == 1) {
                run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                        + " AND application_name IN ('sinal-store-delete', 'sinal-store-pack')");
            }
            await(String.valueOf(begun.id()));
            model.removeIf(s -> {
                boolean gone = s.timestamp() >= from && s.timestamp() < to;
                if (gone) {
                    deleted.merge(s.stream(), 1L, Long::sum);
                }
                return gone;
            });
            check();
        }
        store.pack();
        check();
    }

    @Test
    void copiesOfAnotherOwnerAreDeletedAndCountedApart() throws SQLException {
        StreamDescriptor stream = Samples.stream("agent", "one", "a");
        for (int owner = 1; owner <= 2; owner++) {
            long start = START + (owner - 1) * 50 * STEP;
            get(store.send(envelope(stream, owner, owner), Samples.chunk("one", owner, 1, 100, start, STEP)));
        }
        LedgerRecord before = get(service().ledger("one"));
        assertThat(before.superseded()).isEqualTo(50);
        assertThat(before.unexplained()).isZero();
        DeletionRequest range = new DeletionRequest(
                "agent", "one", START + 60 * STEP, START + 120 * STEP, false, false, false, "tester");

        DeletionRecord plan = get(service().deleteData(dry(range)));
        DeletionRecord done = finished(range);

        assertThat(plan.samples()).isEqualTo(100); // 40 of the first owner, 60 of the second
        assertThat(done.samples()).isEqualTo(100);
        LedgerRecord after = get(service().ledger("one"));
        assertThat(after.superseded()).isEqualTo(50);
        assertThat(after.committed()).isEqualTo(before.committed());
        assertThat(after.unexplained()).isZero();
        assertThat(after.deleted()).isEqualTo(60);
        assertThat(byTime(null)).hasSize(90);
    }

    @Test
    void copiesForReadersOfSqlGoAlsoWhenTheyComeLater() throws SQLException {
        StreamDescriptor plain = Samples.stream("agent", "slow", "a");
        StreamDescriptor slow = new StreamDescriptor(
                plain.id(),
                plain.agentId(),
                plain.name(),
                plain.lslName(),
                plain.type(),
                plain.sourceId(),
                plain.hostname(),
                plain.uid(),
                plain.sessionId(),
                plain.format(),
                1,
                null,
                plain.channels());
        long second = 1_000_000_000L;
        long now = System.currentTimeMillis() * 1_000_000 - 60 * second;
        get(store.send(envelope(slow, 1, 1), Samples.chunk("slow", 1, 1, 10, now, second)));
        DeletionRecord done =
                finished(new DeletionRequest("agent", "slow", null, now + 5 * second, false, false, false, "tester"));
        assertThat(done.samples()).isEqualTo(5);
        get(store.send(envelope(slow, 1, 1), Samples.chunk("slow", 1, 11, 12, now - 10 * second, second)));

        Awaitility.await()
                .atMost(PATIENCE)
                .until(
                        () -> number("SELECT count(*) FROM telemetry.recent_samples WHERE seq > 5"),
                        count -> count == 7);
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> number("SELECT count(*) FROM telemetry.recent_samples WHERE seq <= 5") == 0);
        assertThat(number("SELECT count(*) FROM telemetry.recent_samples")).isEqualTo(7);
    }

    @Test
    void whatCannotBeMeantIsRefused() {
        get(store.send(envelope(Samples.stream("agent", "one", "a"), 1, 1), Samples.chunk("one", 1, 1, 10)));

        refused(new DeletionRequest("agent", null, null, null, false, false, false, "tester"), "all=true");
        refused(new DeletionRequest("agent", null, 5L, 5L, false, false, false, "tester"), "after start_date");
        refused(new DeletionRequest("agent", "one-nam", null, null, true, false, false, "tester"), "one-name");
        assertThat(get(service().deletions(new DeletionQuery(null, null, 10)))).isEmpty();
        assertThat(finished(new DeletionRequest("nobody", null, null, null, true, false, false, "tester"))
                        .samples())
                .isZero();
    }

    private void refused(DeletionRequest request, String reason) {
        assertThatThrownBy(() -> get(service().deleteData(request)))
                .hasMessageContaining(reason)
                .satisfies(failure -> assertThat(RpcError.of(failure)).isEqualTo(RpcError.INVALID_PARAMS));
    }

    /** A busy machine may take longer than callers usually wait. */
    private TelemetryStore service() {
        return Proxies.of(store.vertx(), TelemetryStore.class, Addresses.STORE, Duration.ofSeconds(30));
    }

    private static DeletionRequest all(@Nullable String stream) {
        return new DeletionRequest("agent", stream, null, null, true, false, false, "tester");
    }

    private static DeletionRequest dry(DeletionRequest request) {
        return new DeletionRequest(
                request.agentId(),
                request.stream(),
                request.from(),
                request.to(),
                request.all(),
                true,
                request.force(),
                request.requestedBy());
    }

    private static MarkerEntry marker(String id, long timestamp) {
        return new MarkerEntry(id, "agent", null, id, null, timestamp, null, "client", null, "api", "tester");
    }

    private List<String> markers() {
        return get(service().markers(new MarkerQuery("agent", null, null, null, 100))).stream()
                .map(MarkerEntry::label)
                .toList();
    }

    private DeletionRecord finished(DeletionRequest request) {
        return await(String.valueOf(get(service().deleteData(request)).id()));
    }

    private DeletionRecord await(String id) {
        return Awaitility.await()
                .atMost(PATIENCE)
                .until(
                        () -> get(service().deletions(new DeletionQuery(null, id, 1)))
                                .get(0),
                        record -> record.state().equals(DeletionRecord.FINISHED));
    }

    /** A random range, of which a dry run says the same as the deletion. */
    private void delete(@Nullable String stream) {
        long first = model.stream().mapToLong(Sample::timestamp).min().orElse(START);
        long last = model.stream().mapToLong(Sample::timestamp).max().orElse(START) + 1;
        long from = first + (long) (random.nextDouble() * (last - first));
        long to = from + 1 + (long) (random.nextDouble() * (last - first) / 2);
        DeletionRequest request = new DeletionRequest("agent", stream, from, to, false, false, false, "tester");
        List<Sample> gone = model.stream()
                .filter(s ->
                        (stream == null || s.stream().equals(stream)) && s.timestamp() >= from && s.timestamp() < to)
                .toList();

        DeletionRecord plan = get(service().deleteData(dry(request)));
        check();
        DeletionRecord done = finished(request);

        assertThat(plan.samples()).isEqualTo(gone.size());
        assertThat(done.samples()).isEqualTo(plan.samples());
        assertThat(done.chunks()).isEqualTo(plan.chunks());
        assertThat(done.bytes()).isEqualTo(plan.bytes());
        assertThat(done.streams()).isEqualTo(plan.streams());
        for (DeletionRecord.Part part : done.streams()) {
            List<Sample> here =
                    gone.stream().filter(s -> s.stream().equals(part.stream())).toList();
            assertThat(part.samples()).isEqualTo(here.size());
            assertThat(part.firstTimestamp())
                    .isEqualTo(here.stream().mapToLong(Sample::timestamp).min().orElseThrow());
            assertThat(part.lastTimestamp())
                    .isEqualTo(here.stream().mapToLong(Sample::timestamp).max().orElseThrow());
        }
        model.removeAll(gone);
        gone.forEach(s -> deleted.merge(s.stream(), 1L, Long::sum));
        assertThat(finished(request).samples())
                .as("again there is nothing to do")
                .isZero();
    }

    private void send(String stream, long epoch, int n, boolean disorder) {
        long first = next.getOrDefault(stream + epoch, 1L);
        next.put(stream + epoch, first + n);
        long[] stamps = new long[n];
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
            long late = disorder && random.nextInt(10) == 0 ? random.nextInt(600) : 0;
            stamps[i] = START + (first - 1 + i - late) * STEP + (epoch - 1) * 500 * STEP;
            values[i] = first + i;
            model.add(new Sample(stream, epoch, first + i, stamps[i]));
        }
        byte[] chunk = Samples.encode(stream, epoch, first, stamps, List.of(new DoubleColumn(values)));
        sent.add(chunk);
        acked(chunk);
    }

    private void acked(byte[] chunk) {
        ChunkHeader header = ChunkHeader.read(chunk);
        StreamDescriptor stream = Samples.stream("agent", header.streamId(), "a");
        assertThat(get(store.send(envelope(stream, header.epoch(), 1), chunk)).status())
                .isEqualTo(StoreAnswer.ACKED);
    }

    private void resend() {
        for (int i = 0; i < 10; i++) {
            acked(sent.get(random.nextInt(sent.size())));
        }
    }

    private void check() {
        assertThat(byTime(null))
                .isEqualTo(model.stream().map(Sample::key).sorted().toList());
        assertThat(committed(null))
                .isSorted()
                .extracting(key -> key.stream() + key.epoch() + "/" + key.seq())
                .hasSameSizeAs(model)
                .containsExactlyInAnyOrderElementsOf(model.stream()
                        .map(s -> s.stream() + s.epoch() + "/" + s.seq())
                        .toList());
        ReadRows.checkRecent(store, "agent", STREAMS, 100, model);
        for (String stream : STREAMS) {
            plot(stream);
            if (next.containsKey(stream + 1)) {
                ledger(stream);
            }
        }
    }

    private void ledger(String stream) {
        LedgerRecord ledger = get(service().ledger(stream));
        long left = model.stream().filter(s -> s.stream().equals(stream)).count();
        assertThat(ledger.deleted()).isEqualTo(deleted.getOrDefault(stream, 0L));
        assertThat(ledger.committed()).isEqualTo(left + deleted.getOrDefault(stream, 0L));
        assertThat(ledger.gaps()).isZero();
        assertThat(get(service().stream(stream)).samples()).isEqualTo(left);
    }

    private void plot(String stream) {
        PlotAnswer answer = get(service()
                .plot(new PlotQuery(
                        "agent", List.of(stream), List.of(), START - 1_000 * STEP, START + 100_000 * STEP, 3_000)));
        ReadRows.checkPlot(answer, ReadRows.of(stream, model));
    }

    private List<RowKey> byTime(@Nullable RowKey after) {
        return ReadRows.byTime(store, "agent", STREAMS, after);
    }

    private List<CommitKey> committed(@Nullable CommitKey after) {
        return ReadRows.committed(store, "agent", STREAMS, after);
    }

    private long number(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
