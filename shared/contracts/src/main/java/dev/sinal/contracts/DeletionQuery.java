package dev.sinal.contracts;

import org.jspecify.annotations.Nullable;

/** Newest first. @param agentId null = all @param id null = all */
public record DeletionQuery(
        @Nullable String agentId, @Nullable String id, int limit) {}
