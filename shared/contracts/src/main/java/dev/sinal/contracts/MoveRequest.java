package dev.sinal.contracts;

import org.jspecify.annotations.Nullable;

/**
 * @param node name of a live collecting node; it stays the preferred one
 * @param waitS longest wait for the agent to be collected there, seconds, 0 to 60; null = 10
 * @param author who asks, for the audit row
 */
public record MoveRequest(
        String agentId,
        String node,
        @Nullable Integer waitS,
        @Nullable String author) {}
