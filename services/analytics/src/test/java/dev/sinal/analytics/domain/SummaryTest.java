package dev.sinal.analytics.domain;

import static dev.sinal.analytics.domain.Oracle.assertClose;
import static dev.sinal.analytics.domain.Oracle.numbers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SummaryTest {
    static Series series(double... values) {
        long[] stamps = new long[values.length];
        for (int i = 0; i < stamps.length; i++) {
            stamps[i] = i * 1_000_000_000L;
        }
        return new Series("x", stamps, values, new BitSet(), 1, 0, 0, 0);
    }

    @Test
    void agreesWithR() {
        for (var c : Oracle.cases("descriptions")) {
            String name = c.getString("name");
            List<Double> p = Arrays.stream(numbers(c, "p")).boxed().toList();
            Summary summary = Summary.of(series(numbers(c, "x")), p);
            assertClose(name + " mean", summary.mean(), c.getDouble("mean"), 2e-14);
            assertClose(name + " sd", summary.sd(), c.getDouble("sd"), 1e-14);
            assertClose(name + " variance", summary.variance(), c.getDouble("variance"), 1e-14);
            assertThat(summary.min()).isEqualTo(c.getDouble("min"));
            assertThat(summary.max()).isEqualTo(c.getDouble("max"));
            assertClose(name + " mad", summary.mad(), c.getDouble("mad"), 1e-14);
            assertClose(name + " iqr", summary.iqr(), c.getDouble("iqr"), 1e-14);
            assertClose(name + " skewness", summary.skewness(), c.getDouble("skewness"), 1e-12);
            assertClose(name + " kurtosis", summary.kurtosis(), c.getDouble("kurtosis"), 1e-12);
            double[] q = numbers(c, "q");
            for (int i = 0; i < q.length; i++) {
                assertClose(
                        name + " quantile " + p.get(i),
                        summary.quantiles().get(i).value(),
                        q[i],
                        1e-14);
            }
        }
    }

    @Test
    void spreadAboutALargeOffsetIsExactToTheLastDigits() {
        var random = new Random(5);
        double[] values = random.doubles(2_000).map(v -> 1e12 + v).toArray();
        BigDecimal mean = BigDecimal.ZERO;
        for (double value : values) {
            mean = mean.add(new BigDecimal(value));
        }
        mean = mean.divide(new BigDecimal(values.length), new MathContext(60));
        BigDecimal squares = BigDecimal.ZERO;
        for (double value : values) {
            BigDecimal d = new BigDecimal(value).subtract(mean);
            squares = squares.add(d.multiply(d));
        }
        double variance = squares.divide(new BigDecimal(values.length - 1), new MathContext(60))
                .doubleValue();

        Moments moments = Moments.of(values);
        assertThat(moments.mean()).isEqualTo(mean.doubleValue());
        assertClose("variance", moments.variance(), variance, 2e-15);
    }

    @Test
    void aConstantSeriesHasNoSkewnessAndOneValueNoSpread() {
        Summary constant = Summary.of(series(4, 4, 4), List.of(0.5));
        assertThat(constant.sd()).isZero();
        assertThat(constant.skewness()).isNull();
        assertThat(constant.kurtosis()).isNull();

        Summary one = Summary.of(series(4), List.of(0.5));
        assertThat(one.sd()).isNull();
        assertThat(one.quantiles().get(0).value()).isEqualTo(4);
    }

    @Test
    void nothingIsRefused() {
        assertThatThrownBy(() -> Summary.of(series(), List.of(0.5)))
                .isInstanceOf(Refusal.class)
                .extracting(e -> ((Refusal) e).code())
                .isEqualTo(Refusal.TOO_FEW_POINTS);
    }
}
