package dev.sinal.lsl.post;

/** What the numbers of a stream's stamps count. */
public enum StampBasis {
    /** Seconds on the sender's LSL clock, as they should. */
    LSL,
    /** Seconds since 1970. */
    UNIX,
    /** Neither. */
    OTHER,
    /** It cannot be told without a correction. */
    UNKNOWN;

    /** How far from now a stamp may be: recordings are sent late, wall clocks are wrong, but not by this much. */
    public static final double NEAR_S = 86_400;

    /**
     * Judges by one stamp. A sender whose LSL clock itself counts from 1970 is {@link #LSL}: its corrections show it.
     *
     * @param stamp finite, seconds
     * @param correction what to add to get local LSL time, seconds; NaN = not known
     * @param lslNow local LSL clock, seconds
     * @param unixNow wall clock, seconds since 1970
     */
    public static StampBasis of(double stamp, double correction, double lslNow, double unixNow) {
        if (Math.abs(stamp + correction - lslNow) < NEAR_S) {
            return LSL;
        }
        if (Math.abs(stamp - unixNow) < NEAR_S) {
            return UNIX;
        }
        return Double.isNaN(correction) ? UNKNOWN : OTHER;
    }
}
