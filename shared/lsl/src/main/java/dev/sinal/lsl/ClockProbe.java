package dev.sinal.lsl;

/**
 * The outcome of one wave of time probes between an inlet and its outlet; all times in seconds.
 *
 * @param measuredAt when it was measured, {@link LslClock} of this side
 * @param correction what to add to a remote stamp to get local LSL time; NaN if the wave failed
 * @param rtt round trip of the best probe, the full uncertainty of the correction; NaN if the wave failed
 * @param ok whether enough probes came back
 * @param reason why not, else empty
 */
public record ClockProbe(double measuredAt, double correction, double rtt, boolean ok, String reason) {
    /** When it was measured on the remote clock, seconds; NaN if the wave failed. Recordings keep it with the correction. */
    public double remoteTime() {
        return measuredAt - correction;
    }

    /** A measured correction. */
    public static ClockProbe measured(double measuredAt, double correction, double rtt) {
        return new ClockProbe(measuredAt, correction, rtt, true, "");
    }

    /** A wave that gave no result. */
    public static ClockProbe failed(double measuredAt, String reason) {
        return new ClockProbe(measuredAt, Double.NaN, Double.NaN, false, reason);
    }
}
