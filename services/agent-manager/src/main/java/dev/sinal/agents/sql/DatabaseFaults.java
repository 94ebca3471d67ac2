package dev.sinal.agents.sql;

import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import java.util.Set;

/** Tells a database that is away, slow or full from a mistake of ours. */
public final class DatabaseFaults {
    /** Connection, rollback, resources, operator; login and missing database while a server is being set up. */
    private static final Set<String> PASSING = Set.of("08", "40", "53", "57", "28", "3D");

    private DatabaseFaults() {}

    /** Whether waiting may cure it. */
    public static boolean passes(Throwable failure) {
        if (failure instanceof PgException refused) {
            String state = refused.getSqlState();
            return state != null && state.length() == 5 && PASSING.contains(state.substring(0, 2));
        }
        boolean ours =
                failure instanceof Error || failure instanceof RuntimeException && !(failure instanceof VertxException);
        return !ours || failure instanceof IllegalStateException;
    }
}
