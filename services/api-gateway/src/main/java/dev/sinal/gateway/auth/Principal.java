package dev.sinal.gateway.auth;

import dev.sinal.contracts.RpcError;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who asks, as a verified token says.
 *
 * @param role one, or several with a space between; null for a token that names scopes only
 * @param agents the only agents this token may touch; null = all
 * @param issuedAt seconds since 1970
 * @param expiresAt seconds since 1970
 */
public record Principal(
        String subject,
        @Nullable String role,
        Set<String> scopes,
        @Nullable Set<String> agents,
        long issuedAt,
        long expiresAt) {
    public Principal {
        scopes = Set.copyOf(scopes);
        agents = agents == null ? null : Set.copyOf(agents);
    }

    public boolean has(String scope) {
        return scopes.contains(scope);
    }

    public boolean restricted() {
        return agents != null;
    }

    public boolean sees(String agentId) {
        return agents == null || agents.contains(agentId);
    }

    /** @throws io.vertx.serviceproxy.ServiceException FORBIDDEN */
    public void requireScope(String scope) {
        if (!has(scope)) {
            throw RpcError.FORBIDDEN.exception(
                    "the scope " + scope + " is needed", new JsonObject().put("scope", scope));
        }
    }

    /** @throws io.vertx.serviceproxy.ServiceException FORBIDDEN when the token is restricted to other agents */
    public void requireAgent(@Nullable String agentId) {
        if (agents != null && (agentId == null || !agents.contains(agentId))) {
            throw RpcError.FORBIDDEN.exception(
                    agentId == null
                            ? "this token is restricted to some agents: name one of them as agent_id"
                            : "this token does not reach the agent '" + agentId + "'");
        }
    }

    public boolean expired(long nowSeconds) {
        return nowSeconds > expiresAt;
    }
}
