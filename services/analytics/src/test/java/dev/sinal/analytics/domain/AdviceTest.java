package dev.sinal.analytics.domain;

import static dev.sinal.analytics.domain.Oracle.assertClose;
import static dev.sinal.analytics.domain.Oracle.numbers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AdviceTest {
    @Test
    void smoothingFindsAlphaOfHoltWinters() {
        for (String name : Oracle.R.getJsonObject("smooth").fieldNames()) {
            JsonObject c = Oracle.R.getJsonObject("smooth").getJsonObject(name);
            Model.Fitted fitted = Model.SES.fit(numbers(c, "x"));
            assertThat(fitted.parameters().get("alpha")).as(name).isEqualTo(c.getDouble("alpha"), within(1e-4));
            assertClose(name + " level", fitted.parameters().get("level"), c.getDouble("level"), 1e-5);
            assertThat(fitted.forecast(2))
                    .containsExactly(
                            fitted.parameters().get("level"),
                            fitted.parameters().get("level"));
        }
    }

    @Test
    void naiveAndDriftGoOnAsTheirNamesSay() {
        double[] past = {1, 2, Double.NaN, 7};
        assertThat(Model.NAIVE.fit(past).forecast(2)).containsExactly(7, 7);
        assertThat(Model.DRIFT.fit(past).forecast(2)).containsExactly(9, 11);
    }

    @Test
    void scoresAreScaledByTheStepsOfWhatWasLearned() {
        // 1 2 1 2 …: naive learns a mean step of 1 and misses every odd step by 1.
        double[] zigzag = new double[40];
        Arrays.setAll(zigzag, i -> 1 + i % 2);
        BackTest test = BackTest.of(new Resampled("x", zigzag, 0, 1_000_000_000L), 1);

        assertThat(test.baseline().mase()).isEqualTo(1, within(1e-12));
        assertThat(test.scores().get(0).model()).isEqualTo(Model.SES);
        assertThat(test.scores().get(0).mase()).isBetween(0.4, 0.7);
    }

    @Test
    void aLineIsForDriftAndAWalkForNaive() {
        double[] line = new double[100];
        Arrays.setAll(line, i -> 3 + 0.5 * i);
        Advice drift = Advice.of(SummaryTest.series(line), 0, 5);
        assertThat(drift.ranked().get(0).model()).isEqualTo("Drift");
        assertThat(drift.beatsBaseline()).isTrue();
        assertThat(drift.ranked().get(0).reason()).contains("a straight line explains 100 % of the variance");

        var random = new Random(4);
        double[] walk = new double[400];
        for (int i = 1; i < walk.length; i++) {
            walk[i] = walk[i - 1] + random.nextGaussian();
        }
        Advice naive = Advice.of(SummaryTest.series(walk), 0, 1);
        assertThat(naive.ranked().get(0).score())
                .isGreaterThan(0.9 * naive.baseline().score());
    }

    @Test
    void missingStepsAreSkippedAndCounted() {
        double[] values = new double[60];
        var random = new Random(8);
        Arrays.setAll(values, i -> 5 + random.nextGaussian());
        values[29] = Double.NaN;
        values[40] = Double.NaN;
        values[59] = Double.NaN;
        Resampled grid = new Resampled("x", values, 0, 1_000_000_000L);
        BackTest test = BackTest.of(grid, 3);
        assertThat(test.origins()).isEqualTo(20);
        assertThat(test.scores()).allSatisfy(s -> assertThat(s.mase()).isFinite());
        assertThat(Features.of(grid).missingFraction()).isEqualTo(0.05, within(1e-12));
    }

    @Test
    void whatCannotBeJudgedIsRefused() {
        assertThatThrownBy(() -> Advice.of(SummaryTest.series(1, 2, 3), 0, 0))
                .isInstanceOf(Refusal.class)
                .extracting(e -> ((Refusal) e).code())
                .isEqualTo(Refusal.TOO_FEW_POINTS);
        assertThatThrownBy(() -> Advice.of(SummaryTest.series(new double[50]), 0, 0))
                .isInstanceOf(Refusal.class)
                .extracting(e -> ((Refusal) e).code())
                .isEqualTo(Refusal.CONSTANT_SERIES);
        double[] some = new double[50];
        Arrays.setAll(some, i -> i);
        assertThatThrownBy(() -> Advice.of(SummaryTest.series(some), 0.25, 0))
                .isInstanceOf(Refusal.class)
                .extracting(e -> ((Refusal) e).code())
                .isEqualTo(Refusal.TOO_MUCH_MISSING);
    }

    @Test
    void featuresAreWhatTheySay() {
        double[] zigzag = new double[40];
        Arrays.setAll(zigzag, i -> 1 + i % 2);
        Features features = Features.of(new Resampled("x", zigzag, 0, 1_000_000_000L));
        assertThat(features.mean()).isEqualTo(1.5);
        assertThat(features.acf1()).isEqualTo(-39 / 40.0, within(1e-12));
        assertThat(features.trendStrength()).isLessThan(0.01);
    }
}
