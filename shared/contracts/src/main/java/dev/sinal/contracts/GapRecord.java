package dev.sinal.contracts;

import org.jspecify.annotations.Nullable;

/**
 * A stretch that we know we do not have.
 *
 * @param stream id
 * @param epoch that ended or has the hole
 * @param from exclusive start: the last sample we have, UTC ns
 * @param to exclusive end: the next sample we have, UTC ns; null while the gap is open
 * @param estimatedSamples null when nobody can know (irregular streams)
 * @param cause disconnected, outlet_restart, stamp_jump, rate_deficit, log_full, clock_reset, collector_down, quarantined
 * @param evidence what was seen, for people
 */
public record GapRecord(
        String stream,
        @Nullable String streamName,
        @Nullable String agentId,
        long epoch,
        long from,
        @Nullable Long to,
        @Nullable Long estimatedSamples,
        String cause,
        @Nullable String evidence) {}
