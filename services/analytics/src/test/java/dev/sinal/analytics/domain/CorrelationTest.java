package dev.sinal.analytics.domain;

import static dev.sinal.analytics.domain.Oracle.assertClose;
import static dev.sinal.analytics.domain.Oracle.numbers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class CorrelationTest {
    @Test
    void agreesWithCorTestOfR() {
        for (var c : Oracle.cases("correlations")) {
            var pair = Oracle.R.getJsonObject("pairs").getJsonObject(c.getString("name"));
            Correlation test = Correlation.pearson(
                    "x",
                    numbers(pair, "x"),
                    "y",
                    numbers(pair, "y"),
                    Alternative.of(c.getString("alternative")),
                    c.getDouble("level"));

            // Where r is near 1, its fifteenth digit moves what follows from it.
            double near = 1e-12 + 1e-15 / (1 - Math.abs(test.coefficient()));
            assertClose("r " + c, test.coefficient(), c.getDouble("r"), 5e-15);
            assertClose("t " + c, test.statistic(), c.getDouble("t"), near);
            assertThat(test.df()).isEqualTo(c.getInteger("df"));
            assertClose("p " + c, test.pValue(), c.getDouble("p"), near * 200);
            assertClose("low " + c, test.interval()[0], c.getDouble("low"), 1e-12);
            assertClose("high " + c, test.interval()[1], c.getDouble("high"), 1e-12);
            assertClose("n effective " + c, test.nEffective(), c.getDouble("n_effective"), 1e-11);
            assertClose("p effective " + c, test.pValueEffective(), c.getDouble("p_effective"), near * 200);
        }
    }

    @Test
    void aLineHasAnInfiniteStatisticAndNoDoubt() {
        double[] x = {1, 2, 3, 4, 5};
        double[] y = {2, 4, 6, 8, 10};
        Correlation test = Correlation.pearson("x", x, "y", y, Alternative.TWO_SIDED, 0.95);

        assertThat(test.coefficient()).isEqualTo(1);
        assertThat(test.statistic()).isInfinite();
        assertThat(test.pValue()).isZero();
        assertThat(test.interval()).containsExactly(1, 1);
    }

    @Test
    void neitherTinyNorHugeNumbersMatter() {
        double[] x = {1, 3, 2, 5, 4, 7};
        double[] y = {2, 1, 4, 3, 7, 5};
        double r = Correlation.coefficient(x, y);
        for (double scale : new double[] {1e-280, 1e-30, 1e30, 1e290}) {
            double[] sx = java.util.Arrays.stream(x).map(v -> v * scale).toArray();
            assertThat(Correlation.coefficient(sx, y)).isEqualTo(r, within(1e-15));
        }
    }

    @Test
    void tooFewPairsAndConstantSeriesAreRefused() {
        assertThatThrownBy(() -> Correlation.pearson(
                        "x", new double[] {1, 2}, "y", new double[] {1, 2}, Alternative.TWO_SIDED, 0.95))
                .isInstanceOf(Refusal.class)
                .extracting(e -> ((Refusal) e).code())
                .isEqualTo(Refusal.TOO_FEW_POINTS);
        assertThatThrownBy(() -> Correlation.pearson(
                        "hr", new double[] {7, 7, 7}, "y", new double[] {1, 2, 3}, Alternative.TWO_SIDED, 0.95))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("hr has the same value");
    }

    @Test
    void autocorrelationsAgreeWithR() {
        var c = Oracle.R.getJsonObject("autocorrelation");
        double[] expected = numbers(c, "acf");
        double[] acf = Autocorrelation.upTo(80, numbers(c, "x"));
        for (int j = 0; j <= 80; j++) {
            assertThat(acf[j]).isEqualTo(expected[j], within(1e-14));
        }
    }

    @Test
    void blocksGiveTheSameAutocorrelationsAsTheSum() {
        var random = new Random(3);
        double[] d = random.doubles(30_000).map(v -> v - 0.5).toArray();
        double[] byBlocks = Autocorrelation.byBlocks(500, d);
        for (int j : new int[] {0, 1, 17, 499, 500}) {
            double sum = 0;
            for (int i = 0; i + j < d.length; i++) {
                sum += d[i] * d[i + j];
            }
            assertThat(byBlocks[j]).isEqualTo(sum, within(1e-9));
        }
    }

    @Test
    void adjustedPValuesAgreeWithR() {
        for (var c : Oracle.cases("adjust")) {
            double[] adjusted = AdjustedP.of(c.getString("method"), numbers(c, "p"));
            assertThat(adjusted).containsExactly(numbers(c, "adjusted"), within(1e-15));
        }
    }
}
