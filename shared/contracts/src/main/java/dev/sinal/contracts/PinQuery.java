package dev.sinal.contracts;

import org.jspecify.annotations.Nullable;

/** Newest first. @param agentId null = all @param id null = all */
public record PinQuery(@Nullable String agentId, @Nullable String id, int limit) {}
