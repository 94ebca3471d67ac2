package dev.sinal.lsl.jna;

import dev.sinal.lsl.ClockProbe;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The native library's clock offsets as probes. It measures every 2 s and keeps the last result when a wave fails, so a wave that
 * changes nothing is a failed one.
 */
final class NativeProbes {
    /** What a wave takes, and two of its periods: without a change in that time nobody answered. */
    private static final double OVERDUE_S = 4.7;

    /**
     * Six of eight probes, 64 ms apart, have to be answered within 640 ms; so the best of them had no more than this. It stands for
     * the uncertainty of libraries that do not tell it.
     */
    private static final double WORST_RTT_S = 0.32;

    private final double interval;
    private final boolean tellsUncertainty;
    private double lookedAt = Double.NaN;
    private double changedAt = Double.NaN;
    private double measured = Double.NaN;
    private int failed;

    NativeProbes(Duration interval, boolean tellsUncertainty) {
        this.interval = interval.toNanos() / 1e9;
        this.tellsUncertainty = tellsUncertainty;
    }

    /** Overdue waves since the last good one. */
    int failedInARow() {
        return failed;
    }

    /** The next outcome if it is time for one. */
    @Nullable
    ClockProbe look(InletHandle inlet, double now) {
        double pause = Double.isNaN(changedAt) ? 0.1 : 0.5;
        if (interval == 0 || now - lookedAt < pause) {
            return null;
        }
        lookedAt = now;
        if (Double.isNaN(changedAt)) {
            changedAt = now;
        }
        InletHandle.Offset offset = inlet.offset();
        if (offset != null && Double.compare(offset.measured(), measured) != 0) {
            boolean soon = !Double.isNaN(measured) && failed == 0 && now - changedAt < interval - 0.25;
            measured = offset.measured();
            if (soon) {
                return null;
            }
            changedAt = now;
            failed = 0;
            return ClockProbe.measured(now, offset.correction(), tellsUncertainty ? offset.rtt() : WORST_RTT_S);
        }
        if (now - changedAt > Math.max(OVERDUE_S, interval)) {
            changedAt = now;
            failed++;
            return ClockProbe.failed(now, "no time probes were answered");
        }
        return null;
    }
}
