package dev.sinal.store.domain;

import dev.sinal.contracts.LedgerRecord;
import org.jspecify.annotations.Nullable;

/** Accounts for the samples of a stream. What cannot be explained is shown, never forced to zero. */
public final class Ledger {
    private static final double NANOS = 1e9;

    private Ledger() {}

    /**
     * @param rateHz nominal; 0 = irregular, then nobody can say what was to be expected
     * @param superseded stored a second time by another owner; in received and committed, and taken out of them here
     * @param deleted removed on request, without superseded ones; they stay in received and committed
     * @param expired removed by retention, likewise
     * @param received numbered by collectors, as far as they said so
     * @param gapSamples estimated to be missing
     * @param from first stored stamp, UTC ns
     * @param to last stored stamp, UTC ns
     */
    public static LedgerRecord of(
            String streamId,
            @Nullable Double rateHz,
            long received,
            long committed,
            long superseded,
            long deleted,
            long expired,
            long gapSamples,
            long gaps,
            @Nullable Long from,
            @Nullable Long to) {
        Long expected = null;
        if (rateHz != null && rateHz > 0 && from != null && to != null) {
            expected = Math.round((to - from) / NANOS * rateHz) + 1;
        }
        long once = received - superseded;
        Long unexplained = expected == null ? null : Long.valueOf(expected - once - gapSamples);
        return new LedgerRecord(
                streamId,
                expected,
                expected == null ? "unknown" : "rate",
                once,
                once,
                committed - superseded,
                gapSamples,
                gaps,
                unexplained,
                superseded,
                deleted,
                expired);
    }

    /** Samples per second between the first and the last; null when there are fewer than two stamps. */
    public static @Nullable Double effectiveRate(@Nullable Long samples, @Nullable Long from, @Nullable Long to) {
        if (samples == null || from == null || to == null || samples < 2 || to <= from) {
            return null;
        }
        return (samples - 1) * NANOS / (to - from);
    }
}
