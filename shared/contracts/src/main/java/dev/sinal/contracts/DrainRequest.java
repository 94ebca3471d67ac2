package dev.sinal.contracts;

import org.jspecify.annotations.Nullable;

/**
 * @param node name of a collecting node
 * @param drain true = hand all agents over and take no others; false = take agents again
 * @param waitS longest wait for the last agent to be handed over, seconds, 0 to 60; null = 15
 * @param author who asks, for the log
 */
public record DrainRequest(
        String node,
        boolean drain,
        @Nullable Integer waitS,
        @Nullable String author) {}
