package dev.sinal.contracts;

import org.jspecify.annotations.Nullable;

/** @param waitS longest wait for everything accepted to be committed, seconds, 0 to 60 */
public record StopRequest(
        String agentId, double waitS, @Nullable String author) {}
