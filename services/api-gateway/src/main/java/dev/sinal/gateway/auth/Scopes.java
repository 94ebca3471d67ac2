package dev.sinal.gateway.auth;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a token may allow, and the roles that bundle it (docs/contracts/errors.md lists them for users). */
public final class Scopes {
    public static final String STREAM_READ = "stream:read";
    public static final String STREAM_LIVE = "stream:live";
    public static final String AGENT_READ = "agent:read";
    public static final String AGENT_CONTROL = "agent:control";
    public static final String TELEMETRY_WRITE = "telemetry:write";
    public static final String MARKER_WRITE = "marker:write";
    public static final String LOGS_READ = "logs:read";
    public static final String ANALYTICS_RUN = "analytics:run";
    public static final String EXPORT_READ = "export:read";
    public static final String METRICS_READ = "metrics:read";
    public static final String CONFIG_WRITE = "config:write";
    public static final String DATA_DELETE = "data:delete";
    public static final String USER_ADMIN = "user:admin";
    public static final String AUDIT_READ = "audit:read";

    public static final Set<String> ALL = Set.of(
            STREAM_READ,
            STREAM_LIVE,
            AGENT_READ,
            AGENT_CONTROL,
            TELEMETRY_WRITE,
            MARKER_WRITE,
            LOGS_READ,
            ANALYTICS_RUN,
            EXPORT_READ,
            METRICS_READ,
            CONFIG_WRITE,
            DATA_DELETE,
            USER_ADMIN,
            AUDIT_READ);

    /** A service token has exactly the scopes it names. */
    public static final String SERVICE = "service";

    private static final Set<String> VIEWER = Set.of(STREAM_READ, STREAM_LIVE, AGENT_READ, LOGS_READ);
    private static final Set<String> ANALYST = union(VIEWER, Set.of(ANALYTICS_RUN, EXPORT_READ));
    private static final Set<String> OPERATOR =
            union(ANALYST, Set.of(AGENT_CONTROL, TELEMETRY_WRITE, MARKER_WRITE, METRICS_READ));

    private static final Map<String, Set<String>> ROLES =
            Map.of("viewer", VIEWER, "analyst", ANALYST, "operator", OPERATOR, "admin", ALL, SERVICE, Set.of());

    private Scopes() {}

    /** @throws IllegalArgumentException for a role that does not exist */
    public static Set<String> ofRole(String role) {
        Set<String> scopes = ROLES.get(role);
        if (scopes == null) {
            throw new IllegalArgumentException("role must be one of " + roles() + ", was '" + role + "'");
        }
        return scopes;
    }

    /** @throws IllegalArgumentException for a role that does not exist */
    public static Set<String> ofRoles(Collection<String> roles) {
        Set<String> scopes = new LinkedHashSet<>();
        roles.forEach(role -> scopes.addAll(ofRole(role)));
        return scopes;
    }

    public static List<String> roles() {
        return ROLES.keySet().stream().sorted().toList();
    }

    private static Set<String> union(Set<String> a, Set<String> b) {
        Set<String> both = new LinkedHashSet<>(a);
        both.addAll(b);
        return Set.copyOf(both);
    }
}
