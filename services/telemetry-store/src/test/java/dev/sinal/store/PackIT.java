package dev.sinal.store;

import static dev.sinal.store.Samples.START;
import static dev.sinal.store.Samples.STEP;
import static dev.sinal.store.Samples.chunk;
import static dev.sinal.store.Samples.envelope;
import static dev.sinal.store.Samples.rows;
import static dev.sinal.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.chunk.ChunkHeader;
import dev.sinal.contracts.ChunkEnvelope;
import dev.sinal.contracts.GapQuery;
import dev.sinal.contracts.GapRecord;
import dev.sinal.contracts.StoreAnswer;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.read.Commits;
import dev.sinal.contracts.read.ReadFrame;
import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.runtime.sql.Database;
import dev.sinal.testkit.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PackIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final StreamDescriptor STREAM = Samples.stream("agent", "s1", "a");
    private static final ChunkEnvelope EPOCH = envelope(STREAM, 1000, 7);
    private static final String HOT = "SELECT count(*) FROM telemetry.telemetry_hot";
    private static final String PACKED = "SELECT count(*) FROM telemetry.telemetry_packed";
    private static final String VISIBLE_HOT = "SELECT count(*) FROM telemetry.chunks WHERE level = 0";

    private TestDatabase database;
    private StoreUnderTest store;

    @BeforeEach
    void start() {
        database = TestDatabase.fresh();
        store = new StoreUnderTest(database.uri(), Map.of("store.compact", "false"));
    }

    @AfterEach
    void stop() {
        store.close();
        database.close();
    }

    private void send(long first, long last) {
        for (long seq = first; seq <= last; seq += 250) {
            long end = Math.min(last, seq + 249);
            assertThat(get(store.send(EPOCH, chunk("s1", 1000, seq, end)))).isEqualTo(StoreAnswer.acked(end));
        }
    }

    private List<ReadFrame.Entry> read() {
        return store.readAll(ReadQuery.range("agent", List.of(), null, null, null));
    }

    private static List<String> numbers(long first, long last) {
        return LongStream.rangeClosed(first, last)
                .mapToObj(seq -> "s1/1000/" + seq + "=" + (double) seq)
                .toList();
    }

    @Test
    void shortChunksBecomeLongOnesWithTheSameSamples() throws SQLException {
        send(1, 12_000);

        JsonObject packed = store.pack();

        assertThat(packed.getLong("chunks")).isEqualTo(2);
        assertThat(packed.getLong("rows")).isEqualTo(48);
        assertThat(packed.getLong("samples")).isEqualTo(12_000);
        List<ReadFrame.Entry> read = read();
        assertThat(read)
                .extracting(entry -> ChunkHeader.read(entry.chunk()).count())
                .containsExactly(10_000, 2_000);
        assertThat(rows(read)).isEqualTo(numbers(1, 12_000));
        assertThat(number(HOT)).isEqualTo(48);
        assertThat(number(VISIBLE_HOT)).isZero();
        assertThat(store.pack().getLong("chunks")).isZero();
        assertThat(store.metrics().get("sinal.store.pack.samples").counter().count())
                .isEqualTo(12_000);
    }

    @Test
    void aRangeInTheMiddleOfAPackedChunkIsFound() {
        send(1, 10_000);
        store.pack();
        long from = START + 5_000 * STEP;

        List<ReadFrame.Entry> read = store.readAll(ReadQuery.range("agent", List.of(), from, from + 10 * STEP, null));

        assertThat(rows(read)).contains("s1/1000/5001=5001.0", "s1/1000/5010=5010.0");
    }

    @Test
    void theCommitOrderOfTheHotRowsIsKept() throws SQLException {
        send(1, 3_000);
        List<Commits.Run> hot = new ArrayList<>();
        query("SELECT first_seq, n, tx::text FROM telemetry.telemetry_hot ORDER BY first_seq", row -> {
            hot.add(new Commits.Run(row.getLong(1), row.getInt(2), Long.parseLong(row.getString(3))));
        });

        store.pack();

        query(
                "SELECT commits, first_seq, n, tx::text, tx_last::text, offs[1], offs[2], octet_length(chunk)"
                        + " FROM telemetry.telemetry_packed",
                row -> {
                    long tx = Long.parseLong(row.getString(4));
                    assertThat(Commits.read(row.getBytes(1), row.getLong(2), row.getInt(3), tx)
                                    .runs())
                            .isEqualTo(hot);
                    assertThat(Long.parseLong(row.getString(5)))
                            .isEqualTo(hot.get(hot.size() - 1).tx());
                    assertThat(row.getInt(6)).isBetween(1, row.getInt(7) - 1);
                    assertThat(row.getInt(7)).isEqualTo(row.getInt(8));
                });
    }

    @Test
    void whatComesLaterIsPackedBehindIt() throws SQLException {
        send(1, 500);
        store.pack();
        send(501, 900);
        assertThat(rows(read())).isEqualTo(numbers(1, 900));

        store.pack();

        assertThat(rows(read())).isEqualTo(numbers(1, 900));
        assertThat(number(PACKED)).isEqualTo(2);
    }

    @Test
    void aQuarantinedRangeIsPassedAlsoAtTheEnd() throws SQLException {
        send(1, 250);
        get(store.send(EPOCH, damaged(251, 500)));
        send(501, 750);
        get(store.send(EPOCH, damaged(751, 1_000)));

        store.pack();

        List<String> expected = new ArrayList<>(numbers(1, 250));
        expected.addAll(numbers(501, 750));
        assertThat(rows(read())).isEqualTo(expected);
        assertThat(number(PACKED)).isEqualTo(2);
        assertThat(number("SELECT seq FROM telemetry.compacted")).isEqualTo(1_000);
    }

    private static byte[] damaged(long first, long last) {
        byte[] chunk = chunk("s1", 1000, first, last);
        chunk[chunk.length - 1] ^= 1;
        return chunk;
    }

    @Test
    void aRowDamagedInTheDatabaseIsSetAsideAndTheRestIsPacked() throws SQLException {
        send(1, 1_000);
        run("UPDATE telemetry.telemetry_hot SET chunk = set_byte(chunk, octet_length(chunk) - 1,"
                + " get_byte(chunk, octet_length(chunk) - 1) # 1) WHERE first_seq = 251");

        store.pack();

        List<String> expected = new ArrayList<>(numbers(1, 250));
        expected.addAll(numbers(501, 1_000));
        assertThat(rows(read())).isEqualTo(expected);
        assertThat(number(VISIBLE_HOT)).isZero();
        assertThat(number("SELECT count(*) FROM telemetry.quarantine WHERE first_seq = 251"))
                .isEqualTo(1);
        List<GapRecord> gaps =
                get(store.service().gaps(new GapQuery("agent", List.of(), Long.MIN_VALUE, Long.MAX_VALUE, 10)));
        assertThat(gaps).singleElement().satisfies(gap -> {
            assertThat(gap.cause()).isEqualTo("quarantined");
            assertThat(gap.estimatedSamples()).isEqualTo(250);
        });
    }

    @Test
    void twoStoresShareTheWork() throws SQLException {
        send(1, 20_000);
        try (StoreUnderTest other = new StoreUnderTest(
                database.uri(),
                Map.of("store.compactAfter", "0s", "store.compactHold", "0s", "store.compactDuty", "1"))) {
            store.pack();
            Awaitility.await().atMost(PATIENCE).until(() -> number(VISIBLE_HOT) == 0);
        }

        assertThat(rows(read())).isEqualTo(numbers(1, 20_000));
    }

    @Test
    void anHourThatIsAllPackedIsDroppedAndReadsThatBeganBeforeSeeEveryRow() throws SQLException {
        store.close();
        store = new StoreUnderTest(database.uri(), Map.of("store.compact", "false", "store.openReads", "4"));
        send(1, 10_000);
        intoAnOldHour();
        StoreUnderTest.FirstFrame before = get(store.open(page()));
        assertThat(before.frame().end()).isFalse();
        int first = before.frame().entries().size();

        assertThat(store.pack().getInteger("partitions_dropped")).isZero();

        List<ReadFrame.Entry> rest = new ArrayList<>(before.frame().entries());
        ReadFrame frame = before.frame();
        while (!frame.end()) {
            frame = get(store.ask(before.opened(), "next"));
            rest.addAll(frame.entries());
        }
        assertThat(rows(rest)).isEqualTo(numbers(1, 10_000));
        assertThat(first).isLessThan(40);
        Awaitility.await().atMost(PATIENCE).until(() -> store.pack().getInteger("partitions_dropped") == 1);
        assertThat(number("SELECT count(*) FROM pg_class WHERE relname = 'telemetry_hot_1000'"))
                .isZero();
        assertThat(rows(read())).isEqualTo(numbers(1, 10_000));
    }

    /** A stream over all that takes more than one frame. */
    private static ReadQuery page() {
        return new ReadQuery("agent", List.of(), null, null, ReadQuery.TIME, null, null, 0, 4_096);
    }

    @Test
    void aSnapshotThatHasNotTouchedTheTableYetIsWaitedFor() throws SQLException {
        send(1, 1_000);
        intoAnOldHour();
        try (Connection connection = new Database(database.uri()).dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            statement.execute("SELECT count(*) FROM telemetry.streams");

            assertThat(store.pack().getInteger("partitions_dropped")).isZero();

            try (ResultSet rows = statement.executeQuery("SELECT sum(n) FROM telemetry.chunks")) {
                rows.next();
                assertThat(rows.getLong(1)).isEqualTo(1_000);
            }
            connection.rollback();
        }
        Awaitility.await().atMost(PATIENCE).until(() -> store.pack().getInteger("partitions_dropped") == 1);
    }

    @Test
    void aRemovalThatWasInterruptedIsFinished() throws SQLException {
        String pending = "SELECT count(*) FROM pg_inherits WHERE inhdetachpending";
        send(1, 1_000);
        intoAnOldHour();
        run("CREATE TABLE telemetry.telemetry_hot_999 (LIKE telemetry.telemetry_hot INCLUDING ALL)");
        try (Connection connection = new Database(database.uri()).dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            // Whoever detaches waits for those who use the table, and gives up in time.
            statement.execute("LOCK TABLE telemetry.telemetry_hot IN ACCESS SHARE MODE");
            assertThat(store.pack().getInteger("partitions_dropped")).isLessThan(2);
            assertThat(number(pending)).isEqualTo(1);
            assertThat(rows(read())).isEqualTo(numbers(1, 1_000));
            connection.rollback();
        }

        Awaitility.await().atMost(PATIENCE).until(() -> {
            store.pack();
            return number("SELECT count(*) FROM pg_class WHERE relname IN ('telemetry_hot_999', 'telemetry_hot_1000')")
                    == 0;
        });

        assertThat(number(pending)).isZero();
        assertThat(rows(read())).isEqualTo(numbers(1, 1_000));
    }

    @Test
    void anHourWithAVisibleRowStaysWhateverTheWatermarkSays() throws SQLException {
        send(1, 1_000);
        intoAnOldHour();
        run("UPDATE telemetry.stream_epochs SET committed_seq = 0");

        assertThat(store.pack().getInteger("partitions_dropped")).isZero();

        assertThat(number("SELECT count(*) FROM telemetry.telemetry_hot WHERE slot = 1000"))
                .isEqualTo(4);
    }

    /** All hot rows as if they had arrived some decades ago. */
    private void intoAnOldHour() throws SQLException {
        run(
                "CREATE TABLE IF NOT EXISTS telemetry.telemetry_hot_1000 PARTITION OF telemetry.telemetry_hot FOR VALUES FROM (1000) TO (1001)");
        run("UPDATE telemetry.telemetry_hot SET slot = 1000");
    }

    private interface RowTest {
        void look(ResultSet row) throws SQLException;
    }

    private void query(String sql, RowTest test) throws SQLException {
        try (Connection connection = new Database(database.uri()).dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            int seen = 0;
            while (rows.next()) {
                test.look(rows);
                seen++;
            }
            assertThat(seen).isPositive();
        }
    }

    private long number(String sql) throws SQLException {
        long[] number = new long[1];
        query(sql, row -> number[0] = row.getLong(1));
        return number[0];
    }

    private void run(String sql) throws SQLException {
        try (Connection connection = new Database(database.uri()).dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
