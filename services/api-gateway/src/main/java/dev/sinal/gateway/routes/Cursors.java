package dev.sinal.gateway.routes;

import dev.sinal.gateway.http.Fields;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Opaque places in lists: a kind, whose list it is, and a place, so that a cursor of another list is refused. */
final class Cursors {
    private static final int MAX_CHARS = 1_024;

    private Cursors() {}

    static String encode(String kind, @Nullable String owner, String place) {
        String text = kind + "|" + (owner == null ? "" : owner) + "|" + place;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** From the field {@code cursor}; null when not given. Fails with INVALID_PARAMS for one that is not of this list. */
    static @Nullable String read(Fields in, String kind, @Nullable String owner) {
        String cursor = in.textOrNull("cursor");
        if (cursor == null) {
            return null;
        }
        String prefix = kind + "|" + (owner == null ? "" : owner) + "|";
        try {
            String text = cursor.length() > MAX_CHARS
                    ? ""
                    : new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            if (text.startsWith(prefix)) {
                return text.substring(prefix.length());
            }
        } catch (IllegalArgumentException e) {
            throw in.invalid("cursor", "is not a cursor");
        }
        throw in.invalid("cursor", "is not a cursor of this list");
    }
}
