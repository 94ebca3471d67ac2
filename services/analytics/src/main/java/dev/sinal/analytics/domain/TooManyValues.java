package dev.sinal.analytics.domain;

/** An analysis that needs more values in memory than allowed. */
public final class TooManyValues extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final long actual;
    private final long limit;
    private final String pointer;

    /** @param pointer of the field to change */
    public TooManyValues(long actual, long limit, String pointer) {
        super(
                "needs " + actual + " values in memory, the limit is " + limit + ": choose a shorter range",
                null,
                false,
                false);
        this.actual = actual;
        this.limit = limit;
        this.pointer = pointer;
    }

    public long actual() {
        return actual;
    }

    public long limit() {
        return limit;
    }

    public String pointer() {
        return pointer;
    }
}
