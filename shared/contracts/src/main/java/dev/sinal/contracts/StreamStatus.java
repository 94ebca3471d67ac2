package dev.sinal.contracts;

import org.jspecify.annotations.Nullable;

/**
 * One stream of an agent as its collector sees it.
 *
 * @param state connecting, running, stalled, lost
 * @param rate measured, Hz, over the last seconds
 * @param nominalRate announced, Hz; 0 = irregular
 * @param lagS age of the oldest accepted sample that is not committed yet, seconds
 * @param lastSample UTC ns; null before the first
 * @param gaps recorded since the agent started
 * @param committed last committed position
 * @param accepted last accepted position
 * @param reason what is wrong with it, for people: its outlet takes no connections, channels are missing, stamps are none of the LSL clock;
 *     null when nothing is
 */
public record StreamStatus(
        String id,
        String name,
        String state,
        double rate,
        double nominalRate,
        double lagS,
        @Nullable Long lastSample,
        long gaps,
        @Nullable Clock clock,
        @Nullable Position accepted,
        @Nullable Position committed,
        @Nullable String reason) {
    /** With nothing to complain about. */
    public StreamStatus(
            String id,
            String name,
            String state,
            double rate,
            double nominalRate,
            double lagS,
            @Nullable Long lastSample,
            long gaps,
            @Nullable Clock clock,
            @Nullable Position accepted,
            @Nullable Position committed) {
        this(id, name, state, rate, nominalRate, lagS, lastSample, gaps, clock, accepted, committed, null);
    }

    /** @param correctionS added to the raw stamp, seconds @param rttS full round trip, seconds */
    public record Clock(double correctionS, double rttS) {}
}
