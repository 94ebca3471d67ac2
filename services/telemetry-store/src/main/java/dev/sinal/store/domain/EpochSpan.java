package dev.sinal.store.domain;

/**
 * What is stored of an epoch, as far as it decides which epoch readers see.
 *
 * @param fence of its owner
 * @param from first sample, UTC ns
 * @param to last sample, UTC ns, inclusive
 * @param outlet that it was collected from: raw stamps of one outlet can be compared; empty = unknown
 * @param rateHz nominal; 0 = irregular
 */
public record EpochSpan(String stream, long epoch, long fence, long from, long to, String outlet, double rateHz) {
    private static final double NANOS = 1e9;

    /** Half a period of a regular stream, ns; 0 of an irregular one. */
    public long halfPeriodNs() {
        return rateHz > 0 ? Math.round(NANOS / rateHz / 2) : 0;
    }

    /** Whether both may hold the same samples, clocks that differ by so much included. The lower fence comes first: owners, not epochs, compete. */
    public boolean mayHide(EpochSpan other, long clocksNs) {
        return stream.equals(other.stream)
                && fence < other.fence
                && from <= other.to + clocksNs
                && other.from <= to + clocksNs;
    }

    public boolean sameOutlet(EpochSpan other) {
        return !outlet.isEmpty() && outlet.equals(other.outlet);
    }
}
