package dev.sinal.ingest.domain;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * From raw stamps to UTC, for one epoch: one anchor, then a correction that follows the measured offset by at most 500 ppm. The mapping is
 * continuous and increasing; it never steps. Whoever sees a step opens another epoch.
 */
final class ClockTrack {
    /** Fastest change of the correction, seconds per second of the stream. */
    static final double MAX_SLEW = 500e-6;
    /** A change of the offset beyond this is a step, seconds. */
    static final double STEP_S = 0.010;

    private static final double HORIZON_S = 10;
    private static final int WINDOW = 8;

    /** One measured offset. @param delta from the anchor, seconds @param rtt uncertainty, seconds */
    private record Measured(double delta, double rtt) {}

    private final long anchorNs;
    /** By how much the anchor itself may be wrong, seconds: half its round trip. */
    private final double anchorError;

    private final Deque<Measured> window = new ArrayDeque<>(WINDOW);
    private double applied;
    private double target;
    private double lastRaw = Double.NaN;
    private boolean suspicious;

    /** @param offsetNs what to add to a raw stamp to get UTC, ns: correction to the local clock + {@link Moment#wallAhead} */
    ClockTrack(long offsetNs, double rtt) {
        anchorNs = offsetNs;
        anchorError = rtt / 2;
        window.add(new Measured(0, rtt));
    }

    /** @return true when the offset has stepped: two probes in a row agree on it */
    boolean add(long offsetNs, double rtt) {
        Measured now = new Measured((offsetNs - anchorNs) / 1e9, rtt);
        // An anchor from a busy first second is worse than what follows: coming back from it is no step, and is slewed.
        boolean away = Math.abs(now.delta - applied) > Math.max(STEP_S, rtt + anchorError);
        Measured before = window.getLast();
        boolean stepped =
                away && suspicious && Math.abs(now.delta - before.delta) <= Math.max(STEP_S, Math.max(rtt, before.rtt));
        suspicious = away;
        if (window.size() == WINDOW) {
            window.removeFirst();
        }
        window.add(now);
        target = robust();
        return stepped;
    }

    /** Median of the probes whose round trip is near the best one: a delayed probe errs by up to its delay. */
    private double robust() {
        double best = window.stream().mapToDouble(Measured::rtt).min().orElse(0);
        double[] good = window.stream()
                .filter(m -> m.rtt <= 2 * best + 100e-6)
                .mapToDouble(Measured::delta)
                .sorted()
                .toArray();
        int middle = good.length / 2;
        return good.length % 2 == 1 ? good[middle] : (good[middle - 1] + good[middle]) / 2;
    }

    /** UTC of a raw stamp, ns. Moves the correction on as the stream advances. */
    long toUtc(double raw) {
        if (raw > lastRaw) {
            double dt = raw - lastRaw;
            double most = MAX_SLEW * dt;
            double wanted = (target - applied) * Math.min(1, dt / HORIZON_S);
            applied += Math.max(-most, Math.min(most, wanted));
            lastRaw = raw;
        } else if (Double.isNaN(lastRaw)) {
            lastRaw = raw;
        }
        return Math.round(raw * 1e9) + anchorNs + Math.round(applied * 1e9);
    }

    /** Correction beyond the anchor that is applied now, seconds. */
    double applied() {
        return applied;
    }

    @Override
    public String toString() {
        return "ClockTrack[anchorNs=" + anchorNs + ", applied=" + applied + ", window="
                + Arrays.toString(window.toArray()) + "]";
    }
}
