package dev.sinal.lsl;

import java.util.Objects;

/** Something in the Lab Streaming Layer failed; the message says what and what to do about it. */
public class LslException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LslException(String message) {
        super(message);
    }

    public LslException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Never null. */
    @Override
    public String getMessage() {
        return Objects.requireNonNullElse(super.getMessage(), "");
    }
}
