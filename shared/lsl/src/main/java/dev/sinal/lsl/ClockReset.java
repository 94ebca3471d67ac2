package dev.sinal.lsl;

import java.util.Locale;

/**
 * The producer's clock is not what it was: older corrections say nothing about the stamps that follow.
 *
 * @param cause how we know
 * @param at when it was noticed, {@link LslClock} of this side, seconds
 * @param step by how much the correction changed, seconds; NaN if it is not known yet
 */
public record ClockReset(Cause cause, double at, double step) {
    /** What happened, as far as it can be told. */
    public enum Cause {
        /** The stream comes from another outlet now, perhaps of another machine or after a reboot. */
        OUTLET_CHANGED,
        /** The remote clock was set, or its machine was suspended: two waves of probes agree on it. */
        REMOTE_STEP,
        /** Our machine was suspended: our clock stood still while the wall clock went on by as much as the correction changed. */
        LOCAL_SUSPEND
    }

    /** For people. */
    public String reason() {
        return switch (cause) {
            case OUTLET_CHANGED -> "the stream comes from another outlet";
            case REMOTE_STEP -> String.format(Locale.ROOT, "the clock of the producer has jumped by %.3f s", -step);
            case LOCAL_SUSPEND -> String.format(Locale.ROOT, "this machine was suspended for %.3f s", -step);
        };
    }
}
