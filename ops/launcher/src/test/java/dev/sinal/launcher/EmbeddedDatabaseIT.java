package dev.sinal.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedDatabaseIT {
    @TempDir
    Path folder;

    @Test
    void aServerThatIsKilledComesBackWithItsDataOnTheSamePort() throws Exception {
        try (EmbeddedDatabase database = EmbeddedDatabase.start(folder.resolve("postgres"))) {
            execute(database, "CREATE TABLE kept (value int)");
            execute(database, "INSERT INTO kept VALUES (42)");
            long first = postmaster();

            ProcessHandle.of(first).orElseThrow().destroyForcibly();

            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .ignoreExceptions()
                    .until(() -> postmaster() != first && value(database) == 42);
        }
        assertThat(folder.resolve("postgres/data/postmaster.pid")).doesNotExist();
    }

    private long postmaster() throws Exception {
        return Long.parseLong(Files.readAllLines(folder.resolve("postgres/data/postmaster.pid"))
                .get(0)
                .strip());
    }

    private static void execute(EmbeddedDatabase database, String sql) throws SQLException {
        try (Connection connection = open(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static int value(EmbeddedDatabase database) throws SQLException {
        try (Connection connection = open(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT value FROM kept")) {
            return rows.next() ? rows.getInt(1) : 0;
        }
    }

    private static Connection open(EmbeddedDatabase database) throws SQLException {
        URI uri = URI.create(database.uri());
        String[] login = uri.getUserInfo().split(":", 2);
        return DriverManager.getConnection(
                "jdbc:postgresql://" + uri.getHost() + ":" + uri.getPort() + uri.getPath(), login[0], login[1]);
    }
}
