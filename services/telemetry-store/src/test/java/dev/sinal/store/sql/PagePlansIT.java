package dev.sinal.store.sql;

import static dev.sinal.store.Samples.START;
import static dev.sinal.store.Samples.STEP;
import static dev.sinal.store.Samples.envelope;
import static dev.sinal.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.chunk.Column;
import dev.sinal.chunk.DoubleColumn;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.runtime.sql.Database;
import dev.sinal.store.Packing;
import dev.sinal.store.Samples;
import dev.sinal.store.StoreUnderTest;
import dev.sinal.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** How the server finds what pages are made of: by indexes, and no more of it than is wanted. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PagePlansIT {
    private static final int CHANNELS = 64;
    private static final int HOT_ROWS = 20_000;
    private static final long DAY = 86_400_000_000_000L;
    private static final long SPAN = 3_600_000_000_000L;
    private static final Pattern BLOCKS = Pattern.compile("(?:hit|read)=(\\d+)");
    private static final String FRAME = ", 64, 24, 262144";

    private TestDatabase database;
    private StoreUnderTest store;
    private Connection connection;
    private int large;

    @BeforeAll
    void start() throws SQLException {
        database = TestDatabase.fresh();
        store = new StoreUnderTest(database.uri(), Map.of());
        connection = new Database(database.uri()).dataSource().getConnection();
        StreamDescriptor one = Samples.stream("agent", "one", "a");
        for (int day = 0; day < 3; day++) {
            get(store.send(envelope(one, 1 + day, 1), Samples.chunk("one", 1 + day, 1, 10, START + day * DAY, STEP)));
            Packing.pack(connection, "one", 1 + day, 1);
        }
        get(store.send(envelope(one, 9, 1), Samples.chunk("one", 9, 1, 10, START, STEP)));
        fillHot();
        fillPacked();
        storeLarge();
        connection.commit();
        connection.setAutoCommit(true);
        run("VACUUM ANALYZE telemetry.telemetry");
        connection.setAutoCommit(false);
        run("SET enable_sort = off");
    }

    @AfterAll
    void stop() throws SQLException {
        connection.close();
        store.close();
        database.close();
    }

    private void fillHot() throws SQLException {
        run(
                ("INSERT INTO telemetry.telemetry (level, slot, tx, epoch, first_seq, ts, te, n, stream_id, mins, maxs, means, valid, chunk)"
                                + " SELECT 0, slot, (3 + i %% 500)::text::xid8, epoch, first_seq + i * 10, ts + i * 40000000::bigint,"
                                + " te + i * 40000000::bigint, n, CASE i %% 2 WHEN 0 THEN 'one' ELSE 'two' END, mins, maxs, means, valid, chunk"
                                + " FROM telemetry.telemetry_hot, generate_series(1, %d) i WHERE epoch = 9")
                        .formatted(HOT_ROWS));
    }

    private void fillPacked() throws SQLException {
        run(
                "INSERT INTO telemetry.telemetry (level, slot, tx, tx_last, epoch, first_seq, ts, te, n, stream_id, mins, maxs, means, valid, chunk)"
                        + " SELECT 1, 0, (3 + i)::text::xid8, (4 + i)::text::xid8, epoch, first_seq + i * 10, ts + i * 10000000000,"
                        + " te + i * 10000000000, n, stream_id, mins, maxs, means, valid, chunk"
                        + " FROM telemetry.telemetry_packed, generate_series(1, 2000) i");
    }

    /** 64 channels of 10 000 values that no codec makes small. */
    private void storeLarge() throws SQLException {
        Random random = new Random(1);
        String[] metrics = new String[CHANNELS];
        List<Column> columns = new ArrayList<>();
        for (int c = 0; c < CHANNELS; c++) {
            metrics[c] = "c" + c;
            columns.add(new DoubleColumn(random.doubles(10_000).toArray()));
        }
        long[] stamps = new long[10_000];
        Arrays.setAll(stamps, i -> START + i * STEP);
        byte[] chunk = Samples.encode("large", 1, 1, stamps, columns);
        large = chunk.length;
        get(store.send(envelope(Samples.stream("agent", "large", metrics), 1, 1), chunk));
        Packing.pack(connection, "large", 1, 1);
    }

    @Test
    void aReadOfSecondsLooksAtOneDayAndPassesByWhatEndedBefore() throws SQLException {
        long from = START + DAY + 3_000 * STEP;
        String place = "'{one}', '{%d}', '{%d}', %d".formatted(from - SPAN, from, from + 1_000 * STEP);

        String plan = explain(
                "EXPLAIN (ANALYZE, BUFFERS)",
                PageSql.byTime(false),
                place + FRAME + ", " + Long.MIN_VALUE + ", '', 0, 0");

        assertThat(plan).contains("never executed");
        assertThat(buffers(plan)).isLessThan(200);
    }

    @Test
    void aReadOfSecondsFindsItsHotRowsWithoutAnHourOfThem() throws SQLException {
        long from = START + 700_000_000_000L;
        String place = "'{one}', '{%d}', '{%d}', %d".formatted(from - SPAN, from, from + 1_000 * STEP);

        String plan = explain(
                "EXPLAIN (ANALYZE, BUFFERS)",
                PageSql.byTime(false),
                place + FRAME + ", " + Long.MIN_VALUE + ", '', 0, 0");

        // 8 750 hot rows of the stream lie in the hour before; each would be a block of the table or a part of one.
        assertThat(buffers(plan)).isLessThan(700);
    }

    @Test
    void oneChannelOf64TakesAFewTimesItsShareOfTheBytes() throws SQLException {
        String place = "'{large}', '{0}', '{0}', 9223372036854775807" + FRAME + ", 0, '', 0, 0";
        int whole = buffers(explain(
                "EXPLAIN (ANALYZE, BUFFERS)",
                "SELECT sha256(chunk) FROM telemetry.telemetry_packed WHERE stream_id = 'large' AND ts > $1",
                "0"));

        int one = buffers(explain(
                "EXPLAIN (ANALYZE, BUFFERS)",
                PageSql.byTime(true),
                place + ", '{large}', '{0}', '{99}', '{\"{17}\"}'"));

        assertThat(whole).isGreaterThan(large / 8192);
        assertThat(one).isLessThan(whole / 10);
    }

    /** Blocks of the whole statement, which the first line with buffers tells. */
    private static int buffers(String plan) {
        int blocks = 0;
        String line = plan.lines()
                .filter(l -> l.contains("Buffers: shared"))
                .findFirst()
                .orElseThrow();
        for (Matcher number = BLOCKS.matcher(line); number.find(); ) {
            blocks += Integer.parseInt(number.group(1));
        }
        return blocks;
    }

    private String explain(String how, String sql, String arguments) throws SQLException {
        run("PREPARE page AS " + sql);
        StringBuilder plan = new StringBuilder();
        try (Statement statement = connection.createStatement();
                ResultSet lines = statement.executeQuery(how + " EXECUTE page(" + arguments + ")")) {
            while (lines.next()) {
                plan.append(lines.getString(1)).append('\n');
            }
        } finally {
            run("DEALLOCATE page");
        }
        return plan.toString();
    }

    private void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
