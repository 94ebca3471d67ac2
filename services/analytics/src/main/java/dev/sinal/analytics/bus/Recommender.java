package dev.sinal.analytics.bus;

import dev.sinal.analytics.domain.Advice;
import dev.sinal.analytics.domain.Refusal;
import dev.sinal.analytics.domain.Resampled;
import dev.sinal.analytics.domain.Series;
import dev.sinal.contracts.RecommendRequest;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.StreamRecord;
import dev.sinal.contracts.UtcNanos;
import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Recommends models by back-testing them on stored values, metric by metric. */
final class Recommender {
    private static final double RAW_ABOVE_HZ = 10;
    private static final int MOST_METRICS = 8;
    private static final int MOST_HORIZON = 1_000;
    private static final double LONGEST_STEP_S = 31_536_000;
    private static final long DAY = 86_400_000_000_000L;

    private final SeriesReader reader;
    private final WorkerExecutor workers;

    Recommender(SeriesReader reader, WorkerExecutor workers) {
        this.reader = reader;
        this.workers = workers;
    }

    /** @throws io.vertx.serviceproxy.ServiceException INVALID_PARAMS naming the parameter */
    static void check(RecommendRequest request) {
        Integer horizon = request.horizon();
        if (horizon != null && (horizon < 1 || horizon > MOST_HORIZON)) {
            throw RpcError.invalid("horizon", "horizon must be 1 to " + MOST_HORIZON + " steps, was " + horizon);
        }
        Double stepS = request.stepS();
        if (stepS != null && !(stepS >= 1e-3 && stepS <= LONGEST_STEP_S)) {
            throw RpcError.invalid(
                    "step_s", "step_s must be 0.001 to " + (long) LONGEST_STEP_S + " seconds, was " + stepS);
        }
        Long from = request.from();
        Long to = request.to();
        if (from != null && to != null && from >= to) {
            throw RpcError.invalid("end_date", "end_date must be after start_date");
        }
    }

    /** What one metric came to. @param advice null when refused */
    private record Judged(
            Catalog.Variable variable,
            @Nullable Advice advice,
            @Nullable Refusal refusal) {
        double gain() {
            Advice given = Objects.requireNonNull(advice);
            return given.ranked().get(0).score() / Math.max(given.baseline().score(), Double.MIN_NORMAL);
        }
    }

    Future<JsonObject> recommend(RecommendRequest request, List<StreamRecord> streams) {
        Catalog catalog = new Catalog(request.agentId(), streams, List.of());
        String metric = request.metric();
        List<Catalog.Variable> variables =
                metric == null ? catalog.numeric() : catalog.resolve(List.of(metric), "metric");
        List<Catalog.Variable> slow =
                variables.stream().filter(v -> v.rate() <= RAW_ABOVE_HZ).toList();
        if (slow.isEmpty()) {
            return Future.succeededFuture(refused(
                    variables.isEmpty()
                            ? new Refusal(
                                    Refusal.NON_NUMERIC_METRIC, "agent " + request.agentId() + " has no numeric metric")
                            : new Refusal(
                                    Refusal.RAW_BIOSIGNAL,
                                    "models are for slow metrics of at most 10 Hz; "
                                            + variables.get(0).name() + " has "
                                            + variables.get(0).rate() + " Hz")));
        }
        List<Catalog.Variable> chosen = slow.stream().limit(MOST_METRICS).toList();
        return judge(request, chosen, 0, new ArrayList<>())
                .map(judged -> answer(judged, metric == null && slow.size() > chosen.size()));
    }

    private Future<List<Judged>> judge(
            RecommendRequest request, List<Catalog.Variable> variables, int next, List<Judged> judged) {
        if (next == variables.size()) {
            return Future.succeededFuture(judged);
        }
        Catalog.Variable variable = variables.get(next);
        return reader.read(
                        request.agentId(),
                        List.of(variable),
                        from(request, variable),
                        request.to(),
                        request.metric() == null)
                .compose(data -> workers.executeBlocking(() -> judge(request, variable, data), false))
                .compose(one -> {
                    judged.add(one);
                    return judge(request, variables, next + 1, judged);
                });
    }

    /** By default the last day. */
    private static @Nullable Long from(RecommendRequest request, Catalog.Variable variable) {
        Long from = request.from();
        Long last = request.to() == null ? variable.stream().lastSeen() : request.to();
        return from != null || last == null ? from : Long.valueOf(last - DAY);
    }

    private static Judged judge(RecommendRequest request, Catalog.Variable variable, SeriesReader.Data data) {
        Series series = data.tables().get(0).series(0);
        // Stamps that are equal, as of a program that sends one twice, say nothing about a rate.
        double measured = series.size() < 2 || series.intervalS() <= 0 ? 0 : 1 / series.intervalS();
        if (measured > RAW_ABOVE_HZ) {
            return new Judged(
                    variable,
                    null,
                    new Refusal(
                            Refusal.RAW_BIOSIGNAL,
                            "models are for slow metrics of at most 10 Hz; " + variable.name() + " has about "
                                    + Math.round(measured) + " Hz"));
        }
        try {
            double stepS = request.stepS() == null ? 0 : request.stepS();
            int horizon = request.horizon() == null ? 0 : request.horizon();
            return new Judged(variable, Advice.of(series, stepS, horizon), null);
        } catch (Refusal refusal) {
            return new Judged(variable, null, refusal);
        }
    }

    /** The metric that gains most over its baseline comes first, and the fields that speak of one series speak of it. */
    private static JsonObject answer(List<Judged> judged, boolean partial) {
        List<Judged> advised = judged.stream()
                .filter(j -> j.advice() != null)
                .sorted(Comparator.comparingDouble(Judged::gain))
                .toList();
        if (advised.isEmpty()) {
            return refused(Objects.requireNonNull(judged.get(0).refusal())).put("partial", partial);
        }
        JsonArray recommended = new JsonArray();
        JsonArray leaderboard = new JsonArray();
        for (Judged one : advised) {
            Advice advice = Objects.requireNonNull(one.advice());
            advice.recommended().forEach(r -> recommended.add(model(r, one.variable())));
            advice.ranked()
                    .forEach(r -> leaderboard.add(new JsonObject()
                            .put("model", r.model())
                            .put("metric", one.variable().name())
                            .put("score", r.score())));
        }
        JsonObject answer = new JsonObject()
                .put("recommended_models", recommended)
                .put("score_metric", "mase")
                .put("lower_is_better", true);
        put(answer, advised.get(0));
        answer.put("leaderboard", leaderboard).put("partial", partial);
        if (judged.size() > 1) {
            answer.put("metrics", perMetric(advised, judged));
        }
        return answer;
    }

    private static JsonArray perMetric(List<Judged> advised, List<Judged> judged) {
        JsonArray metrics = new JsonArray();
        for (Judged one : advised) {
            metrics.add(put(new JsonObject().put("metric", one.variable().name()), one));
        }
        for (Judged one : judged) {
            Refusal refusal = one.refusal();
            if (refusal != null) {
                metrics.add(
                        new JsonObject().put("metric", one.variable().name()).put("refusal", refusal(refusal)));
            }
        }
        return metrics;
    }

    private static JsonObject put(JsonObject json, Judged one) {
        Advice advice = Objects.requireNonNull(one.advice());
        Resampled grid = advice.series();
        return json.put(
                        "baseline",
                        new JsonObject()
                                .put("model", advice.baseline().model())
                                .put("score", advice.baseline().score()))
                .put("beats_baseline", advice.beatsBaseline())
                .put(
                        "series",
                        new JsonObject()
                                .put("metric", one.variable().name())
                                .put(
                                        "stream",
                                        one.variable().stream().descriptor().name())
                                .put("step_s", grid.stepS())
                                .put("from", UtcNanos.format(grid.from()))
                                .put("to", UtcNanos.format(grid.to()))
                                .put("n", grid.size())
                                .put("missing_fraction", advice.features().get("missing_fraction")))
                .put("features", new JsonObject(advice.features()))
                .put("horizon", advice.horizon())
                .put("n_origins", advice.origins());
    }

    private static JsonObject model(Advice.Ranked ranked, Catalog.Variable variable) {
        JsonObject parameters = new JsonObject();
        ranked.parameters().forEach(parameters::put);
        return new JsonObject()
                .put("model", ranked.model())
                .put("use_case", ranked.useCase())
                .put("parameters", parameters)
                .put("metric", variable.name())
                .put("score", ranked.score())
                .put("reason", ranked.reason());
    }

    static JsonObject refused(Refusal refusal) {
        return new JsonObject()
                .put("recommended_models", new JsonArray())
                .put("score_metric", "mase")
                .put("lower_is_better", true)
                .put("leaderboard", new JsonArray())
                .put("n_origins", 0)
                .put("partial", false)
                .put("refusal", refusal(refusal));
    }

    private static JsonObject refusal(Refusal refusal) {
        return new JsonObject().put("code", refusal.code()).put("reason", refusal.detail());
    }
}
