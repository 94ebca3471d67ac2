package dev.sinal.store;

import static dev.sinal.store.Samples.START;
import static dev.sinal.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sinal.chunk.DoubleColumn;
import dev.sinal.contracts.PlotAnswer;
import dev.sinal.contracts.PlotAnswer.Point;
import dev.sinal.contracts.PlotQuery;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.runtime.sql.Database;
import dev.sinal.store.domain.Inspection;
import dev.sinal.store.sql.BulkCopy;
import dev.sinal.store.sql.Partitions;
import dev.sinal.store.sql.RollupTable;
import dev.sinal.testkit.TestDatabase;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Plots of samples that are hot, packed or rolled up are the plots of the samples. */
class RollupsIT {
    private static final long SECOND = 1_000_000_000L;
    private static final String ROLLED = "SELECT count(*) FROM telemetry.rollups WHERE level = ";

    /** Outlives the stores. */
    private final Vertx vertx = Vertx.vertx();

    private TestDatabase database;
    private StoreUnderTest store;
    private Pool pool;
    private final TreeMap<Long, List<double[]>> samples = new TreeMap<>();

    @BeforeEach
    void start() {
        database = TestDatabase.fresh();
        store = new StoreUnderTest(database.uri(), Map.of("store.compact", "false"));
        pool = new Database(database.uri()).pool(vertx, "rollups-test", 2, 30_000);
    }

    @AfterEach
    void stop() {
        get(pool.close());
        store.close();
        get(vertx.close());
        database.close();
    }

    /** 200 Hz and so a finest level of 4 s; epochs over midnight, with pauses, stamps out of order and values that are no numbers. */
    @Test
    void whateverIsPackedThePlotIsThatOfEverySample() {
        Random random = new Random(3);
        StreamDescriptor stream = stream("s", 200);
        long at = START + 49_700 * SECOND; // 23:48:20
        for (int epoch = 1; epoch <= 2; epoch++) {
            long seq = 1;
            for (int part = 0; part < 3; part++) {
                for (int chunk = 0; chunk < 30; chunk++) {
                    int n = 1_000 + random.nextInt(2_000);
                    at = send(stream, epoch, seq, at, n, random);
                    seq += n;
                }
                at += random.nextInt(400) * SECOND;
                check(random, 4);
                if (random.nextInt(4) > 0) {
                    store.pack();
                    check(random, 6);
                }
            }
        }
        assertThat(number(ROLLED + 1)).isPositive();
        assertThat(number(ROLLED + 2)).isPositive();
    }

    @Test
    void whatWasForgottenIsMadeAgain() {
        Random random = new Random(4);
        StreamDescriptor stream = stream("s", 200);
        long at = START;
        for (int chunk = 0; chunk < 200; chunk++) {
            at = send(stream, 1, 1 + chunk * 500L, at, 500, random);
        }
        store.pack();
        check(random, 5);
        long before = number("SELECT count(*) FROM telemetry.rollups");

        get(pool.withTransaction(tx -> RollupTable.forget(tx, "s", 1, 60_000)));
        assertThat(number("SELECT count(*) FROM telemetry.rollups WHERE last_seq >= 60000"))
                .isZero();
        check(random, 5);
        store.pack();
        check(random, 5);
        assertThat(number("SELECT count(*) FROM telemetry.rollups")).isBetween(before - 4, before + 4);

        get(pool.withTransaction(tx -> RollupTable.forget(tx, "s", 1, 1)));
        assertThat(number("SELECT count(*) FROM telemetry.rollups")).isZero();
        check(random, 5);
        store.pack();
        check(random, 5);
        assertThat(number("SELECT count(*) FROM telemetry.rollup_epochs WHERE complete"))
                .isEqualTo(1);
    }

    /** Counts of rows and pages, not time: of ten times the range hardly more is read. */
    @Test
    void theWorkOfAPlotIsFlatInTheRange() {
        StreamDescriptor stream = stream("flat", 10);
        Partitions partitions = new Partitions(pool, 100);
        BulkCopy bulk = new BulkCopy(vertx, new Database(database.uri()), partitions, new Inspection(1 << 22));
        int hours = 400;
        int[] next = {0};
        get(bulk.load(Samples.envelope(stream, 1, 1), () -> {
            int hour = next[0]++;
            if (hour == hours) {
                return null;
            }
            int n = 36_000;
            long[] stamps = new long[n];
            double[] a = new double[n];
            double[] b = new double[n];
            for (int i = 0; i < n; i++) {
                stamps[i] = START + (hour * (long) n + i) * SECOND / 10;
                a[i] = (hour + i) % 100;
                b[i] = i;
            }
            return Samples.encode(
                    "flat", 1, hour * (long) n + 1, stamps, List.of(new DoubleColumn(a), new DoubleColumn(b)));
        }));
        get(bulk.close());
        store.pack();
        get(pool.query("ANALYZE telemetry.rollups").execute());

        List<Long> read = new ArrayList<>();
        for (int range : new int[] {40, 120, 400}) {
            read.add(blocks(range));
        }
        assertThat(read.get(1)).isLessThan(2 * read.get(0) + 200);
        assertThat(read.get(2)).isLessThan(2 * read.get(0) + 200);
    }

    /** Rows of rollups and chunks that a plot of 1000 points fetches. */
    private long blocks(int hours) {
        String fetched = """
                SELECT COALESCE(sum(idx_tup_fetch + seq_tup_read), 0)::bigint FROM pg_stat_user_tables
                 WHERE relname LIKE 'rollups\\_%' OR relname LIKE 'telemetry\\_2%'
                """;
        store.close();
        long before = settled(fetched, -1);
        store = new StoreUnderTest(database.uri(), Map.of("store.compact", "false"));
        PlotAnswer plot = get(store.service()
                .plot(new PlotQuery(
                        "agent", List.of(), List.of("flat-name/a"), START, START + hours * 3_600 * SECOND, 1_000)));
        assertThat(plot.series().get(0).points()).hasSizeBetween(600, 1_000);
        assertThat(plot.series().get(0).points().stream().mapToLong(Point::n).sum())
                .isEqualTo(hours * 36_000L);
        store.close();
        long read = settled(fetched, before) - before;
        store = new StoreUnderTest(database.uri(), Map.of("store.compact", "false"));
        return read;
    }

    /** A connection tells what it read when it ends, soon after the client has closed it: the number that stays. */
    private long settled(String sql, long above) {
        long[] last = {-1};
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> {
                    long now = number(sql);
                    boolean same = now == last[0] && now > above;
                    last[0] = now;
                    return same;
                });
        return last[0];
    }

    private long send(StreamDescriptor stream, long epoch, long seq, long from, int n, Random random) {
        long step = SECOND / 200;
        long[] stamps = new long[n];
        double[] a = new double[n];
        double[] b = new double[n];
        long at = from;
        for (int i = 0; i < n; i++) {
            at += random.nextInt(6_000) == 0 ? random.nextInt(30) * SECOND : step;
            stamps[i] = at + (random.nextInt(4) == 0 ? random.nextInt(20) * step : 0);
            a[i] = random.nextInt(20) == 0 ? Double.NaN : random.nextGaussian();
            b[i] = random.nextInt(50) == 0 ? Double.POSITIVE_INFINITY : random.nextInt(1_000);
            samples.computeIfAbsent(stamps[i], stamp -> new ArrayList<>()).add(new double[] {a[i], b[i]});
        }
        get(store.send(
                Samples.envelope(stream, epoch, 1),
                Samples.encode(stream.id(), epoch, seq, stamps, List.of(new DoubleColumn(a), new DoubleColumn(b)))));
        return at;
    }

    private void check(Random random, int plots) {
        long first = samples.firstKey();
        long length = samples.lastKey() - first + 1;
        for (int i = 0; i < plots; i++) {
            boolean whole = i == 0;
            long from = whole ? first : first - length / 5 + (long) (random.nextDouble() * length);
            long to = whole ? first + length : from + 1 + (long) (random.nextDouble() * 1.2 * length);
            int points = 1 + random.nextInt(whole ? 40 : 400);
            PlotAnswer answer =
                    get(store.service().plot(new PlotQuery("agent", List.of("s"), List.of(), from, to, points)));
            for (int c = 0; c < 2; c++) {
                String metric = c == 0 ? "a" : "b";
                List<Point> drawn = answer.series().stream()
                        .filter(series -> series.metric().equals(metric))
                        .findFirst()
                        .map(PlotAnswer.Series::points)
                        .orElse(List.of());
                double bucketS =
                        answer.series().isEmpty() ? 0 : answer.series().get(0).bucketS();
                same(drawn, c, from, to, points, bucketS);
            }
        }
    }

    private void same(List<Point> drawn, int channel, long from, long to, int points, double bucketS) {
        assertThat(drawn.size()).isLessThanOrEqualTo(points);
        long counted = 0;
        for (int i = 0; i < drawn.size(); i++) {
            Point point = drawn.get(i);
            long end = point.timestamp() + Math.round(bucketS * SECOND);
            double[] inside = samples
                    .subMap(
                            Math.max(from, point.timestamp()),
                            Math.max(Math.max(from, point.timestamp()), Math.min(to, end)))
                    .values()
                    .stream()
                    .flatMap(List::stream)
                    .mapToDouble(values -> values[channel])
                    .filter(Double::isFinite)
                    .toArray();
            assertThat(point.n()).isEqualTo(inside.length);
            assertThat(point.min()).isEqualTo(Arrays.stream(inside).min().orElseThrow());
            assertThat(point.max()).isEqualTo(Arrays.stream(inside).max().orElseThrow());
            assertThat(point.mean())
                    .isCloseTo(
                            Arrays.stream(inside).average().orElseThrow(),
                            within(1e-12 * Math.max(1, Math.max(Math.abs(point.min()), Math.abs(point.max())))));
            counted += point.n();
        }
        assertThat(counted)
                .isEqualTo(samples.subMap(from, to).values().stream()
                        .flatMap(List::stream)
                        .filter(values -> Double.isFinite(values[channel]))
                        .count());
    }

    private long number(String sql) {
        Row row = get(pool.query(sql).execute()).iterator().next();
        return row.getLong(0);
    }

    private static StreamDescriptor stream(String id, double rate) {
        StreamDescriptor plain = Samples.stream("agent", id, "a", "b");
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
                rate,
                null,
                plain.channels());
    }
}
