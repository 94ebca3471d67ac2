package dev.sinal.analytics.domain;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Which models forecast a series best, with what was measured.
 *
 * @param ranked best first
 * @param recommended the best, and those that come within {@link #CLOSE} of it
 */
public record Advice(
        Resampled series,
        Map<String, Object> features,
        List<Ranked> ranked,
        List<Ranked> recommended,
        Ranked baseline,
        int origins,
        int horizon) {
    /** Scores that differ by less are as good as equal. */
    static final double CLOSE = 0.02;

    static final double MOST_MISSING = 0.4;

    public Advice {
        ranked = List.copyOf(ranked);
        recommended = List.copyOf(recommended);
    }

    /** @param score MASE, lower is better */
    public record Ranked(String model, double score, Map<String, Double> parameters, String useCase, String reason) {}

    /**
     * @param stepS seconds, 0 = chosen
     * @param horizon steps, 0 = chosen
     * @throws Refusal too_few_points, constant_series, too_much_missing
     */
    public static Advice of(Series series, double stepS, int horizon) {
        if (series.size() > 0 && Moments.constant(series.values())) {
            throw new Refusal(
                    Refusal.CONSTANT_SERIES,
                    series.name() + " has the same value in all " + series.size() + " samples");
        }
        Resampled grid = Resampled.of(series, stepS);
        double missing = 1 - (double) grid.observed() / grid.size();
        if (missing > MOST_MISSING) {
            throw new Refusal(
                    Refusal.TOO_MUCH_MISSING,
                    String.format(
                            Locale.ROOT,
                            "%.0f %% of the %d steps of %s s have no value; choose a longer step_s",
                            100 * missing,
                            grid.size(),
                            plain(grid.stepS())));
        }
        int ahead = horizon > 0 ? horizon : BackTest.defaultHorizon(grid.size());
        BackTest test = BackTest.of(grid, ahead);
        Features features = Features.of(grid);
        double naive = test.baseline().mase();
        List<Ranked> ranked = test.scores().stream()
                .map(score -> ranked(grid, features, test, score, naive))
                .toList();
        double best = ranked.get(0).score();
        List<Ranked> recommended =
                ranked.stream().filter(r -> r.score() <= best * (1 + CLOSE)).toList();
        Ranked baseline = ranked.stream()
                .filter(r -> r.model().equals(Model.NAIVE.publicName()))
                .findFirst()
                .orElseThrow();
        return new Advice(grid, shown(features), ranked, recommended, baseline, test.origins(), ahead);
    }

    public boolean beatsBaseline() {
        return ranked.get(0).score() < baseline.score();
    }

    private static Map<String, Object> shown(Features f) {
        Map<String, Object> shown = new java.util.LinkedHashMap<>();
        shown.put("n", f.n());
        shown.put("mean", f.mean());
        shown.put("sd", f.sd());
        shown.put("min", f.min());
        shown.put("max", f.max());
        shown.put("trend_strength", f.trendStrength());
        shown.put("acf1", f.acf1());
        shown.put("diff_acf1", f.diffAcf1());
        shown.put("missing_fraction", f.missingFraction());
        return shown;
    }

    private static Ranked ranked(Resampled grid, Features f, BackTest test, BackTest.Score score, double naive) {
        return new Ranked(
                score.model().publicName(),
                score.mase(),
                score.parameters(),
                useCase(grid, test, score.model()),
                reason(f, test, score, naive));
    }

    private static String useCase(Resampled grid, BackTest test, Model model) {
        String what = String.format(
                Locale.ROOT,
                "Forecast %s up to %d step%s of %s s ahead",
                grid.name(),
                test.horizon(),
                test.horizon() == 1 ? "" : "s",
                plain(grid.stepS()));
        return switch (model) {
            case NAIVE -> what + " by its last value";
            case DRIFT -> what + " by continuing its average change";
            case SES -> what + " by a smoothed level, which damps noise";
        };
    }

    private static String reason(Features f, BackTest test, BackTest.Score score, double naive) {
        String measured = String.format(
                Locale.ROOT,
                "mean absolute scaled error %.3f over %d rolling origin%s",
                score.mase(),
                test.origins(),
                test.origins() == 1 ? "" : "s");
        String compared;
        if (score.model() == Model.NAIVE) {
            compared = "it is the baseline";
        } else if (naive == 0) {
            compared = "the naive baseline made no error";
        } else {
            double change = 100 * (score.mase() / naive - 1);
            compared = String.format(
                    Locale.ROOT,
                    "%.1f %% %s the naive baseline's %.3f",
                    Math.abs(change),
                    change < 0 ? "below" : "above",
                    naive);
        }
        String because = switch (score.model()) {
            case NAIVE -> String.format(Locale.ROOT, "lag-1 autocorrelation of the changes is %.2f", f.diffAcf1());
            case DRIFT ->
                String.format(Locale.ROOT, "a straight line explains %.0f %% of the variance", 100 * f.trendStrength());
            case SES ->
                String.format(
                        Locale.ROOT,
                        "fitted alpha %.3f; lag-1 autocorrelation is %.2f",
                        score.parameters().getOrDefault("alpha", Double.NaN),
                        f.acf1());
        };
        return measured + ", " + compared + "; " + because;
    }

    private static String plain(double seconds) {
        return new java.math.BigDecimal(seconds)
                .round(new java.math.MathContext(6))
                .stripTrailingZeros()
                .toPlainString();
    }
}
