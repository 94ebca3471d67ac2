package dev.sinal.testkit;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server of its own, on loopback and a free port that it keeps over a restart, as durable as in production ({@code fsync},
 * {@code synchronous_commit} and {@code full_page_writes} on). For tests that stop or kill the server; all others share one through {@link
 * TestDatabase}.
 */
public final class TestServer implements AutoCloseable {
    static final String USER = "sinal";
    static final String PASSWORD = "sinal-test";
    private static final Duration START_WAIT = Duration.ofSeconds(60);
    private static final String MAX_CONNECTIONS = "200";

    private final Path data;
    private final int port;
    private @Nullable EmbeddedPostgres server;

    private TestServer(Path data, EmbeddedPostgres server) {
        this.data = data;
        this.server = server;
        this.port = server.getPort();
    }

    public static TestServer start() {
        try {
            Path data = Files.createTempDirectory("sinal-pg-");
            TestServer started = new TestServer(data, builder(data).start());
            started.createUser();
            Runtime.getRuntime().addShutdownHook(new Thread(started::close, "stop-test-postgres"));
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL did not start", e);
        }
    }

    public int port() {
        return port;
    }

    /** A new empty database on this server. */
    public TestDatabase database() {
        return TestDatabase.on(this);
    }

    /** Ends the server; connections break. Data stay. */
    public synchronized void stop() {
        EmbeddedPostgres running = server;
        server = null;
        if (running != null) {
            try {
                running.close();
            } catch (IOException e) {
                throw new UncheckedIOException("PostgreSQL did not stop", e);
            }
        }
    }

    /** Starts a stopped server on the same data and port. */
    public synchronized void startAgain() {
        if (server == null) {
            try {
                server = builder(data).setPort(port).start();
            } catch (IOException e) {
                throw new UncheckedIOException("PostgreSQL did not start again", e);
            }
        }
    }

    /** Stops and deletes the data. */
    @Override
    public void close() {
        stop();
        try (Stream<Path> files = Files.walk(data)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void run(String sql) {
        EmbeddedPostgres running = server;
        if (running == null) {
            throw new IllegalStateException("the server is stopped");
        }
        try (Connection connection = running.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException("PostgreSQL refused: " + sql, e);
        }
    }

    private void createUser() {
        run("CREATE ROLE " + USER + " LOGIN SUPERUSER PASSWORD '" + PASSWORD + "'");
    }

    /** The library's own defaults switch durability off; here it is as the suite demands it. */
    private static EmbeddedPostgres.Builder builder(Path data) {
        return EmbeddedPostgres.builder()
                .setDataDirectory(data.resolve("data"))
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setPGStartupWait(START_WAIT)
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("timezone", "UTC")
                .setServerConfig("max_connections", MAX_CONNECTIONS);
    }
}
