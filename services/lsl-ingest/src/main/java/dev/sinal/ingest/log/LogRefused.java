package dev.sinal.ingest.log;

/** The log did not take something; what it holds already is not touched. */
public final class LogRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Reason {
        /** Its own bound, or the volume's. */
        FULL,
        /** More waits to be written than may wait. */
        BEHIND,
        /** An earlier block of this epoch was refused: the epoch cannot have a hole. */
        NOT_CONTIGUOUS,
        CLOSED,
        /** The disk failed. */
        FAILED
    }

    private final Reason reason;

    LogRefused(Reason reason, String detail) {
        super(detail, null, false, false);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
