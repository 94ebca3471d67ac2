package dev.sinal.contracts;

import org.jspecify.annotations.Nullable;

/** Newest last. @param level least severe level wanted @param text case-insensitive part of the message @param afterId from the last page's cursor */
public record LogQuery(
        @Nullable String agentId,
        @Nullable String level,
        @Nullable String text,
        @Nullable Long from,
        @Nullable Long to,
        @Nullable Long afterId,
        int limit) {}
