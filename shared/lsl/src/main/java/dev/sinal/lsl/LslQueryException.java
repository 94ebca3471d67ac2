package dev.sinal.lsl;

/** A stream query that cannot be understood. */
public final class LslQueryException extends LslException {
    private static final long serialVersionUID = 1L;

    private final int position;

    public LslQueryException(String problem, int position) {
        super(problem + " at position " + position);
        this.position = position;
    }

    /** Index of the offending character in the query text, from 0. */
    public int position() {
        return position;
    }
}
