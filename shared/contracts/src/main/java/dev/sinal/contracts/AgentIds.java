package dev.sinal.contracts;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What an agent's id looks like. Some ids of this form are reserved; agent-manager knows them. */
public final class AgentIds {
    /** 1 to 64 characters. */
    public static final String FORM = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";

    private static final Pattern PATTERN = Pattern.compile(FORM);

    private AgentIds() {}

    public static boolean wellFormed(@Nullable String id) {
        return id != null && PATTERN.matcher(id).matches();
    }
}
