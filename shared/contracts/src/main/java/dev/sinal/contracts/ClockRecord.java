package dev.sinal.contracts;

import org.jspecify.annotations.Nullable;

/**
 * One clock probe.
 *
 * @param measuredAt UTC ns
 * @param correctionS added to the raw stamp, seconds (liblsl's sign); null for a failed probe
 * @param rttS full round trip = uncertainty, seconds; null for a failed probe
 */
public record ClockRecord(
        long epoch,
        long measuredAt,
        @Nullable Double correctionS,
        @Nullable Double rttS,
        boolean ok,
        @Nullable String reason) {}
