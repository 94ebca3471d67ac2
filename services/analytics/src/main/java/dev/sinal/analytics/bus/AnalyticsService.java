package dev.sinal.analytics.bus;

import dev.sinal.analytics.domain.Refusal;
import dev.sinal.analytics.domain.TooManyValues;
import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.AnalysisRequest;
import dev.sinal.contracts.Analytics;
import dev.sinal.contracts.RecommendRequest;
import dev.sinal.contracts.RpcError;
import dev.sinal.contracts.StreamRecord;
import dev.sinal.contracts.UtcNanos;
import dev.sinal.contracts.acp.AcpMessage;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.serviceproxy.ServiceException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers {@link Analytics}: checks, looks whether the answer is there, else reads and computes. */
final class AnalyticsService implements Analytics {
    private static final Logger LOG = LoggerFactory.getLogger(AnalyticsService.class);

    private final Vertx vertx;
    private final WorkerExecutor workers;
    private final MeterRegistry metrics;
    private final Agents agents;
    private final SeriesReader reader;
    private final Analyses analyses;
    private final Recommender recommender;
    private final ResultCache cache;
    private final WorkGate gate;
    private final ResultIds ids;
    private final OtherNodes others;

    AnalyticsService(
            Vertx vertx,
            WorkerExecutor workers,
            MeterRegistry metrics,
            Agents agents,
            SeriesReader reader,
            Analyses analyses,
            Recommender recommender,
            ResultCache cache,
            WorkGate gate,
            ResultIds ids,
            OtherNodes others) {
        this.vertx = vertx;
        this.workers = workers;
        this.metrics = metrics;
        this.agents = agents;
        this.reader = reader;
        this.analyses = analyses;
        this.recommender = recommender;
        this.cache = cache;
        this.gate = gate;
        this.ids = ids;
        this.others = others;
    }

    @Override
    public Future<JsonObject> run(AnalysisRequest request) {
        return measured("run", () -> {
            Template template = TemplateReader.read(request.template());
            String agent = template.agentId() == null ? request.agentId() : template.agentId();
            return agents.named(agent, template.variables())
                    .compose(agentId ->
                            agents.streams(agentId).compose(streams -> answer(question(template, agentId, streams))))
                    .map(Outcome::answer);
        });
    }

    private static Analyses.Question question(Template template, String agentId, List<StreamRecord> streams) {
        Catalog catalog = new Catalog(agentId, streams, template.streams());
        List<Catalog.Variable> variables = template.variables().isEmpty()
                ? catalog.numeric()
                : catalog.resolve(template.variables(), template.pointer());
        if (variables.isEmpty()) {
            throw RpcError.impossible(Refusal.NON_NUMERIC_METRIC, "agent " + agentId + " has no numeric metric");
        }
        return new Analyses.Question(template, agentId, variables, parameters(template, variables));
    }

    private static JsonObject parameters(Template template, List<Catalog.Variable> variables) {
        JsonArray names = new JsonArray();
        variables.forEach(v -> names.add(v.stream().descriptor().name() + "/" + v.metric()));
        JsonObject parameters = new JsonObject().put("variables", names);
        Long from = template.from();
        Long to = template.to();
        parameters.put("start", from == null ? null : UtcNanos.format(from));
        parameters.put("end", to == null ? null : UtcNanos.format(to));
        switch (template.type()) {
            case Template.DESCRIBE ->
                parameters
                        .put("quantiles", new JsonArray(template.probabilities()))
                        .put("quantile_type", 7);
            case Template.CORRELATION -> {
                parameters
                        .put("alternative", template.alternative().rName())
                        .put("confidence_level", template.confidence());
                if (variables.size() > 2) {
                    parameters.put("adjust", template.adjust());
                }
            }
            default ->
                parameters
                        .put("window_size", windowSize(template))
                        .put("window_unit", template.windowSeconds() ? "seconds" : "samples")
                        .put("max_values", template.maxValues())
                        .put("alternative", template.alternative().rName())
                        .put("confidence_level", template.confidence());
        }
        return parameters;
    }

    private static Number windowSize(Template template) {
        if (template.windowSeconds()) {
            return template.windowSize();
        }
        return template.windowSize() > 0 ? (long) template.windowSize() : (long) Analyses.DEFAULT_WINDOW;
    }

    private Future<Outcome> answer(Analyses.Question question) {
        Template template = question.template();
        Map<String, StreamRecord> used = new LinkedHashMap<>();
        question.variables()
                .forEach(v -> v.streams().forEach(s -> used.put(s.descriptor().id(), s)));
        String text = question.agentId() + "\n" + template.type() + "\n"
                + question.parameters().encode() + "\n" + template.alignment() + "\n" + template.variables();
        String key = DataVersion.id(text, used.values());
        return cache.get(key, () -> gate.submit(() -> compute(ids.id(key), question)));
    }

    private Future<Outcome> compute(String id, Analyses.Question question) {
        Template template = question.template();
        return reader.read(
                        question.agentId(),
                        question.variables(),
                        template.from(),
                        template.to(),
                        template.variables().isEmpty())
                .compose(data -> workers.executeBlocking(() -> analyses.answer(id, question, data), false))
                .onSuccess(this::publish);
    }

    /** What others may want to know of a result; the rolling values stay behind. */
    private void publish(Outcome outcome) {
        JsonObject answer = outcome.answer();
        JsonObject payload = new JsonObject()
                .put("id", answer.getString("id"))
                .put("analysis_type", answer.getString("analysis_type"))
                .put("agent_id", answer.getString("agent_id"))
                .put("method", answer.getString("method"))
                .put(
                        "variables",
                        answer.getJsonObject("receipt")
                                .getJsonObject("parameters")
                                .getJsonArray("variables"))
                .put("url", "/analysis/results/" + answer.getString("id"));
        JsonObject brief = new JsonObject();
        answer.getJsonObject("result").forEach(field -> {
            if (!field.getKey().equals("values")) {
                brief.put(field.getKey(), field.getValue());
            }
        });
        event(AcpMessage.ANALYSIS_RESULT, payload.put("result", brief));
    }

    private void event(String type, JsonObject payload) {
        vertx.eventBus()
                .publish(Addresses.event(type), AcpMessage.now(type, payload).toJson());
    }

    @Override
    public Future<JsonObject> result(String id) {
        return measured("result", () -> {
            ResultIds.Place place = place(id);
            return ids.here(place)
                    ? Future.succeededFuture(kept(id, place).answer())
                    : others.ask(place.keeper(), keeper -> keeper.result(id), () -> gone(id));
        });
    }

    private static ResultIds.Place place(String id) {
        ResultIds.Place place = ResultIds.place(id);
        if (place == null) {
            throw gone(id);
        }
        return place;
    }

    private Outcome kept(String id, ResultIds.Place place) {
        Outcome outcome = cache.find(place.key());
        if (outcome == null || !outcome.answer().containsKey("analysis_type")) {
            throw gone(id);
        }
        return outcome;
    }

    private static ServiceException gone(String id) {
        return RpcError.NOT_FOUND.exception("there is no result '" + id + "' any more; run the analysis again");
    }

    @Override
    public Future<JsonObject> data(String id, int part) {
        return measured("data", () -> {
            ResultIds.Place place = place(id);
            return ids.here(place)
                    ? values(kept(id, place), part)
                    : others.ask(place.keeper(), keeper -> keeper.data(id, part), () -> gone(id));
        });
    }

    private Future<JsonObject> values(Outcome outcome, int part) {
        if (outcome.data() == null) {
            throw RpcError.TOO_LARGE.exception(
                    "the values of this result were too large to keep; read them from history");
        }
        CsvParts parts = new CsvParts(outcome.data(), outcome.secondsColumn());
        if (part < 0 || part >= parts.count()) {
            throw RpcError.invalid("part", "part must be 0 to " + (parts.count() - 1) + ", was " + part);
        }
        return workers.executeBlocking(
                () -> new JsonObject().put("text", parts.text(part)).put("end", part == parts.count() - 1), false);
    }

    @Override
    public Future<JsonObject> recommend(RecommendRequest request) {
        return measured("recommend", () -> {
            Recommender.check(request);
            return agents.streams(request.agentId())
                    .compose(streams -> recommend(request, streams))
                    .recover(AnalyticsService::nothingToRecommend);
        });
    }

    /** What an analysis would refuse as impossible is here an answer: nothing to recommend, and why. */
    private static Future<JsonObject> nothingToRecommend(Throwable failure) {
        Throwable typed = typed(failure);
        if (typed instanceof ServiceException refusal && refusal.failureCode() == RpcError.IMPOSSIBLE.code()) {
            String code = RpcError.data(refusal).getString("code", Refusal.UNSUPPORTED);
            return Future.succeededFuture(Recommender.refused(new Refusal(code, String.valueOf(refusal.getMessage()))));
        }
        return Future.failedFuture(typed);
    }

    private Future<JsonObject> recommend(RecommendRequest request, List<StreamRecord> streams) {
        String id = DataVersion.id("recommend\n" + request, streams);
        return cache.get(
                        id,
                        () -> gate.submit(() -> recommender
                                .recommend(request, streams)
                                .onSuccess(answer -> event(
                                        AcpMessage.MODEL_RECOMMENDATION,
                                        new JsonObject()
                                                .put("agent_id", request.agentId())
                                                .put("recommended_models", answer.getJsonArray("recommended_models"))))
                                .map(answer -> new Outcome(answer, null, false, 16_384))))
                .map(Outcome::answer);
    }

    private Future<JsonObject> measured(String what, Supplier<Future<JsonObject>> work) {
        Timer.Sample sample = Timer.start(metrics);
        Future<JsonObject> future;
        try {
            future = work.get();
        } catch (RuntimeException e) {
            future = Future.failedFuture(e);
        }
        return future.recover(failure -> Future.failedFuture(typed(failure))).onComplete(done -> {
            String outcome = done.succeeded() ? "ok" : RpcError.of(done.cause()).problem();
            sample.stop(metrics.timer("sinal.analytics.calls", "call", what, "outcome", outcome));
        });
    }

    private static Throwable typed(Throwable failure) {
        Throwable cause = failure instanceof java.util.concurrent.CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
        if (cause instanceof Refusal refusal) {
            return RpcError.impossible(refusal.code(), refusal.detail());
        }
        if (cause instanceof TooManyValues tooMany) {
            return RpcError.TOO_LARGE.exception(
                    String.valueOf(tooMany.getMessage()),
                    new JsonObject()
                            .put("limit", tooMany.limit())
                            .put("actual", tooMany.actual())
                            .put("errors", Catalog.errors(tooMany.pointer(), String.valueOf(tooMany.getMessage()))));
        }
        if (cause instanceof ServiceException) {
            return cause;
        }
        if (cause instanceof ReplyException) {
            RpcError error = RpcError.of(cause);
            return error.exception(
                    error == RpcError.UNAVAILABLE
                            ? "a service that analytics needs does not answer"
                            : String.valueOf(cause.getMessage()),
                    RpcError.data(cause));
        }
        LOG.error("analysis failed", cause);
        return RpcError.INTERNAL.exception("the analysis failed");
    }
}
