package dev.sinal.analytics.bus;

import dev.sinal.analytics.domain.Aligned;
import dev.sinal.analytics.domain.Pairing;
import dev.sinal.analytics.domain.Refusal;
import dev.sinal.analytics.domain.Series;
import dev.sinal.analytics.domain.StreamTable;
import dev.sinal.analytics.domain.Summary;
import dev.sinal.analytics.domain.Table;
import dev.sinal.analytics.domain.TooManyValues;
import dev.sinal.analytics.domain.Trend;
import dev.sinal.contracts.UtcNanos;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Turns values into answers: the statistics of {@code domain} in the public shapes. Runs on worker threads. */
final class Analyses {
    static final int DEFAULT_WINDOW = 60;
    private static final int JSON_VALUE_BYTES = 200;

    private final int maxValues;
    private final long maxKeptBytes;

    /** @param maxValues most values in memory @param maxKeptBytes largest data that stay with a result */
    Analyses(int maxValues, long maxKeptBytes) {
        this.maxValues = maxValues;
        this.maxKeptBytes = maxKeptBytes;
    }

    Outcome answer(String id, Question question, SeriesReader.Data data) {
        return switch (question.template().type()) {
            case Template.CORRELATION -> correlation(id, question, data);
            case Template.TREND -> trend(id, question, data);
            default -> describe(id, question, data);
        };
    }

    /** A template with what its names stand for. @param parameters as the receipt shows them */
    record Question(Template template, String agentId, List<Catalog.Variable> variables, JsonObject parameters) {}

    private Outcome describe(String id, Question question, SeriesReader.Data data) {
        List<JsonObject> warnings = new ArrayList<>();
        JsonObject result = new JsonObject();
        long n = 0;
        for (Catalog.Variable variable : question.variables()) {
            Series series = series(data, variable.name());
            if (series.size() == 0 && question.template().variables().isEmpty()) {
                warnings.add(Shapes.warning("no_values", series.name() + " has no numbers in this range"));
                continue;
            }
            Summary summary = Summary.of(series, question.template().probabilities());
            n += series.size();
            warnAbout(series, warnings);
            if (summary.skewness() == null) {
                warnings.add(Shapes.warning(
                        "constant_series", series.name() + " does not vary: skewness and kurtosis are left out"));
            }
            result.put(variable.name(), described(summary, variable));
        }
        if (result.isEmpty()) {
            throw new Refusal(Refusal.TOO_FEW_POINTS, "no metric has a value in this range");
        }
        Table table = side(data.tables());
        String names =
                question.variables().stream().map(v -> Receipt.quoted(v.name())).collect(Collectors.joining(", "));
        String probabilities = question.template().probabilities().stream()
                .map(String::valueOf)
                .collect(Collectors.joining(", "));
        String r = Receipt.readInR(id) + "lapply(d[c(" + names
                + ")], function(x) { x <- x[is.finite(x)]; c(n = length(x), mean = mean(x), sd = sd(x), min = min(x), max = max(x), "
                + "quantile(x, c(" + probabilities + "), type = 7), mad = mad(x), iqr = IQR(x), "
                + "skewness = mean((x - mean(x))^3) / mean((x - mean(x))^2)^1.5, "
                + "kurtosis = mean((x - mean(x))^4) / mean((x - mean(x))^2)^2) })";
        String python = Receipt.readInPython(id)
                + "print({v: dict(n=x.size, mean=x.mean(), sd=x.std(ddof=1), min=x.min(), max=x.max(), q=np.quantile(x, ["
                + probabilities + "])) for v in [" + names + "] for x in [d[v][np.isfinite(d[v])]]})";
        return outcome(id, question, "describe", result, null, table, n, data, warnings, r, python, false);
    }

    private static JsonObject described(Summary summary, Catalog.Variable variable) {
        Series series = summary.series();
        JsonObject json = new JsonObject()
                .put("stream", variable.stream().descriptor().name())
                .put("metric", variable.metric())
                .put("unit", variable.unit())
                .put("n", series.size())
                .put("missing", series.missing())
                .put("n_nan", series.nan())
                .put("n_infinite", series.infinite())
                .put("first", UtcNanos.format(series.stamps()[0]))
                .put("last", UtcNanos.format(series.stamps()[series.size() - 1]));
        Shapes.number(json, "mean", summary.mean());
        Shapes.optional(json, "sd", summary.sd());
        Shapes.optional(json, "variance", summary.variance());
        Shapes.number(json, "min", summary.min());
        Shapes.number(json, "max", summary.max());
        JsonArray quantiles = new JsonArray();
        summary.quantiles()
                .forEach(q -> quantiles.add(Shapes.number(new JsonObject().put("p", q.p()), "value", q.value())));
        json.put("quantiles", quantiles).put("quantile_type", 7).put("quantile_method", "exact");
        Shapes.number(json, "mad", summary.mad()).put("mad_constant", Summary.MAD_CONSTANT);
        Shapes.number(json, "iqr", summary.iqr());
        Shapes.optional(json, "skewness", summary.skewness());
        Shapes.optional(json, "kurtosis", summary.kurtosis());
        return json.put("moment_type", 1).put("kurtosis_excess", false);
    }

    private Outcome correlation(String id, Question question, SeriesReader.Data data) {
        List<String> names =
                question.variables().stream().map(Catalog.Variable::name).toList();
        Template template = question.template();
        List<JsonObject> warnings = new ArrayList<>();
        names.forEach(name -> warnAbout(series(data, name), warnings));
        Aligned aligned = new Pairing(maxValues).align(data.tables(), names, template.alignment());
        Correlations cells = new Correlations(aligned.table(), template, warnings);
        JsonObject result = names.size() == 2 ? cells.pair() : cells.matrix();
        String test = ", method = \"pearson\", alternative = \""
                + template.alternative().rName() + "\", conf.level = " + template.confidence() + ")";
        String tests = cells.pairs().stream()
                .map(p ->
                        "cor.test(d[[" + Receipt.quoted(p.get(0)) + "]], d[[" + Receipt.quoted(p.get(1)) + "]]" + test)
                .collect(Collectors.joining(", "));
        String r = Receipt.readInR(id) + (names.size() == 2 ? tests : "list(" + tests + ")");
        String scipy = template.alternative().rName().replace("two.sided", "two-sided");
        String python = Receipt.readInPython(id) + "from scipy import stats; print(["
                + cells.pairs().stream()
                        .map(p -> "(lambda x, y: stats.pearsonr(x[(k := np.isfinite(x + y))], y[k], alternative='"
                                + scipy + "'))(d[" + Receipt.quoted(p.get(0)) + "], d[" + Receipt.quoted(p.get(1))
                                + "])")
                        .collect(Collectors.joining(", "))
                + "])";
        return outcome(
                id,
                question,
                "pearson",
                result,
                aligned,
                aligned.table(),
                aligned.table().rows(),
                data,
                warnings,
                r,
                python,
                false);
    }

    private Outcome trend(String id, Question question, SeriesReader.Data data) {
        Template template = question.template();
        Catalog.Variable variable = question.variables().get(0);
        Series series = series(data, variable.name());
        List<JsonObject> warnings = new ArrayList<>();
        warnAbout(series, warnings);
        double size = template.windowSize() > 0 ? template.windowSize() : DEFAULT_WINDOW;
        Trend trend = Trend.of(
                series,
                size,
                template.windowSeconds(),
                template.maxValues(),
                template.alternative(),
                template.confidence());
        if (trend.windows() == 0) {
            warnings.add(Shapes.warning(
                    "window_longer_than_data",
                    "no stretch without a gap is as long as a window, so there are no rolling values"));
        }
        if (trend.stride() > 1) {
            warnings.add(Shapes.warning(
                    "values_thinned",
                    "every " + trend.stride() + "th of " + trend.windows()
                            + " windows is answered; max_values sets how many"));
        }
        JsonObject result = TrendShape.of(trend, series, size, template, variable);
        Table table = new Table(List.of(series.name()), series.stamps(), new double[][] {series.values()});
        String name = Receipt.quoted(series.name());
        String rolling = template.windowSeconds()
                ? ""
                : "; stats::filter(d[[" + name + "]], rep(1 / " + (long) size + ", " + (long) size + "), sides = 1)";
        String r = Receipt.readInR(id) + "summary(lm(d[[" + name + "]] ~ d[[\"seconds\"]])); " + "summary(lm(d[[" + name
                + "]] ~ seq_along(d[[" + name + "]])))" + rolling;
        String python = Receipt.readInPython(id) + "from scipy import stats; print(stats.linregress(d['seconds'], d["
                + name + "]))"
                + (template.windowSeconds()
                        ? ""
                        : "; print(np.convolve(d[" + name + "], np.ones(" + (long) size + ") / " + (long) size
                                + ", 'valid'))");
        return outcome(
                id, question, "rolling_mean_ols", result, null, table, series.size(), data, warnings, r, python, true);
    }

    private Outcome outcome(
            String id,
            Question question,
            String method,
            JsonObject result,
            @Nullable Aligned aligned,
            Table table,
            long n,
            SeriesReader.Data data,
            List<JsonObject> warnings,
            String r,
            String python,
            boolean seconds) {
        JsonObject answer = new JsonObject()
                .put("id", id)
                .put("analysis_type", question.template().type())
                .put("agent_id", question.agentId())
                .put("method", method)
                .put("result", result)
                .put("alignment", Shapes.alignment(aligned))
                .put("receipt", Receipt.of(id, method, question.parameters(), n, data, aligned, table, r, python));
        boolean kept = table.bytes() <= maxKeptBytes;
        if (!kept) {
            warnings.add(Shapes.warning(
                    "data_not_kept",
                    "the values weigh " + table.bytes() + " bytes, more than the " + maxKeptBytes
                            + " that stay with a result; read them from history"));
        }
        answer.put("warnings", new JsonArray(warnings));
        long windows =
                result.containsKey("values") ? result.getJsonArray("values").size() : 0;
        long bytes = 8192
                + JSON_VALUE_BYTES * windows
                + 200L * (data.gaps().size() + data.epochs().size());
        return new Outcome(answer, kept ? table : null, seconds, bytes + (kept ? table.bytes() : 0));
    }

    private static Series series(SeriesReader.Data data, String name) {
        for (StreamTable table : data.tables()) {
            int column = table.variables().indexOf(name);
            if (column >= 0) {
                return table.series(column);
            }
        }
        throw new IllegalArgumentException("no variable " + name);
    }

    private static void warnAbout(Series series, List<JsonObject> warnings) {
        if (series.missing() > 0) {
            warnings.add(Shapes.warning(
                    "missing_values", series.name() + " has " + series.missing() + " missing values, left out"));
        }
        if (series.infinite() > 0) {
            warnings.add(Shapes.warning(
                    "infinite_values", series.name() + " has " + series.infinite() + " infinite values, left out"));
        }
    }

    /** The values of each stream, one stream below the other. */
    private Table side(List<StreamTable> tables) {
        List<String> names = new ArrayList<>();
        long rows = 0;
        for (StreamTable table : tables) {
            names.addAll(table.variables());
            rows += table.rows();
        }
        if (rows * names.size() > maxValues) {
            throw new TooManyValues(rows * names.size(), maxValues, "/variables");
        }
        long[] stamps = new long[(int) rows];
        double[][] columns = new double[names.size()][(int) rows];
        int row = 0;
        int first = 0;
        for (StreamTable table : tables) {
            System.arraycopy(table.stamps(), 0, stamps, row, table.rows());
            for (int c = 0; c < columns.length; c++) {
                int own = c - first;
                if (own >= 0 && own < table.columns().length) {
                    System.arraycopy(table.columns()[own], 0, columns[c], row, table.rows());
                } else {
                    Arrays.fill(columns[c], row, row + table.rows(), Double.NaN);
                }
            }
            row += table.rows();
            first += table.variables().size();
        }
        return new Table(names, stamps, columns);
    }
}
