package dev.sinal.contracts;

import org.jspecify.annotations.Nullable;

/**
 * An event: from an LSL marker stream, the API or the dashboard.
 *
 * @param id the client's, for safe retries
 * @param timestamp UTC ns
 * @param value text or number as text; null when the label says all
 * @param source lsl, api or dashboard
 */
public record MarkerEntry(
        String id,
        @Nullable String agentId,
        @Nullable String stream,
        String label,
        @Nullable String value,
        long timestamp,
        @Nullable Double durationS,
        String timeBasis,
        @Nullable Double uncertaintyS,
        String source,
        @Nullable String author) {}
