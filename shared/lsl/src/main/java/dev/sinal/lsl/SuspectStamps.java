package dev.sinal.lsl;

/**
 * Stamps that cannot be what LSL wants them to be: seconds on the producer's monotonic clock, in order. Samples are delivered all the
 * same, with these stamps.
 *
 * @param kind what is wrong
 * @param count samples concerned since the connection was opened
 * @param stamp the worst one since the last report, seconds
 * @param detail for people
 */
public record SuspectStamps(Kind kind, long count, double stamp, String detail) {
    /** What is wrong with stamps. */
    public enum Kind {
        /** NaN or infinite. NaN also stands where the sender gave no stamp that could be used. */
        NOT_FINITE,
        /** Zero or negative: a sender that did not set them, or counted wrongly. */
        NOT_POSITIVE,
        /** More than 100 years. */
        ABSURD,
        /** Seconds since 1970 instead of the LSL clock. Corrections mean nothing then. Told once per connection. */
        UNIX_TIME,
        /** More than a day away from now on the sender's clock as measured, and no Unix time either. Told once per connection. */
        OTHER_CLOCK,
        /** Smaller than the stamp before. Not told of, only counted, below 1 ms or half a period. */
        BACKWARDS
    }
}
