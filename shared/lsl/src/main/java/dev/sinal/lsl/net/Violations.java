package dev.sinal.lsl.net;

/** How often in a row a peer may break the protocol. A minute without makes it forget. */
final class Violations {
    private static final long CALM_NANOS = 60_000_000_000L;

    private final int allowed;
    private int inRow;
    private long last;

    Violations(int allowed) {
        this.allowed = allowed;
    }

    /** Returns whether that was one too many. */
    boolean another(long nanos) {
        inRow = calm(nanos) ? 1 : inRow + 1;
        last = nanos;
        return inRow >= allowed;
    }

    boolean calm(long nanos) {
        return inRow == 0 || nanos - last > CALM_NANOS;
    }

    int inRow() {
        return inRow;
    }

    void forget() {
        inRow = 0;
    }
}
