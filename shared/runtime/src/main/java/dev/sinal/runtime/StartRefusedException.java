package dev.sinal.runtime;

/** What keeps a node from starting and is not one of its settings; the message is for people and says what to do. */
public final class StartRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StartRefusedException(String message) {
        super(message);
    }
}
