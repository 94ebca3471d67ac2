package dev.sinal.contracts;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** @param id null on writing @param timestamp UTC ns @param level debug, info, warn or error */
public record LogEntry(
        @Nullable Long id,
        @Nullable String agentId,
        long timestamp,
        String level,
        String source,
        String message,
        @Nullable JsonObject data) {}
