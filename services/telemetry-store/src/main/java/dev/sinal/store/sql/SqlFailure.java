package dev.sinal.store.sql;

import io.vertx.pgclient.PgException;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a failed statement means for the one who sent it. Source: PostgreSQL, appendix A "Error Codes". */
public enum SqlFailure {
    /** No connection, shutting down, out of connections, or too slow: the same statement may work later. */
    AWAY,
    /** No disk space (class 53 but connections): later, but not soon. */
    FULL,
    /** Lost against another transaction, or a partition is missing: the same statement may work at once. */
    COLLISION,
    /** These data cannot be stored, ever. */
    POISON,
    /** Our statement is wrong. */
    BUG;

    public static SqlFailure of(Throwable failure) {
        if (failure instanceof PartitionLimitException) {
            return POISON;
        }
        String state = sqlState(failure);
        if (state == null) {
            return bugOrAway(failure);
        }
        if (state.equals("53100") || state.equals("53200")) {
            return FULL;
        }
        return switch (state.substring(0, 2)) {
            case "08", "53", "57", "58", "XX" -> AWAY;
            case "40", "55", "23" -> COLLISION;
            case "22", "54" -> POISON;
            default -> BUG;
        };
    }

    /**
     * Whether the same data will be refused every time: a value that does not fit its column (22), a constraint (23), a type or name that the
     * server does not take (42), or more than it can hold (54). For statements that lose to nobody, such as those of notes.
     */
    public static boolean ofContent(Throwable failure) {
        String state = sqlState(failure);
        return state != null && Set.of("22", "23", "42", "54").contains(state.substring(0, 2));
    }

    /** A lost connection is a plain runtime exception in some versions of the client; ours are of known types. */
    private static SqlFailure bugOrAway(Throwable failure) {
        return failure instanceof NullPointerException
                        || failure instanceof IllegalArgumentException
                        || failure instanceof ClassCastException
                        || failure instanceof IndexOutOfBoundsException
                ? BUG
                : AWAY;
    }

    private static @Nullable String sqlState(Throwable failure) {
        if (failure instanceof SQLException jdbc) {
            return jdbc.getSQLState();
        }
        return failure instanceof PgException pg ? pg.getSqlState() : null;
    }
}
