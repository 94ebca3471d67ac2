package dev.sinal.analytics.bus;

import dev.sinal.analytics.domain.LinearFit;
import dev.sinal.analytics.domain.RollingWindows;
import dev.sinal.analytics.domain.Series;
import dev.sinal.analytics.domain.Trend;
import dev.sinal.contracts.UtcNanos;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** The public shape of a trend. */
final class TrendShape {
    private TrendShape() {}

    static JsonObject of(Trend trend, Series series, double size, Template template, Catalog.Variable variable) {
        LinearFit fit = trend.perSecond();
        JsonObject json = new JsonObject()
                .put("variable", series.name())
                .put("stream", variable.stream().descriptor().name())
                .put("unit", variable.unit())
                .put("window_size", template.windowSeconds() ? (Number) size : (Number) (long) size)
                .put("window_unit", template.windowSeconds() ? "seconds" : "samples")
                .put("values", values(trend))
                .put("n_windows", trend.windows())
                .put("stride", trend.stride())
                .put("t0", UtcNanos.format(trend.t0()))
                .put("n", fit.n());
        Shapes.number(json, "slope", fit.slope());
        Shapes.number(json, "slope_per_sample", trend.perSample().slope());
        Shapes.number(json, "intercept", fit.intercept());
        Shapes.number(json, "se", fit.se());
        JsonArray interval = new JsonArray();
        interval.add(Double.isInfinite(fit.low()) ? null : (Object) fit.low());
        interval.add(Double.isInfinite(fit.high()) ? null : (Object) fit.high());
        json.put("confidence_interval", interval)
                .put("confidence_level", template.confidence())
                .put("alternative", template.alternative().rName());
        Shapes.number(json, "r_squared", fit.rSquared());
        Shapes.number(json.put("statistic_name", "t"), "statistic", fit.statistic());
        return Shapes.number(json.put("df", fit.df()), "p_value", fit.pValue())
                .put("p_value_method", "Student's t distribution, slope of least squares");
    }

    private static JsonArray values(Trend trend) {
        JsonArray values = new JsonArray();
        for (RollingWindows.Window window : trend.values()) {
            JsonObject value = new JsonObject()
                    .put("timestamp", UtcNanos.format(window.timestamp()))
                    .put("from", UtcNanos.format(window.from()));
            Shapes.number(value, "value", window.mean());
            Shapes.optional(value, "sd", window.sd());
            values.add(value.put("n", window.n()));
        }
        return values;
    }
}
