package dev.sinal.analytics.domain;

import static dev.sinal.analytics.domain.Oracle.assertClose;
import static dev.sinal.analytics.domain.Oracle.numbers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TrendTest {
    private static Series series(double[] seconds, double[] values, int... breaks) {
        long[] stamps = Arrays.stream(seconds)
                .mapToLong(s -> Math.round(s * 1e9) + 1_700_000_000_000_000_000L)
                .toArray();
        BitSet broken = new BitSet();
        Arrays.stream(breaks).forEach(broken::set);
        return new Series("x", stamps, values, broken, 0, 0, 0, 0);
    }

    private static double[] seconds(int n) {
        double[] seconds = new double[n];
        Arrays.setAll(seconds, i -> i);
        return seconds;
    }

    @Test
    void agreesWithLmOfR() {
        for (var c : Oracle.cases("trends")) {
            String name = c.getString("name");
            Trend trend = Trend.of(
                    series(numbers(c, "t"), numbers(c, "y")),
                    c.getInteger("window"),
                    false,
                    1000,
                    Alternative.TWO_SIDED,
                    c.getDouble("level"));
            LinearFit fit = trend.perSecond();
            // "steep" stands on a million: exact rational arithmetic gives our slope, R's own is off by 1.4e-12, and
            // its residuals by 1e-9.
            double noise = name.equals("steep") ? 2e-9 : 1e-12;
            assertClose(name + " slope", fit.slope(), c.getDouble("slope"), 2e-12);
            assertClose(name + " intercept", fit.intercept(), c.getDouble("intercept"), 1e-12);
            assertClose(name + " se", fit.se(), c.getDouble("se"), noise);
            assertClose(name + " t", fit.statistic(), c.getDouble("statistic"), noise);
            assertClose(name + " p", fit.pValue(), c.getDouble("p"), 100 * noise);
            assertClose(name + " r²", fit.rSquared(), c.getDouble("r_squared"), 1e-12);
            assertClose(name + " low", fit.low(), c.getDouble("low"), 1e-11);
            assertClose(name + " high", fit.high(), c.getDouble("high"), 1e-11);
            assertClose(name + " per sample", trend.perSample().slope(), c.getDouble("per_sample"), 2e-12);
            double[] roll = numbers(c, "roll");
            double[] sd = numbers(c, "roll_sd");
            assertThat(trend.values()).hasSize(roll.length);
            for (int i = 0; i < roll.length; i++) {
                assertClose(name + " mean " + i, trend.values().get(i).mean(), roll[i], 1e-14);
                assertClose(name + " sd " + i, trend.values().get(i).sd(), sd[i], 1e-11);
            }
        }
    }

    @Test
    void windowsAreTrailingAndFull() {
        var windows = RollingWindows.bySamples(series(seconds(5), new double[] {1, 2, 4, 8, 16}), 3, 100);

        assertThat(windows.kept()).extracting(RollingWindows.Window::mean).containsExactly(7 / 3.0, 14 / 3.0, 28 / 3.0);
        var first = windows.kept().get(0);
        assertThat(first.timestamp() - first.from()).isEqualTo(2_000_000_000L);
        assertThat(first.n()).isEqualTo(3);
        assertThat(first.sd()).isEqualTo(Math.sqrt(7 / 3.0), within(1e-15));
    }

    @Test
    void noWindowSpansAGap() {
        var windows = RollingWindows.bySamples(series(seconds(7), new double[] {1, 1, 1, 5, 5, 5, 5}, 3), 3, 100);

        assertThat(windows.kept()).extracting(RollingWindows.Window::mean).containsExactly(1.0, 5.0, 5.0);
    }

    @Test
    void windowsOfSecondsAreHalfOpenAndStartWhenTheDataReachBack() {
        var windows =
                RollingWindows.bySeconds(series(new double[] {0, 1, 2, 3, 10}, new double[] {1, 2, 3, 4, 5}), 2, 100);

        assertThat(windows.kept()).extracting(RollingWindows.Window::n).containsExactly(2, 2, 1);
        assertThat(windows.kept()).extracting(RollingWindows.Window::mean).containsExactly(2.5, 3.5, 5.0);
    }

    @Test
    void slidingLosesNothingOverALongSeries() {
        var random = new Random(9);
        double[] values = random.doubles(200_000).map(v -> v < 1e-4 ? 1e9 : v).toArray();
        int size = 50;
        var windows = RollingWindows.bySamples(series(seconds(values.length), values), size, values.length);
        for (int i = 0; i < windows.kept().size(); i += 997) {
            Moments direct = Moments.of(Arrays.copyOfRange(values, i, i + size));
            assertClose("mean " + i, windows.kept().get(i).mean(), direct.mean(), 1e-14);
            assertClose("sd " + i, windows.kept().get(i).sd(), direct.sd(), 1e-9);
        }
    }

    @Test
    void tooManyWindowsAreThinnedEvenly() {
        var windows = RollingWindows.bySamples(series(seconds(100), new double[100]), 1, 10);

        assertThat(windows.total()).isEqualTo(100);
        assertThat(windows.stride()).isEqualTo(10);
        assertThat(windows.kept()).hasSize(10);
    }

    @Test
    void constantAndShortSeriesAreRefused() {
        assertThatThrownBy(() -> Trend.of(series(seconds(5), new double[5]), 2, false, 10, Alternative.TWO_SIDED, 0.95))
                .isInstanceOf(Refusal.class)
                .extracting(e -> ((Refusal) e).code())
                .isEqualTo(Refusal.CONSTANT_SERIES);
        assertThatThrownBy(() ->
                        Trend.of(series(seconds(2), new double[] {1, 2}), 2, false, 10, Alternative.TWO_SIDED, 0.95))
                .isInstanceOf(Refusal.class)
                .extracting(e -> ((Refusal) e).code())
                .isEqualTo(Refusal.TOO_FEW_POINTS);
    }
}
