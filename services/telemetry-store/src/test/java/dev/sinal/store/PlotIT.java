package dev.sinal.store;

import static dev.sinal.store.Samples.START;
import static dev.sinal.store.Samples.STEP;
import static dev.sinal.store.Samples.envelope;
import static dev.sinal.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sinal.chunk.DoubleColumn;
import dev.sinal.contracts.ChannelDescriptor;
import dev.sinal.contracts.PlotAnswer;
import dev.sinal.contracts.PlotQuery;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.testkit.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlotIT {
    private static final int TOTAL = 5_000;

    private final double[] a = new double[TOTAL];
    private final double[] b = new double[TOTAL];
    private TestDatabase database;
    private StoreUnderTest store;

    /** Two epochs; in the second the channels have changed places and b is scaled by −2. */
    @BeforeEach
    void start() {
        database = TestDatabase.fresh();
        store = new StoreUnderTest(database.uri(), Map.of());
        Random random = new Random(7);
        StreamDescriptor first = Samples.stream("agent", "s", "a", "b");
        StreamDescriptor second = new StreamDescriptor(
                "s",
                "agent",
                "s-name",
                "lsl",
                "EEG",
                "source",
                "host",
                "uid",
                "session",
                "double64",
                250,
                null,
                List.of(new ChannelDescriptor("b", "b", "uV", "spec", "", -2.0, null), ChannelDescriptor.plain("a")));
        int at = 0;
        while (at < TOTAL) {
            boolean later = at >= TOTAL / 2;
            int end = Math.min(later ? TOTAL : TOTAL / 2, at + 1 + random.nextInt(120));
            double[] one = new double[end - at];
            double[] two = new double[end - at];
            long[] stamps = new long[end - at];
            for (int i = 0; i < one.length; i++) {
                stamps[i] = START + (at + i) * STEP;
                one[i] = random.nextInt(50) == 0 ? Double.NaN : random.nextGaussian();
                two[i] = random.nextGaussian() * 100;
                a[at + i] = one[i];
                b[at + i] = later ? two[i] * -2 : two[i];
            }
            List<dev.sinal.chunk.Column> columns = later
                    ? List.of(new DoubleColumn(two), new DoubleColumn(one))
                    : List.of(new DoubleColumn(one), new DoubleColumn(two));
            long seq = later ? at - TOTAL / 2 + 1 : at + 1;
            get(store.send(
                    envelope(later ? second : first, later ? 20 : 10, 1),
                    Samples.encode("s", later ? 20 : 10, seq, stamps, columns)));
            at = end;
        }
    }

    @AfterEach
    void stop() {
        store.close();
        database.close();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 5000, 10",
        "0, 5000, 7",
        "100, 4000, 3",
        "2000, 3000, 1000",
        "17, 18, 5",
        "0, 5000, 5000",
        "-500, 9000, 40"
    })
    void extremesEqualThoseOfEverySample(int from, int to, int points) {
        PlotQuery query = new PlotQuery("agent", List.of(), List.of(), START + from * STEP, START + to * STEP, points);

        PlotAnswer answer = get(store.service().plot(query));

        assertThat(answer.series()).extracting(PlotAnswer.Series::metric).containsExactly("b", "a");
        check(answer.series().get(1), a, from, to, points);
        check(answer.series().get(0), b, from, to, points);
        assertThat(answer.series().get(0).unit()).isEqualTo("uV");
        List<PlotAnswer.Series> packed =
                get(store.service().plot(query.inOnePiece())).series();
        assertThat(packed).hasSameSizeAs(answer.series());
        for (int s = 0; s < packed.size(); s++) {
            assertThat(packed.get(s).points()).isEmpty();
            assertThat(packed.get(s).columns().list())
                    .isEqualTo(answer.series().get(s).points());
        }
    }

    @Test
    void metricsAreChosenByNameAndUnknownOnesRefused() {
        PlotQuery query = new PlotQuery("agent", List.of("s-name"), List.of("s-name/a"), null, null, 10);

        assertThat(get(store.service().plot(query)).series())
                .singleElement()
                .satisfies(series -> assertThat(series.points()).hasSize(10));
        assertThatThrownBy(() ->
                        get(store.service().plot(new PlotQuery("agent", List.of(), List.of("c"), null, null, 10))))
                .satisfies(e -> assertThat(RpcError.of(e)).isEqualTo(RpcError.INVALID_PARAMS));
    }

    private static void check(PlotAnswer.Series series, double[] values, int from, int to, int points) {
        long width = ((to - from) * STEP + points - 1) / points;
        Map<Long, List<Double>> expected = new TreeMap<>();
        for (int i = Math.max(0, from); i < Math.min(TOTAL, to); i++) {
            if (!Double.isNaN(values[i])) {
                long bucket = (i - from) * STEP / width;
                expected.computeIfAbsent(START + from * STEP + bucket * width, start -> new ArrayList<>())
                        .add(values[i]);
            }
        }
        assertThat(series.points()).hasSize(expected.size());
        for (PlotAnswer.Point point : series.points()) {
            List<Double> inside = expected.get(point.timestamp());
            assertThat(point.n()).isEqualTo(inside.size());
            assertThat(point.min())
                    .isEqualTo(inside.stream().min(Double::compare).orElseThrow());
            assertThat(point.max())
                    .isEqualTo(inside.stream().max(Double::compare).orElseThrow());
            double mean = inside.stream().mapToDouble(v -> v).average().orElseThrow();
            assertThat(point.mean()).isCloseTo(mean, within(1e-9 * Math.max(1, Math.abs(mean))));
        }
    }
}
