package dev.sinal.ingest.domain;

/**
 * One instant on both clocks of this machine, read together.
 *
 * @param lsl seconds on the monotonic clock that LSL stamps are made with
 * @param utc wall clock, ns since 1970
 */
public record Moment(double lsl, long utc) {
    /** What the wall clock is ahead of the monotonic one, ns. */
    public long wallAhead() {
        return utc - Math.round(lsl * 1e9);
    }
}
