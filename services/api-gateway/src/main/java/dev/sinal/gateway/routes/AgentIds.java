package dev.sinal.gateway.routes;

import dev.sinal.contracts.RpcError;
import dev.sinal.gateway.http.Fields;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Agent ids as the contract has them. */
public final class AgentIds {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    private AgentIds() {}

    public static String required(Fields in) {
        return check(in.pointer("agent_id"), in.text("agent_id"));
    }

    public static @Nullable String optional(Fields in) {
        String id = in.textOrNull("agent_id");
        return id == null ? null : check(in.pointer("agent_id"), id);
    }

    /** @param pointer names the field in a refusal */
    public static String check(String pointer, String id) {
        if (!ID.matcher(id).matches()) {
            throw RpcError.invalid(
                    pointer,
                    "an agent id has 1 to 64 letters, digits, '.', '_' or '-', and begins with a letter or digit");
        }
        return id;
    }
}
