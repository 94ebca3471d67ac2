package dev.sinal.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.runtime.sql.Database;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

class TestDatabaseIT {
    @Test
    void databasesAreEmptyApartAndDurable() throws SQLException {
        try (TestDatabase one = TestDatabase.fresh();
                TestDatabase two = TestDatabase.fresh()) {
            ask(one.uri(), "CREATE TABLE t (a int)");

            assertThat(ask(two.uri(), "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
                    .isEqualTo("0");
            assertThat(ask(one.uri(), "SHOW fsync") + ask(one.uri(), "SHOW synchronous_commit"))
                    .isEqualTo("onon");
        }
    }

    @Test
    void serverKeepsDataAndPortOverARestart() throws SQLException {
        try (TestServer server = TestServer.start()) {
            TestDatabase database = server.database();
            ask(database.uri(), "CREATE TABLE t AS SELECT 7 AS a");

            server.stop();
            server.startAgain();

            assertThat(ask(database.uri(), "SELECT a FROM t")).isEqualTo("7");
        }
    }

    private static String ask(String uri, String sql) throws SQLException {
        try (Connection connection = new Database(uri).dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return "";
            }
            try (ResultSet rows = statement.getResultSet()) {
                return rows.next() ? rows.getString(1) : "";
            }
        }
    }
}
