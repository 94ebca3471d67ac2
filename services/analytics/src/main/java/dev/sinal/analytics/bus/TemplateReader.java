package dev.sinal.analytics.bus;

import dev.sinal.analytics.domain.Alignment;
import dev.sinal.analytics.domain.Alternative;
import dev.sinal.analytics.domain.Refusal;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.UtcNanos;
import io.vertx.core.json.JsonObject;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads templates. Every failure names the field; what a later version will do is refused as unsupported, not as wrong. */
final class TemplateReader {
    static final int DEFAULT_MAX_VALUES = 10_000;

    private static final List<String> LATER =
            List.of("stationarity", "normality", "autocorrelation", "spectrum", "hrv", "decompose", "forecast");
    private static final List<String> NOW = List.of(Template.DESCRIBE, Template.CORRELATION, Template.TREND);
    private static final Set<String> COMMON =
            Set.of("analysis_type", "variables", "variable", "metric", "filters", "template_id", "version");
    private static final Set<String> FILTERS = Set.of("agent_id", "stream", "metrics", "start_date", "end_date", "tz");
    private static final Set<String> ALIGNMENT = Set.of("rule", "step_s", "tolerance_s", "max_gap_s");
    private static final List<String> RULES = List.of("window_mean", "nearest", "interpolate");
    private static final List<Double> PROBABILITIES = List.of(0.05, 0.25, 0.5, 0.75, 0.95);
    private static final double LONGEST_S = 31_536_000;

    private TemplateReader() {}

    static Template read(JsonObject json) {
        Fields fields = new Fields(json, "");
        if (fields.has("template_id")) {
            throw unsupported("stored templates are not there yet; send the template itself");
        }
        String type = type(fields);
        Set<String> known = new HashSet<>(COMMON);
        known.addAll(special(type));
        fields.refuseUnknown(known, "a " + type + " template");
        Fields filters = fields.object("filters");
        filters.refuseUnknown(FILTERS, "filters");
        ZoneId zone = zone(filters);
        Long from = time(filters, "start_date", zone);
        Long to = time(filters, "end_date", zone);
        if (from != null && to != null && from >= to) {
            throw RpcError.invalid(filters.pointer("end_date"), "end_date must be after start_date");
        }
        List<String> variables = variables(fields, filters, type);
        refuseLater(fields, type);
        return new Template(
                type,
                variables,
                pointer(fields),
                filters.text("agent_id"),
                filters.texts("stream"),
                from,
                to,
                alternative(fields),
                or(fields.number("confidence_level", 0.5, 0.999999), 0.95),
                alignment(fields.object("alignment")),
                windowSize(fields),
                fields.choice("window_unit", "samples", List.of("samples", "seconds"))
                        .equals("seconds"),
                or(fields.number("max_values", 1, 100_000), DEFAULT_MAX_VALUES).intValue(),
                fields.numbers("quantiles", PROBABILITIES, 0, 1),
                fields.choice("adjust", "holm", List.of("none", "bonferroni", "holm", "BH")));
    }

    private static String type(Fields fields) {
        String type = fields.text("analysis_type");
        List<String> all = new ArrayList<>(NOW);
        all.addAll(LATER);
        if (type == null) {
            throw RpcError.invalid("/analysis_type", "analysis_type is missing; one of " + String.join(", ", all));
        }
        if (LATER.contains(type)) {
            throw unsupported(type + " is not supported yet; there are " + String.join(", ", NOW));
        }
        return fields.choice("analysis_type", type, all);
    }

    private static Set<String> special(String type) {
        return switch (type) {
            case Template.DESCRIBE -> Set.of("quantiles", "quantile_type", "quantile_method", "method");
            case Template.CORRELATION ->
                Set.of(
                        "method",
                        "alternative",
                        "confidence_level",
                        "exact",
                        "continuity",
                        "alignment",
                        "adjust",
                        "lags",
                        "max_lag",
                        "controls");
            default ->
                Set.of(
                        "method",
                        "window_size",
                        "window_unit",
                        "alternative",
                        "confidence_level",
                        "max_values",
                        "tests");
        };
    }

    /** What the contract knows and this version does not. */
    private static void refuseLater(Fields fields, String type) {
        if (type.equals(Template.CORRELATION)) {
            String method = fields.choice("method", "pearson", List.of("pearson", "spearman", "kendall"));
            if (!method.equals("pearson")) {
                throw unsupported(method + " is not supported yet; there is pearson");
            }
            for (String later : List.of("lags", "max_lag", "controls")) {
                if (fields.has(later)) {
                    throw unsupported("a correlation with " + later + " is not supported yet");
                }
            }
        } else if (type.equals(Template.TREND)) {
            fields.choice("method", "rolling_mean_ols", List.of("rolling_mean_ols"));
            if (!fields.texts("tests").isEmpty()) {
                throw unsupported("tests of a trend are not supported yet; the slope has its p_value");
            }
        } else {
            fields.choice("method", "describe", List.of("describe"));
            fields.choice("quantile_method", "exact", List.of("exact"));
            Double quantileType = fields.number("quantile_type", 1, 9);
            if (quantileType != null && quantileType != 7) {
                throw unsupported("quantile_type " + quantileType.intValue() + " is not supported yet; there is 7");
            }
        }
    }

    private static RuntimeException unsupported(String detail) {
        return RpcError.impossible(Refusal.UNSUPPORTED, detail);
    }

    private static List<String> variables(Fields fields, Fields filters, String type) {
        List<String> given = List.of("variables", "variable", "metric").stream()
                .filter(fields::has)
                .toList();
        if (given.size() > 1) {
            throw RpcError.invalid(
                    fields.pointer(given.get(1)), "give " + given.get(0) + " or " + given.get(1) + ", not both");
        }
        List<String> metrics = filters.texts("metrics");
        List<String> variables = given.isEmpty() ? metrics : fields.texts(given.get(0));
        for (int i = 0; i < variables.size(); i++) {
            if (!metrics.isEmpty() && !metrics.contains(variables.get(i))) {
                throw RpcError.invalid(
                        fields.pointer(given.get(0)) + "/" + i,
                        "'" + variables.get(i) + "' is not among filters.metrics");
            }
        }
        if (type.equals(Template.CORRELATION) && variables.size() < 2) {
            throw RpcError.invalid(
                    "/variables", "a correlation needs two or more variables, there are " + variables.size());
        }
        if (type.equals(Template.TREND) && variables.size() != 1) {
            throw RpcError.invalid("/metric", "a trend needs one metric, there are " + variables.size());
        }
        return variables;
    }

    private static String pointer(Fields fields) {
        for (String name : List.of("variables", "variable", "metric")) {
            if (fields.has(name)) {
                return fields.pointer(name);
            }
        }
        return "/filters/metrics";
    }

    private static Alternative alternative(Fields fields) {
        String text = fields.text("alternative");
        try {
            return text == null ? Alternative.TWO_SIDED : Alternative.of(text);
        } catch (IllegalArgumentException e) {
            throw RpcError.invalid(fields.pointer("alternative"), "alternative " + e.getMessage());
        }
    }

    private static double windowSize(Fields fields) {
        boolean seconds = "seconds".equals(fields.text("window_unit"));
        Double size = fields.number("window_size", seconds ? 1e-6 : 1, seconds ? LONGEST_S : 20_000_000);
        if (size != null && !seconds && size != Math.rint(size)) {
            throw RpcError.invalid(fields.pointer("window_size"), "window_size must be a whole number of samples");
        }
        if (size == null && seconds) {
            throw RpcError.invalid(fields.pointer("window_size"), "window_unit seconds needs a window_size");
        }
        return size == null ? 0 : size;
    }

    private static Alignment alignment(Fields fields) {
        fields.refuseUnknown(ALIGNMENT, "alignment");
        String rule = fields.choice("rule", "", RULES);
        return new Alignment(
                rule.isEmpty() ? null : Alignment.Rule.valueOf(rule.toUpperCase(java.util.Locale.ROOT)),
                fields.number("step_s", 1e-6, LONGEST_S),
                fields.number("tolerance_s", 0, LONGEST_S),
                fields.number("max_gap_s", 1e-6, LONGEST_S));
    }

    private static ZoneId zone(Fields filters) {
        String tz = filters.text("tz");
        try {
            return tz == null ? ZoneOffset.UTC : ZoneId.of(tz);
        } catch (DateTimeException e) {
            throw RpcError.invalid(filters.pointer("tz"), "'" + tz + "' is not a time zone, such as Europe/Lisbon");
        }
    }

    private static @Nullable Long time(Fields filters, String name, ZoneId zone) {
        String text = filters.text(name);
        try {
            return text == null ? null : UtcNanos.parse(text, zone);
        } catch (DateTimeException | ArithmeticException e) {
            throw RpcError.invalid(filters.pointer(name), String.valueOf(e.getMessage()));
        }
    }

    private static Double or(@Nullable Double value, double byDefault) {
        return value == null ? Double.valueOf(byDefault) : value;
    }
}
