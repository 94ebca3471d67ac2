package dev.sinal.gateway.format;

import dev.sinal.contracts.UtcNanos;
import dev.sinal.gateway.http.Fields;
import org.jspecify.annotations.Nullable;

/** How moments are written: RFC 3339 with nine digits, or integers (UTC ns) on request. */
public enum Times {
    RFC3339,
    UNIX_NS;

    /** From {@code time_format}. */
    public static Times of(Fields fields) {
        return fields.choice("time_format", "rfc3339", "unix_ns").equals("unix_ns") ? UNIX_NS : RFC3339;
    }

    /** A JSON value. */
    public @Nullable Object json(@Nullable Long nanos) {
        if (nanos == null) {
            return null;
        }
        return this == UNIX_NS ? (Object) nanos : UtcNanos.format(nanos);
    }
}
