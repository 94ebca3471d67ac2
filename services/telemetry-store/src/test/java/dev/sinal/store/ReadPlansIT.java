package dev.sinal.store;

import static dev.sinal.store.Samples.START;
import static dev.sinal.store.Samples.STEP;
import static dev.sinal.store.Samples.envelope;
import static dev.sinal.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.contracts.GapQuery;
import dev.sinal.contracts.LogQuery;
import dev.sinal.contracts.MarkerQuery;
import dev.sinal.contracts.PlotQuery;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.read.CommitKey;
import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.runtime.sql.Database;
import dev.sinal.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the server looks at for each kind of read, as it counts itself while the store reads: never a table from end to end, and of the many rows only about as
 * many as are wanted, which no sort of a table could do.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReadPlansIT {
    private static final int STREAMS = 20;
    private static final int ROWS = 2_000;
    private static final long SECOND = 1_000_000_000L;
    /** Of 80 000 rows of samples, 20 000 gaps, 20 000 markers, 50 000 lines of log. */
    private static final long MOST_FETCHED = 4_000;
    /** Rows whose packed twins are read are stepped over until their hour is dropped: of ten streams these, for a first page of everything. */
    private static final long STEPPED_OVER = 10L * ROWS;
    /** A read without an end tells the gaps up to now: 10 000 at most. */
    private static final long MOST_GAPS = 10_000;

    /** Of each kind, behind the one that finds out what streams there are. */
    private static final int PAGES = 10;

    private static final String COUNTED = " FROM pg_stat_user_tables WHERE schemaname = 'telemetry'"
            + " AND relname ~ '^(telemetry_|rollups_|gaps|markers|logs)'";
    private static final Map<String, String> QUIET = Map.of("store.compact", "false", "store.sqlWindow", "0s");

    private TestDatabase database;
    private Connection connection;

    @BeforeAll
    void start() throws SQLException {
        database = TestDatabase.fresh();
        try (StoreUnderTest store = new StoreUnderTest(database.uri(), QUIET)) {
            connection = new Database(database.uri()).dataSource().getConnection();
            for (int s = 0; s < STREAMS; s++) {
                StreamDescriptor stream = Samples.stream("agent" + s % 2, "s" + s, "a");
                for (int epoch = 1; epoch <= 2; epoch++) {
                    long from = epoch == 1 ? START : START + 3 * 3_600 * SECOND;
                    get(store.send(envelope(stream, epoch, 1), Samples.chunk(stream.id(), epoch, 1, 10, from, STEP)));
                }
                Packing.pack(connection, stream.id(), 1, 1);
            }
        }
        connection.setAutoCommit(true);
        // A row every 5 s: each layer has most of three hours of every stream.
        run(
                ("INSERT INTO telemetry.telemetry (level, slot, tx, tx_last, epoch, first_seq, ts, te, n, stream_id, mins, maxs, means, valid, chunk, offs)"
                                + " SELECT level, slot, (3 + i %% 500)::text::xid8, CASE level WHEN 1 THEN (3 + i %% 500)::text::xid8 END, epoch, first_seq + i * 10,"
                                + " ts + i * 5000000000, te + i * 5000000000, n, stream_id, mins, maxs, means, valid, chunk, offs"
                                + " FROM telemetry.telemetry, generate_series(1, %d) i")
                        .formatted(ROWS - 1));
        run("UPDATE telemetry.stream_epochs SET committed_seq = %d, last_ts = last_ts + %d"
                .formatted(10 * ROWS, 5 * SECOND * (ROWS - 1)));
        run("UPDATE telemetry.compacted SET seq = %d".formatted(10 * ROWS));
        run(("INSERT INTO telemetry.gaps (stream_id, epoch, from_ts, to_ts, cause, estimated_samples, note_id)"
                        + " SELECT 's' || s, 1, %d + i * 1000000000::bigint, %d + i * 1000000000::bigint + 500, 'disconnected', 1, s || '-' || i"
                        + " FROM generate_series(0, 19) s, generate_series(1, 1000) i")
                .formatted(START, START));
        run(("INSERT INTO telemetry.markers (id, agent_id, label, ts, time_basis, source)"
                        + " SELECT 'm' || i, 'agent' || i %% 2, 'go', %d + i * 1000000000::bigint, 'unix', 'api' FROM generate_series(1, 20000) i")
                .formatted(START));
        run(("INSERT INTO telemetry.logs (agent_id, ts, level, source, message)"
                        + " SELECT 'agent' || i %% 2, %d + i * 1000000000::bigint, i %% 4, 'test', 'line ' || i FROM generate_series(1, 50000) i")
                .formatted(START));
        run("VACUUM ANALYZE");
    }

    @AfterAll
    void stop() throws SQLException {
        connection.close();
        database.close();
    }

    private record Read(String name, long samples, long gaps, Consumer<StoreUnderTest> does) {
        long most(String table) {
            return table.equals("gaps") ? gaps : table.startsWith("telemetry_") ? samples : MOST_FETCHED;
        }

        Read withoutEnd() {
            return new Read(name, samples, MOST_GAPS, does);
        }

        Read fromTheBeginning() {
            return new Read(name, samples + STEPPED_OVER, MOST_GAPS, does);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Read> reads() {
        long packed = START + 1_000 * SECOND;
        long hot = START + (3 * 3_600 + 1_000) * SECOND;
        List<String> one = List.of("s4");
        return List.of(
                samples(
                        "time, packed, all streams",
                        ReadQuery.range("agent0", List.of(), packed, packed + 60 * SECOND, null)),
                samples("time, hot, all streams", ReadQuery.range("agent0", List.of(), hot, hot + 60 * SECOND, null)),
                samples(
                        "time, packed, one of many",
                        ReadQuery.range("agent0", one, packed, packed + 600 * SECOND, null)),
                samples("time, hot, one of many", ReadQuery.range("agent0", one, hot, hot + 600 * SECOND, null)),
                samples(
                        "time, one metric",
                        ReadQuery.range("agent0", one, packed, packed + 600 * SECOND, null)
                                .withColumns(Map.of("s4", List.of("a")))),
                page("time, everything, its first page", ReadQuery.range("agent0", List.of(), null, null, null))
                        .fromTheBeginning(),
                pagesAtOnce(
                        "pages at once, packed",
                        ReadQuery.range("agent0", List.of(), packed + 2 * SECOND, packed + 600 * SECOND, null)),
                pagesAtOnce("pages at once, hot", ReadQuery.range("agent0", List.of(), hot, hot + 600 * SECOND, null)),
                pagesAtOnce("pages at once, one of many", ReadQuery.range("agent0", one, hot, null, null)),
                pagesAtOnce(
                        "pages at once, one metric",
                        ReadQuery.range("agent0", one, packed + 2 * SECOND, packed + 600 * SECOND, null)
                                .withColumns(Map.of("s4", List.of("a")))),
                page("committed, from the beginning", committed(List.of(), null))
                        .withoutEnd(),
                page("committed, behind a row", committed(List.of(), new CommitKey(200, "s4", 2, 5)))
                        .withoutEnd(),
                page("committed, one of many, behind a row", committed(one, new CommitKey(200, "s4", 1, 1_970))),
                samples("recent", ReadQuery.recent("agent0", List.of(), 100)).withoutEnd(),
                samples("recent, one of many", ReadQuery.recent("agent0", one, 100)),
                read("plot, packed", store -> plot(store, packed)),
                read("plot, hot", store -> plot(store, hot)),
                read(
                        "ledger",
                        store -> assertThat(get(store.service().ledger("s4")).committed())
                                .isEqualTo(20L * ROWS)),
                read(
                        "streams",
                        store -> assertThat(get(store.service().streams("agent0")))
                                .hasSize(STREAMS / 2)),
                read(
                        "epochs",
                        store -> assertThat(get(store.service().epochs("s4"))).hasSize(2)),
                read(
                        "gaps",
                        store -> assertThat(get(store.service()
                                        .gaps(new GapQuery("agent0", one, packed, packed + 60 * SECOND, 100))))
                                .isNotNull()),
                read("markers", store -> markers(store, packed)),
                read(
                        "logs of an agent",
                        store -> logs(store, new LogQuery("agent0", null, null, null, null, 30_000L, 100))),
                read(
                        "logs of a time",
                        store -> logs(
                                store, new LogQuery(null, "warn", null, packed, packed + 600 * SECOND, null, 100))));
    }

    @ParameterizedTest
    @MethodSource("reads")
    void itReadsNoTableFromEndToEnd(Read read) throws SQLException {
        awaitNobody();
        Map<String, Long> scanned = counted("seq_tup_read");
        Map<String, Long> fetched = counted("idx_tup_fetch");
        try (StoreUnderTest store = new StoreUnderTest(database.uri(), QUIET)) {
            read.does().accept(store);
        }
        awaitNobody();
        assertThat(more("seq_tup_read", scanned))
                .as("rows of sequential scans")
                .allSatisfy((table, rows) -> assertThat(rows).isLessThan(100));
        assertThat(more("idx_tup_fetch", fetched))
                .as("rows of index scans")
                .allSatisfy((table, rows) -> assertThat(rows).isLessThanOrEqualTo(read.most(table)));
    }

    private Map<String, Long> more(String what, Map<String, Long> before) throws SQLException {
        Map<String, Long> more = new TreeMap<>();
        counted(what).forEach((table, now) -> more.put(table, now - before.getOrDefault(table, 0L)));
        return more;
    }

    private Map<String, Long> counted(String what) throws SQLException {
        Map<String, Long> tables = new TreeMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT relname, COALESCE(" + what + ", 0)" + COUNTED)) {
            while (rows.next()) {
                tables.put(rows.getString(1), rows.getLong(2));
            }
        }
        return tables;
    }

    private static Read read(String name, Consumer<StoreUnderTest> does) {
        return new Read(name, MOST_FETCHED, MOST_FETCHED, does);
    }

    private static Read samples(String name, ReadQuery query) {
        return read(name, store -> assertThat(store.readAll(query)).isNotEmpty());
    }

    private static Read page(String name, ReadQuery query) {
        return read(name, store -> {
            StoreUnderTest.FirstFrame first = get(store.open(query.asPage(true)));
            assertThat(first.frame().entries()).isNotEmpty();
            get(store.ask(first.opened(), "close"));
        });
    }

    /** So often that a plan for the values at hand would have been given up for one that is kept. */
    private static Read pagesAtOnce(String name, ReadQuery query) {
        return new Read(name, PAGES * MOST_FETCHED, PAGES * MOST_FETCHED, store -> {
            for (int i = 0; i <= PAGES; i++) {
                StoreUnderTest.FirstFrame first = get(store.open(query.asPage(100)));
                assertThat(first.frame().entries()).isNotEmpty();
                if (first.opened().cursor() != null) {
                    get(store.ask(first.opened(), "close"));
                }
            }
            assertThat(store.metrics()
                            .get("sinal.store.pages")
                            .tag("outcome", "at_once")
                            .counter()
                            .count())
                    .isEqualTo(PAGES);
        });
    }

    private static ReadQuery committed(List<String> streams, CommitKey after) {
        return new ReadQuery("agent0", streams, null, null, ReadQuery.COMMITTED, null, after, 0, 16_384);
    }

    private static void plot(StoreUnderTest store, long from) {
        assertThat(get(store.service()
                                .plot(new PlotQuery(
                                        "agent0", List.of("s4"), List.of(), from, from + 600 * SECOND, 100)))
                        .series())
                .hasSize(1);
    }

    private static void markers(StoreUnderTest store, long from) {
        assertThat(get(store.service().markers(new MarkerQuery("agent0", from, null, null, 100))))
                .hasSize(100);
        assertThat(get(store.service().markers(new MarkerQuery(null, from, from + 60 * SECOND, null, 100))))
                .hasSize(60);
    }

    private static void logs(StoreUnderTest store, LogQuery query) {
        assertThat(get(store.service().logs(query))).hasSize(100);
    }

    /** A session tells what it read before it is gone from the list. */
    private void awaitNobody() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> number("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                + " AND pid <> pg_backend_pid() AND backend_type = 'client backend'")
                        == 0);
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
