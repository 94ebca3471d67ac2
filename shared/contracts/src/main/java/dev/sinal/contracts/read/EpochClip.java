package dev.sinal.contracts.read;

import org.jspecify.annotations.Nullable;

/**
 * Where two owners collected the same samples of a stream, readers show those of the lower fence: the rows of {@code epoch} inside the other's
 * extent are left out. Compared by the producer's own stamps where both epochs have them of the same outlet, else by UTC.
 *
 * @param stream id
 * @param epoch whose rows are left out
 * @param shownBy the epoch that has them
 * @param from its first sample, UTC ns
 * @param to its last sample, UTC ns, inclusive
 * @param fromRaw the same in seconds of the producer's clock; null = compare by UTC
 * @param toRaw the same in seconds of the producer's clock; null = compare by UTC
 * @param toleranceNs half a period of a regular stream: so much two receivers may differ in what they make of one stamp
 */
public record EpochClip(
        String stream,
        long epoch,
        long shownBy,
        long from,
        long to,
        @Nullable Double fromRaw,
        @Nullable Double toRaw,
        long toleranceNs) {
    private static final double NANOS = 1e9;

    /** @param timestamp UTC ns @param raw seconds of the producer's clock; NaN = none */
    public boolean hides(long timestamp, double raw) {
        if (fromRaw != null && toRaw != null && !Double.isNaN(raw)) {
            double tolerance = toleranceNs / NANOS;
            return raw >= fromRaw - tolerance && raw <= toRaw + tolerance;
        }
        return timestamp >= from - toleranceNs && timestamp <= to + toleranceNs;
    }
}
