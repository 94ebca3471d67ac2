package dev.sinal.store;

import static dev.sinal.store.Samples.START;
import static dev.sinal.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sinal.chunk.DoubleColumn;
import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.StoreAnswer;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.runtime.sql.Database;
import dev.sinal.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What readers of SQL find in the rollups is what the samples say, on real PostgreSQL. */
final class RollupSqlIT {
    private static final long SECOND = 1_000_000_000L;
    private static final long STEP = SECOND / 200;

    /** Wide enough for a stream of 200 Hz to have it, ns: 4 s to 65 536 s. */
    private static final long[] WIDTHS = {4 * SECOND, 64 * SECOND, 1_024 * SECOND, 65_536 * SECOND};

    private boolean pauses;
    private TestDatabase database;
    private StoreUnderTest store;
    private Connection connection;
    private final TreeMap<Long, List<double[]>> samples = new TreeMap<>();

    @BeforeEach
    void start() throws SQLException {
        database = TestDatabase.fresh();
        store = new StoreUnderTest(database.uri(), Map.of("store.compact", "false"));
        connection = new Database(database.uri()).dataSource().getConnection();
    }

    @AfterEach
    void stop() throws SQLException {
        connection.close();
        store.close();
        database.close();
    }

    private record Bucket(
            long start,
            long n,
            double min,
            double max,
            double mean,
            boolean overlap,
            long coveredFrom,
            long coveredTo) {}

    /** Epochs over midnight, with pauses, stamps out of order and values that are no numbers; a scale below zero. */
    @Test
    void everyWidthHoldsEverySampleThatIsCovered() throws SQLException {
        Random random = new Random(5);
        pauses = true;
        long at = START + 49_700 * SECOND; // 23:48:20
        for (int epoch = 1; epoch <= 2; epoch++) {
            long seq = 1;
            for (int part = 0; part < 3; part++) {
                for (int chunk = 0; chunk < 15; chunk++) {
                    int n = 1_000 + random.nextInt(2_000);
                    at = send(epoch, 1, seq, at, n, random, true);
                    seq += n;
                }
                at += random.nextInt(400) * SECOND;
                if (part < 2 || epoch < 2) {
                    store.pack();
                    check(true);
                } else {
                    check(false);
                }
            }
        }
        assertThat(text("SELECT count(DISTINCT level) FROM telemetry.rollups")).isGreaterThanOrEqualTo("2");
        assertThat(text("SELECT count(*) FROM sinal.rollups WHERE bucket_s < 4"))
                .as("finer than the finest")
                .isEqualTo("0");
        assertThat(text("SELECT count(*) FROM sinal.rollup_coverage WHERE bucket_s < 4"))
                .isEqualTo("0");
    }

    @Test
    void ofTwoOwnersTheFormerOneIsCounted() throws SQLException {
        long at = START;
        for (int chunk = 0; chunk < 30; chunk++) {
            send(1, 1, 1 + chunk * 1_000L, at, 1_000, new Random(chunk), true);
            at += 1_000 * STEP;
        }
        long overlapFrom = START + 50 * SECOND;
        long overlapTo = at;
        for (int chunk = 10; chunk < 60; chunk++) {
            send(2, 2, 1 + (chunk - 10) * 1_000L, START + chunk * 1_000 * STEP, 1_000, new Random(chunk), chunk >= 30);
        }
        store.pack();

        List<Bucket> buckets = read("a", 4 * SECOND, "sinal.rollups");
        assertThat(buckets).hasSizeGreaterThan(70);
        int doubtful = 0;
        for (Bucket bucket : buckets) {
            Bucket exact = exact(0, bucket.start(), 4 * SECOND);
            boolean touches = bucket.start() + 4 * SECOND > overlapFrom && bucket.start() <= overlapTo;
            assertThat(bucket.overlap()).isEqualTo(touches);
            assertThat(bucket.min()).isEqualTo(exact.min());
            assertThat(bucket.max()).isEqualTo(exact.max());
            if (bucket.n() != exact.n()) {
                doubtful++;
                assertThat(bucket.overlap()).isTrue();
                assertThat(bucket.n()).isGreaterThan(exact.n());
            }
        }
        assertThat(doubtful).as("at the ends of an overlap").isBetween(0, 2);
    }

    @Test
    void aRangeIsReadByIndexesAndTouchesItsRowsOnly() throws SQLException {
        Random random = new Random(7);
        for (int month = 0; month < 4; month++) {
            for (int chunk = 0; chunk < 10; chunk++) {
                send(
                        1 + month,
                        1,
                        1 + chunk * 3_000L,
                        START + month * 33 * 86_400 * SECOND + chunk * 15 * SECOND,
                        3_000,
                        random,
                        true);
            }
        }
        store.pack();
        try (Statement statement = connection.createStatement()) {
            statement.execute("ANALYZE");
            // As many rows as a server that has run for long would have.
            statement.execute("SET enable_seqscan = off");
        }
        String of = " WHERE agent_id = 'agent' AND stream = 's-name' AND metric = 'b' AND bucket_s = 4";
        String range = "sinal.rollups('" + Instant.ofEpochSecond(START / SECOND + 33 * 86_400) + "', '"
                + Instant.ofEpochSecond(START / SECOND + 33 * 86_400 + 60) + "')";

        String plan = plan("SELECT bucket, mean, covered_to FROM " + range + of);

        assertThat(plan).contains("Index Scan using rollups_202604").doesNotContain("rollups_202605", "rollups_202603");
        assertThat(plan).doesNotContain("Function Scan on rollups", "Seq Scan");
        assertThat(plan.lines().filter(line -> line.contains("level = ") && line.contains("channel = ")))
                .as("conditions of the index")
                .anyMatch(
                        line -> line.contains("Index Cond") && line.contains("stream_id = ") && line.contains("ts <"));
        assertThat(text("SELECT count(*) FROM " + range + of)).isEqualTo("15");
        assertThat(text("SELECT count(*) FROM sinal.rollups" + of)).isEqualTo("152");
    }

    private String plan(String sql) throws SQLException {
        StringBuilder plan = new StringBuilder();
        try (Statement statement = connection.createStatement();
                ResultSet lines = statement.executeQuery("EXPLAIN (ANALYZE, TIMING off) " + sql)) {
            while (lines.next()) {
                plan.append(lines.getString(1)).append('\n');
            }
        }
        return plan.toString();
    }

    private void check(boolean all) throws SQLException {
        for (long width : WIDTHS) {
            check(read("a", width, "sinal.rollups"), 0, width, all);
            check(read("b", width, "sinal.rollups"), 1, width, all);
            long from = samples.firstKey() / width * width + 20 * SECOND;
            String range = "sinal.rollups(sinal.utc(" + from + "), sinal.utc(" + (from + 10 * width) + "))";
            List<Bucket> some = read("a", width, range);
            assertThat(some)
                    .usingRecursiveFieldByFieldElementComparatorIgnoringFields(
                            "mean") // sums may be added in another order
                    .isEqualTo(read("a", width, "sinal.rollups").stream()
                            .filter(b -> b.start() >= from && b.start() < from + 10 * width)
                            .toList());
        }
    }

    private void check(List<Bucket> buckets, int channel, long width, boolean all) {
        long counted = 0;
        for (Bucket bucket : buckets) {
            Bucket exact = exact(channel, bucket.start(), width);
            assertThat(bucket.overlap()).isFalse();
            assertThat(bucket.coveredFrom()).isEqualTo(samples.firstKey());
            if (all) {
                assertThat(bucket.coveredTo()).isEqualTo(samples.lastKey());
            } else {
                assertThat(bucket.coveredTo()).isLessThan(samples.lastKey());
            }
            counted += bucket.n();
            if (bucket.start() + width <= bucket.coveredTo() || all) {
                double large = Math.max(1, Math.max(Math.abs(exact.min()), Math.abs(exact.max())));
                assertThat(bucket.n()).isEqualTo(exact.n());
                assertThat(bucket.min()).isEqualTo(exact.min());
                assertThat(bucket.max()).isEqualTo(exact.max());
                assertThat(bucket.mean()).isCloseTo(exact.mean(), within(1e-12 * large));
            }
        }
        long to = all ? samples.lastKey() : buckets.get(0).coveredTo();
        assertThat(counted)
                .isGreaterThanOrEqualTo(samples.headMap(to, true).values().stream()
                        .flatMap(List::stream)
                        .filter(values -> Double.isFinite(values[channel]))
                        .count());
    }

    private Bucket exact(int channel, long start, long width) {
        double[] inside = samples.subMap(start, start + width).values().stream()
                .flatMap(List::stream)
                .mapToDouble(values -> values[channel])
                .filter(Double::isFinite)
                .map(raw -> channel == 0 ? raw * -2 + 7 : raw)
                .toArray();
        var summary = java.util.Arrays.stream(inside).summaryStatistics();
        return new Bucket(
                start, summary.getCount(), summary.getMin(), summary.getMax(), summary.getAverage(), false, 0, 0);
    }

    private List<Bucket> read(String metric, long width, String from) throws SQLException {
        List<Bucket> buckets = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT bucket_ns, n, min, max, mean, overlap, sinal.ns(covered_from), sinal.ns(covered_to), sinal.ns(bucket) = bucket_ns"
                                + " FROM " + from + " WHERE stream_id = 's' AND metric = '" + metric
                                + "' AND unit = '' AND bucket_s = " + width / SECOND + " ORDER BY bucket")) {
            while (rows.next()) {
                assertThat(rows.getBoolean(9)).isTrue();
                buckets.add(new Bucket(
                        rows.getLong(1),
                        rows.getLong(2),
                        rows.getDouble(3),
                        rows.getDouble(4),
                        rows.getDouble(5),
                        rows.getBoolean(6),
                        rows.getLong(7),
                        rows.getLong(8)));
            }
        }
        assertThat(buckets.stream().map(Bucket::start)).doesNotHaveDuplicates();
        return buckets;
    }

    private long send(long epoch, long fence, long seq, long from, int n, Random random, boolean counts) {
        long[] stamps = new long[n];
        double[] a = new double[n];
        double[] b = new double[n];
        long at = from;
        for (int i = 0; i < n; i++) {
            at += pauses && random.nextInt(6_000) == 0 ? random.nextInt(30) * SECOND : 0;
            stamps[i] = at + (pauses && random.nextInt(4) == 0 ? random.nextInt(20) * STEP : 0);
            a[i] = random.nextInt(20) == 0 ? Double.NaN : random.nextGaussian();
            b[i] = random.nextInt(50) == 0 ? Double.POSITIVE_INFINITY : random.nextInt(1_000);
            if (counts) {
                samples.computeIfAbsent(stamps[i], stamp -> new ArrayList<>()).add(new double[] {a[i], b[i]});
            }
            at += STEP;
        }
        assertThat(get(store.send(
                                Samples.envelope(stream(), epoch, fence),
                                Samples.encode(
                                        "s", epoch, seq, stamps, List.of(new DoubleColumn(a), new DoubleColumn(b)))))
                        .status())
                .isEqualTo(StoreAnswer.ACKED);
        return at;
    }

    private String text(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static StreamDescriptor stream() {
        StreamDescriptor plain = Samples.stream("agent", "s", "a", "b");
        return new StreamDescriptor(
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
                200,
                null,
                List.of(new ChannelDescriptor("a", "a", "", "unknown", "", -2.0, 7.0), ChannelDescriptor.plain("b")));
    }
}
