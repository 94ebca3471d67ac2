package dev.sinal.contracts;

import io.vertx.codegen.annotations.ProxyGen;
import io.vertx.codegen.annotations.VertxGen;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;

/**
 * Statistics with receipts. JSON-RPC methods: {@code run_analysis}, {@code recommend_models}. Answers are the public shapes as they are:
 * their parts differ by method, so they stay JSON here.
 */
@ProxyGen
@VertxGen
public interface Analytics {
    /** Fails with INVALID_PARAMS (bad template, naming the field), NOT_FOUND (agent, metric), IMPOSSIBLE (with its code). */
    Future<JsonObject> run(AnalysisRequest request);

    /** A result by its id, while it is kept; fails with NOT_FOUND. */
    Future<JsonObject> result(String id);

    /** The aligned values behind a result as CSV, by part. @param offset 0, 1, 2 … of parts @return {@code {"text", "end"}} */
    Future<JsonObject> data(String id, int part);

    Future<JsonObject> recommend(RecommendRequest request);
}
