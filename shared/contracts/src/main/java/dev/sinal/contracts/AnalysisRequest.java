package dev.sinal.contracts;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** @param template as posted; its shape depends on {@code analysis_type} @param agentId from the query string, when the template's filters do not say */
public record AnalysisRequest(JsonObject template, @Nullable String agentId) {}
