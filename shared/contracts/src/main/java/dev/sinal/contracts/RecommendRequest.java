package dev.sinal.contracts;

import org.jspecify.annotations.Nullable;

/** @param metric null = every suitable one @param from UTC ns @param to UTC ns, exclusive @param horizon steps; null = chosen @param stepS seconds; null = chosen */
public record RecommendRequest(
        String agentId,
        @Nullable String metric,
        @Nullable Long from,
        @Nullable Long to,
        @Nullable Integer horizon,
        @Nullable Double stepS) {}
