package dev.sinal.store;

import static dev.sinal.store.Samples.START;
import static dev.sinal.store.Samples.STEP;
import static dev.sinal.store.Samples.chunk;
import static dev.sinal.store.Samples.envelope;
import static dev.sinal.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.chunk.DoubleColumn;
import dev.sinal.contracts.StoreAnswer;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.read.ColumnChoice;
import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.contracts.read.Row;
import dev.sinal.contracts.read.RowMerger;
import dev.sinal.runtime.sql.Database;
import dev.sinal.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The last rows from memory are those of the database, whoever wrote them and whatever was taken away. */
class RecentWindowIT {
    private static final StreamDescriptor ONE = Samples.stream("agent", "one", "a");

    private TestDatabase database;
    private StoreUnderTest store;
    private StoreUnderTest plain;

    @BeforeEach
    void start() {
        database = TestDatabase.fresh();
        store = new StoreUnderTest(database.uri(), Map.of("store.recentStreamBytes", "16384"));
        plain = new StoreUnderTest(database.uri(), Map.of("store.recentBytes", "0"));
    }

    @AfterEach
    void stop() {
        plain.close();
        store.close();
        database.close();
    }

    @Test
    void aRowIsReadOnceItIsAcknowledgedWhereverItWasStored() {
        for (int seq = 1; seq <= 200; seq++) {
            StoreUnderTest writer = seq % 3 == 0 ? plain : store;
            assertThat(get(writer.send(envelope(ONE, 5, 1), chunk("one", 5, seq, seq))))
                    .isEqualTo(StoreAnswer.acked(seq));

            assertThat(last(store, 3)).endsWith("one/5/" + seq).hasSize(Math.min(seq, 3));
        }
        assertThat(outcomes("added")).isGreaterThan(150);
        assertThat(last(store, 3)).isEqualTo(last(plain, 3));
        assertThat(outcomes("memory")).isPositive();
    }

    @Test
    void moreThanIsHeldComesFromTheDatabase() {
        Random noise = new Random(1);
        for (int seq = 1; seq <= 20_000; seq += 100) {
            long begin = START + seq * STEP;
            byte[] chunk = Samples.encode(
                    "one",
                    5,
                    seq,
                    LongStream.range(0, 100).map(i -> begin + i * STEP).toArray(),
                    List.of(new DoubleColumn(noise.doubles(100).toArray())));
            get(store.send(envelope(ONE, 5, 1), chunk));
        }
        assertThat(last(store, 10)).hasSize(10);
        assertThat(outcomes("database")).isZero();

        assertThat(last(store, 19_000)).hasSize(19_000).endsWith("one/5/20000");

        assertThat(outcomes("database")).isPositive();
        assertThat(store.metrics().get("sinal.store.recent.bytes").gauge().value())
                .isBetween(0.0, 16_384.0);
    }

    @Test
    void aChannelThatIsNewIsDescribed() {
        get(store.send(envelope(ONE, 5, 1), chunk("one", 5, 1, 10)));
        last(store, 5);
        StreamDescriptor renamed = Samples.stream("agent", "one", "b");

        get(plain.send(envelope(renamed, 6, 1), chunk("one", 6, 1, 10, START + 100 * STEP, STEP)));

        assertThat(get(store.open(ReadQuery.recent("agent", List.of(), 5)))
                        .opened()
                        .streams())
                .isEqualTo(get(plain.open(ReadQuery.recent("agent", List.of(), 5)))
                        .opened()
                        .streams())
                .hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void itAnswersAsTheDatabaseDoes(long seed) throws SQLException {
        Random random = new Random(seed);
        Map<String, Long> ends = new TreeMap<>();
        for (int step = 0; step < 120; step++) {
            StoreUnderTest writer = random.nextBoolean() ? store : plain;
            String id = "s" + random.nextInt(3);
            int what = random.nextInt(20);
            if (what == 0) {
                run("DELETE FROM telemetry.telemetry WHERE stream_id = '" + id + "' AND first_seq % 3 = "
                        + random.nextInt(3));
            } else if (what == 1) {
                run("UPDATE telemetry.telemetry SET level = 1, slot = 0 WHERE stream_id = '" + id
                        + "' AND level = 0 AND first_seq < " + random.nextInt(300));
            } else if (what == 2) {
                run("DELETE FROM telemetry.telemetry WHERE stream_id = '" + id + "'");
                run("DELETE FROM telemetry.stream_epochs WHERE stream_id = '" + id + "'");
                ends.keySet().removeIf(key -> key.startsWith(id));
            } else if (what == 3) {
                long from = START + random.nextInt(1_000) * STEP;
                run("INSERT INTO telemetry.gaps (stream_id, epoch, from_ts, to_ts, cause, note_id) VALUES ('" + id
                        + "', 1, " + from + ", " + (from + 10 * STEP)
                        + ", 'disconnected', 'n') ON CONFLICT DO NOTHING");
            } else {
                // Epochs of two owners that overlap now and then, and late data of the one before.
                int epoch = 1 + random.nextInt(1 + step / 30);
                long first = ends.getOrDefault(id + "/" + epoch, 0L) + 1;
                int n = 1 + random.nextInt(60);
                long begin = START + (epoch - 1) * 250 * STEP;
                StoreAnswer answer = get(writer.send(
                        envelope(Samples.stream("agent", id, "a"), epoch, epoch),
                        chunk(id, epoch, first, first + n - 1, begin, STEP)));
                if (answer.status().equals(StoreAnswer.ACKED)) {
                    ends.put(id + "/" + epoch, first + n - 1);
                }
            }
            int wanted = 1 + random.nextInt(random.nextBoolean() ? 20 : 400);
            List<String> streams = random.nextBoolean() ? List.of() : List.of(id);
            assertThat(answer(store, streams, wanted))
                    .as("seed " + seed + " step " + step + " n " + wanted)
                    .isEqualTo(answer(plain, streams, wanted));
        }
        assertThat(outcomes("added") + outcomes("memory")).isGreaterThan(20);
    }

    private double outcomes(String outcome) {
        var counter = store.metrics()
                .find("sinal.store.recent")
                .tag("outcome", outcome)
                .counter();
        return counter == null ? 0 : counter.count();
    }

    private static List<String> last(StoreUnderTest of, int n) {
        return answer(of, List.of(), n).rows();
    }

    private record Answer(List<String> rows, List<String> gaps) {}

    /** As the gateway does it. */
    private static Answer answer(StoreUnderTest of, List<String> streams, int n) {
        ReadQuery query = ReadQuery.recent("agent", streams, n);
        StoreUnderTest.FirstFrame first = get(of.open(query));
        RowMerger merger = RowMerger.ofAll(query, first.opened(), ColumnChoice.ALL);
        merger.addAll(first.frame().entries());
        boolean end = first.frame().end();
        while (!end) {
            var frame = get(of.ask(first.opened(), "next"));
            merger.addAll(frame.entries());
            end = frame.end();
        }
        merger.end();
        Map<String, Deque<String>> kept = new TreeMap<>();
        while (merger.advance()) {
            Row row = merger.row();
            Deque<String> rows = kept.computeIfAbsent(row.stream().id(), id -> new ArrayDeque<>());
            if (rows.size() == n) {
                rows.removeFirst();
            }
            rows.add(row.stream().id() + "/" + row.epoch() + "/" + row.seq());
        }
        List<String> rows = new ArrayList<>();
        kept.values().forEach(rows::addAll);
        return new Answer(
                rows,
                first.opened().gaps().stream()
                        .map(gap -> gap.stream() + " " + gap.from() + " " + gap.to() + " " + gap.cause())
                        .toList());
    }

    private void run(String sql) throws SQLException {
        try (Connection connection = new Database(database.uri()).dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
