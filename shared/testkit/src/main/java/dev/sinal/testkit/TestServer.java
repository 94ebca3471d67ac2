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
import java.util.Map;
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

    private static final String LOOPBACK = "127.0.0.1";

    private final Path data;
    private final Reach reach;
    private final Map<String, String> settings;
    private final int port;
    private @Nullable EmbeddedPostgres server;

    /** Beside loopback. @param address to listen on; empty = none @param network from which logins with a password are let in */
    private record Reach(String address, String network) {
        private static final Reach LOOPBACK_ONLY = new Reach("", "");
    }

    private TestServer(Path data, Reach reach, Map<String, String> settings, EmbeddedPostgres server) {
        this.data = data;
        this.reach = reach;
        this.settings = settings;
        this.server = server;
        this.port = server.getPort();
    }

    public static TestServer start() {
        return start(Reach.LOOPBACK_ONLY, Map.of());
    }

    /** @param settings of the server beside those that make it durable */
    public static TestServer start(Map<String, String> settings) {
        return start(Reach.LOOPBACK_ONLY, Map.copyOf(settings));
    }

    /**
     * A server that other hosts reach as well.
     *
     * @param address of this machine
     * @param network in CIDR form, from which logins with a password are let in
     */
    public static TestServer start(String address, String network) {
        return start(new Reach(address, network), Map.of());
    }

    private static TestServer start(Reach reach, Map<String, String> settings) {
        try {
            Path data = Files.createTempDirectory("sinal-pg-");
            TestServer started = new TestServer(
                    data, reach, settings, builder(data, reach, settings).start());
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

    /** Process id of the server; its backends are its children. */
    public long pid() throws IOException {
        return Long.parseLong(
                Files.readAllLines(data.resolve("data/postmaster.pid")).get(0).strip());
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
                server = builder(data, reach, settings).setPort(port).start();
            } catch (IOException e) {
                throw new UncheckedIOException("PostgreSQL did not start again", e);
            }
        }
    }

    /** Stops and deletes the data. */
    @Override
    public void close() {
        stop();
        if (!Files.exists(data)) {
            return; // closed before; the hook of the JVM's end comes here again
        }
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
    private static EmbeddedPostgres.Builder builder(Path data, Reach reach, Map<String, String> settings)
            throws IOException {
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder();
        settings.forEach(builder::setServerConfig);
        builder.setDataDirectory(data.resolve("data"))
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setPGStartupWait(START_WAIT)
                .setServerConfig("listen_addresses", LOOPBACK)
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("timezone", "UTC")
                .setServerConfig("max_connections", MAX_CONNECTIONS);
        if (reach.equals(Reach.LOOPBACK_ONLY)) {
            return builder;
        }
        // Read by the server, which runs as another user when this process is root.
        Path hba = Files.createTempFile("sinal-hba-", ".conf");
        hba.toFile().deleteOnExit();
        Files.writeString(
                hba,
                "local all all trust\nhost all all 127.0.0.1/32 trust\nhost all all " + reach.network()
                        + " scram-sha-256\n");
        if (!hba.toFile().setReadable(true, false)) {
            throw new IOException("cannot make " + hba + " readable");
        }
        return builder.setServerConfig("listen_addresses", LOOPBACK + "," + reach.address())
                .setServerConfig("hba_file", hba.toString());
    }
}
