package dev.sinal.analytics.bus;

import dev.sinal.analytics.domain.AdjustedP;
import dev.sinal.analytics.domain.Correlation;
import dev.sinal.analytics.domain.Refusal;
import dev.sinal.analytics.domain.Table;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The public shape of one correlation, or of all between several variables. */
final class Correlations {
    private static final String EFFECTIVE =
            "Pyper-Peterman: 1/N* = 1/N + 2/N sum_{j=1}^{lags} (N-j)/N rx(j) ry(j), autocorrelations with divisor N, N* at most N";

    private final Table table;
    private final Template template;
    private final List<JsonObject> warnings;

    /** @param warnings gets what is found */
    Correlations(Table table, Template template, List<JsonObject> warnings) {
        this.table = table;
        this.template = template;
        this.warnings = warnings;
    }

    List<List<String>> pairs() {
        List<List<String>> pairs = new ArrayList<>();
        for (int x = 0; x < table.names().size(); x++) {
            for (int y = x + 1; y < table.names().size(); y++) {
                pairs.add(List.of(table.names().get(x), table.names().get(y)));
            }
        }
        return pairs;
    }

    JsonObject pair() {
        return cell(test(0, 1), 0, 1);
    }

    /** Every pair, upper triangle by rows; incomplete pairs are dropped pair by pair. */
    JsonObject matrix() {
        List<Correlation> tests = new ArrayList<>();
        List<JsonObject> cells = new ArrayList<>();
        for (int x = 0; x < table.names().size(); x++) {
            for (int y = x + 1; y < table.names().size(); y++) {
                Correlation test = test(x, y);
                tests.add(test);
                cells.add(cell(test, x, y));
            }
        }
        double[] adjusted = AdjustedP.of(
                template.adjust(),
                tests.stream().mapToDouble(Correlation::pValue).toArray());
        for (int i = 0; i < adjusted.length; i++) {
            cells.get(i).put("p_adjusted", adjusted[i]).put("adjust", template.adjust());
        }
        return new JsonObject()
                .put("variables", new JsonArray(table.names()))
                .put("cells", new JsonArray(cells))
                .put("adjust", template.adjust());
    }

    private Correlation test(int x, int y) {
        Table complete = table.pair(x, y);
        if (complete.rows() == 0) {
            throw new Refusal(
                    Refusal.NO_OVERLAP,
                    table.names().get(x) + " and " + table.names().get(y) + " never have a value together");
        }
        return Correlation.pearson(
                table.names().get(x),
                complete.columns()[0],
                table.names().get(y),
                complete.columns()[1],
                template.alternative(),
                template.confidence());
    }

    private JsonObject cell(Correlation test, int x, int y) {
        List<String> names = List.of(table.names().get(x), table.names().get(y));
        JsonObject json = new JsonObject()
                .put("variables", new JsonArray(names))
                .put("coefficient", test.coefficient())
                .put("coefficient_name", "r")
                .put("n", test.n())
                .put("statistic_name", "t");
        Shapes.number(json, "statistic", test.statistic())
                .put("df", test.df())
                .put("p_value", test.pValue())
                .put("p_value_method", "Student's t distribution")
                .put("alternative", template.alternative().rName())
                .put("confidence_level", template.confidence());
        double[] interval = test.interval();
        if (interval == null) {
            json.putNull("confidence_interval");
            warnings.add(Shapes.warning(
                    "too_few_points", String.join(" and ", names) + ": a confidence interval needs 4 pairs"));
        } else {
            json.put("confidence_interval", new JsonArray().add(interval[0]).add(interval[1]))
                    .put("confidence_interval_method", "Fisher z");
        }
        warnAboutDependence(test, names);
        return json.put("ties", test.ties())
                .put("n_effective", test.nEffective())
                .put("p_value_effective", test.pValueEffective())
                .put("n_effective_method", EFFECTIVE)
                .put("n_effective_lags", test.effectiveLags());
    }

    private void warnAboutDependence(Correlation test, List<String> names) {
        double level = 1 - template.confidence();
        boolean turns = test.pValue() <= level && test.pValueEffective() > level;
        if (turns || test.nEffective() < test.n() / 2.0) {
            warnings.add(Shapes.warning(
                    "autocorrelated",
                    String.format(
                            Locale.ROOT,
                            "%s: neighbouring values depend on each other; the %d pairs are worth about %.1f independent ones%s",
                            String.join(" and ", names),
                            test.n(),
                            test.nEffective(),
                            turns
                                    ? ", and with those the correlation is not significant: read p_value_effective"
                                    : "")));
        }
    }
}
