package dev.sinal.contracts;

import org.jspecify.annotations.Nullable;

/**
 * @param spec null for a known agent
 * @param waitS longest wait for the first sample of every required stream, seconds, 0 to 60
 * @param require {@code running} to fail with CONFLICT when it is not reached
 * @param author who asks, for the audit row
 */
public record StartRequest(
        String agentId,
        @Nullable AgentSpec spec,
        double waitS,
        @Nullable String require,
        @Nullable String author) {}
