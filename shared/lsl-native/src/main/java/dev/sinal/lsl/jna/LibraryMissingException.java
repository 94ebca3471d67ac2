package dev.sinal.lsl.jna;

import dev.sinal.lsl.LslException;
import java.util.List;

/** No usable native library; the message names every place that was tried and what was wrong there. */
public final class LibraryMissingException extends LslException {
    private static final long serialVersionUID = 1L;

    private final List<String> tried;

    LibraryMissingException(List<String> tried) {
        super("no liblsl could be loaded; name one by the setting lsl.library or by SINAL_LIBLSL. Tried: "
                + String.join("; ", tried));
        this.tried = List.copyOf(tried);
    }

    /** One line for each attempt, in order: what was tried and why it failed. */
    public List<String> tried() {
        return tried;
    }
}
