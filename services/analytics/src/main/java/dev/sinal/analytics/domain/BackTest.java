package dev.sinal.analytics.domain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Rolling origins: every model learns what lies before an origin and is judged by what follows it, by the mean absolute error scaled by
 * the mean absolute step within what was learned (MASE; Hyndman, Koehler 2006).
 *
 * @param scores best first; those equal keep the order of {@link Model}, simplest first
 */
record BackTest(List<Score> scores, int origins, int horizon) {
    static final int MAX_ORIGINS = 20;
    static final int MIN_POINTS = 20;
    private static final int MIN_PAST = 10;

    /** @param parameters of the model that has learned the whole series */
    record Score(Model model, double mase, Map<String, Double> parameters) {}

    static int defaultHorizon(int n) {
        return Math.max(1, Math.min(24, n / 10));
    }

    /** @throws Refusal too_few_points, constant_series */
    static BackTest of(Resampled series, int horizon) {
        double[] y = trimmed(series.values());
        int least = Math.max(MIN_PAST, y.length / 2);
        int last = y.length - horizon;
        if (series.observed() < MIN_POINTS || last < least) {
            throw new Refusal(
                    Refusal.TOO_FEW_POINTS,
                    series.name() + " has " + series.observed() + " steps of " + series.stepS()
                            + " s with a value; a back-test of " + horizon + " steps ahead needs "
                            + Math.max(MIN_POINTS, Math.max(2 * horizon, MIN_PAST + horizon)));
        }
        double[] errors = new double[Model.values().length];
        int[] counts = new int[errors.length];
        int used = 0;
        for (int origin : origins(least, last)) {
            double[] past = trimmed(Arrays.copyOf(y, origin));
            double scale = meanStep(past);
            if (past.length < 2 || !(scale > 0)) {
                continue;
            }
            used++;
            // A value missing just before the origin moves the forecast's start, not its target.
            int lead = origin - (past.length + start(y));
            for (Model model : Model.values()) {
                double[] ahead = model.fit(past).forecast(horizon + lead);
                for (int h = 0; h < horizon; h++) {
                    double actual = y[origin + h];
                    if (!Double.isNaN(actual)) {
                        errors[model.ordinal()] += Math.abs(actual - ahead[h + lead]) / scale;
                        counts[model.ordinal()]++;
                    }
                }
            }
        }
        if (used == 0 || counts[0] == 0) {
            throw new Refusal(Refusal.CONSTANT_SERIES, series.name() + " does not change from step to step");
        }
        List<Score> scores = new ArrayList<>();
        for (Model model : Model.values()) {
            int m = model.ordinal();
            scores.add(new Score(model, errors[m] / counts[m], model.fit(y).parameters()));
        }
        scores.sort(Comparator.comparingDouble(Score::mase));
        return new BackTest(scores, used, horizon);
    }

    Score baseline() {
        return scores.stream().filter(s -> s.model() == Model.NAIVE).findFirst().orElseThrow();
    }

    private static List<Integer> origins(int least, int last) {
        int available = last - least + 1;
        int count = Math.min(MAX_ORIGINS, available);
        List<Integer> origins = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            origins.add(last - (int) ((long) i * available / count));
        }
        return origins;
    }

    private static int start(double[] y) {
        int start = 0;
        while (start < y.length && Double.isNaN(y[start])) {
            start++;
        }
        return start;
    }

    /** Without missing values at the ends. */
    private static double[] trimmed(double[] y) {
        int from = start(y);
        int to = y.length;
        while (to > from && Double.isNaN(y[to - 1])) {
            to--;
        }
        return Arrays.copyOfRange(y, from, to);
    }

    private static double meanStep(double[] y) {
        double sum = 0;
        int n = 0;
        for (int i = 1; i < y.length; i++) {
            if (!Double.isNaN(y[i]) && !Double.isNaN(y[i - 1])) {
                sum += Math.abs(y[i] - y[i - 1]);
                n++;
            }
        }
        return n == 0 ? 0 : sum / n;
    }
}
