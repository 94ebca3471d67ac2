package dev.sinal.analytics.bus;

import dev.sinal.analytics.domain.Aligned;
import dev.sinal.contracts.GapRecord;
import dev.sinal.contracts.UtcNanos;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parts of the public shapes that several answers share. */
final class Shapes {
    private Shapes() {}

    /** JSON has no infinity: such a number is null, and named under {@code special}. */
    static JsonObject number(JsonObject json, String name, double value) {
        if (Double.isFinite(value)) {
            return json.put(name, value);
        }
        JsonObject special = json.getJsonObject("special");
        if (special == null) {
            special = new JsonObject();
            json.put("special", special);
        }
        special.put(name, Double.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
        return json.putNull(name);
    }

    /** Left out when null. */
    static JsonObject optional(JsonObject json, String name, @Nullable Double value) {
        return value == null ? json : number(json, name, value);
    }

    static JsonObject warning(String code, String detail) {
        return new JsonObject().put("code", code).put("detail", detail);
    }

    static JsonArray gaps(List<GapRecord> gaps) {
        JsonArray shown = new JsonArray();
        for (GapRecord gap : gaps) {
            JsonObject json = new JsonObject()
                    .put("stream", gap.streamName() == null ? gap.stream() : gap.streamName())
                    .put("stream_id", gap.stream())
                    .put("epoch", gap.epoch())
                    .put("from", UtcNanos.format(gap.from()))
                    .put("cause", gap.cause());
            Long to = gap.to();
            if (to != null) {
                json.put("to", UtcNanos.format(to));
            }
            Long samples = gap.estimatedSamples();
            if (samples != null) {
                json.put("estimated_samples", samples);
            }
            shown.add(json);
        }
        return shown;
    }

    static JsonArray epochs(List<StreamSink.EpochSpan> epochs) {
        JsonArray shown = new JsonArray();
        for (StreamSink.EpochSpan span : epochs) {
            shown.add(new JsonObject()
                    .put("stream", span.stream())
                    .put("epoch", span.epoch())
                    .put("from", UtcNanos.format(span.from()))
                    .put("to", UtcNanos.format(span.to()))
                    .put("n", span.n())
                    .put("time_basis", span.timeBasis()));
        }
        return shown;
    }

    static JsonObject alignment(@Nullable Aligned aligned) {
        if (aligned == null) {
            return new JsonObject().put("rule", "none");
        }
        JsonObject json = new JsonObject().put("rule", aligned.rule().text());
        optional(json, "step_s", aligned.stepS());
        optional(json, "tolerance_s", aligned.toleranceS());
        optional(json, "max_gap_s", aligned.maxGapS());
        Long origin = aligned.origin();
        if (origin != null) {
            json.put("origin", UtcNanos.format(origin));
        }
        return json.put("n_before", aligned.before()).put("n_dropped", aligned.dropped());
    }
}
