package dev.sinal.launcher;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The login for people and programs that only read: it sees the views of schema {@code sinal} and nothing else, in read-only transactions of at most a
 * minute. Its password follows from the owner's, so that it need not be kept, and tells nothing about it.
 */
final class ReadOnlyLogin {
    static final String ROLE = "sinal_read";
    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    private ReadOnlyLogin() {}

    /** Hexadecimal. @param ownerPassword of the role that owns the database */
    static String password(String ownerPassword, String database) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(ownerPassword.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            byte[] derived = mac.doFinal((ROLE + "@" + database).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(derived);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Makes the role, or sets its password and rights anew.
     *
     * @param admin may make roles and owns the views, or is a superuser
     * @param owner role that makes the views
     * @return false when {@code admin} may not make roles: then {@link #statements} are for somebody who may
     */
    static boolean ensure(Connection admin, String database, String owner, String password) throws SQLException {
        try (Statement statement = admin.createStatement()) {
            for (String sql : statements(database, owner, password)) {
                statement.execute(sql);
            }
            return true;
        } catch (SQLException e) {
            if (INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
                return false;
            }
            throw e;
        }
    }

    /** Whether the views are there: they are made when the suite first runs on a database. */
    static boolean hasViews(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT to_regclass('sinal.telemetry_recent') IS NOT NULL")) {
            return rows.next() && rows.getBoolean(1);
        }
    }

    /** Names are quoted; the password is hexadecimal of our own making. */
    static List<String> statements(String database, String owner, String password) {
        String role = quoted(ROLE);
        return List.of(
                "DO $$ BEGIN CREATE ROLE " + role + " LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
                "ALTER ROLE " + role + " WITH LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE CONNECTION LIMIT 10 PASSWORD '"
                        + password + "'",
                "ALTER ROLE " + role + " SET default_transaction_read_only = on",
                "ALTER ROLE " + role + " SET statement_timeout = '60s'",
                "ALTER ROLE " + role + " SET search_path = sinal",
                "GRANT CONNECT ON DATABASE " + quoted(database) + " TO " + role,
                "GRANT USAGE ON SCHEMA sinal TO " + role,
                "GRANT SELECT ON ALL TABLES IN SCHEMA sinal TO " + role,
                "ALTER DEFAULT PRIVILEGES FOR ROLE " + quoted(owner) + " IN SCHEMA sinal GRANT SELECT ON TABLES TO "
                        + role);
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
