package dev.sinal.launcher;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PostgreSQL 18 inside our process's care, with the durability that the embedding library switches off: fsync and synchronous commit are on, logins
 * are SCRAM, the data stay. A server that outlived a killed process is stopped before the next start.
 */
final class EmbeddedDatabase implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedDatabase.class);
    static final String SUPERUSER = "postgres";
    static final String NAME = "sinal";
    private static final Duration START_WAIT = Duration.ofSeconds(60);
    private static final Duration ORPHAN_WAIT = Duration.ofSeconds(30);
    private static final String HBA = """
            local all all scram-sha-256
            host all all 127.0.0.1/32 scram-sha-256
            host all all ::1/128 scram-sha-256
            """;

    private static final int MOST_RESTARTS = 5;
    private static final Duration WELL_AGAIN = Duration.ofMinutes(10);

    private final Path home;
    private final String uri;
    private EmbeddedPostgres server;
    private long startedNs = System.nanoTime();
    private int restarts;
    private boolean closed;

    private EmbeddedDatabase(Path home, EmbeddedPostgres server, String uri) {
        this.home = home;
        this.server = server;
        this.uri = uri;
    }

    /**
     * Starts the server on the data of an earlier start, or on new ones.
     *
     * @param home holds data, password and unpacked binaries; 0700
     * @throws IOException with the server's own words when it does not start
     */
    static EmbeddedDatabase start(Path home) throws IOException {
        Files.createDirectories(home);
        EmbeddedPostgres server = launch(home, 0);
        try {
            String uri = prepare(
                    server.getPort(),
                    Files.readString(secret(home.resolve("password"))).strip());
            EmbeddedDatabase database = new EmbeddedDatabase(home, server, uri);
            database.watch();
            return database;
        } catch (SQLException e) {
            server.close();
            throw new IOException("the embedded database started but cannot be used: " + e.getMessage(), e);
        }
    }

    /** @param port 0 = any */
    private static EmbeddedPostgres launch(Path home, int port) throws IOException {
        Path data = home.resolve("data");
        stopOrphan(data);
        Path password = secret(home.resolve("password"));
        Path hba = home.resolve("pg_hba.conf");
        Files.writeString(hba, HBA);
        Path log = home.resolve("server.log");
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setOverrideWorkingDirectory(home.resolve("binaries").toFile())
                .setRegisterShutdownHook(false)
                .setPGStartupWait(START_WAIT)
                .setLocaleConfig("auth-host", "scram-sha-256")
                .setLocaleConfig("auth-local", "scram-sha-256")
                .setLocaleConfig("pwfile", password.toAbsolutePath().toString())
                .setLocaleConfig("locale", "C")
                .setConnectConfig("password", Files.readString(password).strip())
                .setOutputRedirector(Redirect.appendTo(log.toFile()))
                .setErrorRedirector(Redirect.appendTo(log.toFile()));
        serverConfig(hba).forEach(builder::setServerConfig);
        if (port > 0) {
            builder.setPort(port);
        }
        return builder.start();
    }

    /** A server that ends without us, killed or out of memory, is started again on its data and port. */
    private void watch() throws IOException {
        long pid = Long.parseLong(Files.readAllLines(home.resolve("data").resolve("postmaster.pid"))
                .get(0)
                .strip());
        ProcessHandle.of(pid)
                .ifPresent(postmaster -> postmaster.onExit().thenRun(() -> {
                    Thread starter = new Thread(this::startAgain, "sinal-embedded-database");
                    starter.setDaemon(true);
                    starter.start();
                }));
    }

    private synchronized void startAgain() {
        if (Duration.ofNanos(System.nanoTime() - startedNs).compareTo(WELL_AGAIN) > 0) {
            restarts = 0;
        }
        while (!closed && restarts < MOST_RESTARTS) {
            restarts++;
            LOG.error("the embedded database ended by itself and is started again restart={}", restarts);
            try {
                int port = server.getPort();
                server.close(); // gives back its lock on the data
                server = launch(home, port);
                startedNs = System.nanoTime();
                watch();
                LOG.info("the embedded database is back");
                return;
            } catch (IOException | RuntimeException e) {
                LOG.error("the embedded database did not start error={}", e.getMessage());
                pause();
            }
        }
        if (!closed) {
            LOG.error("the embedded database is given up: see {}", home.resolve("server.log"));
        }
    }

    /** Gives the lock back meanwhile, so that a stop needs not wait. */
    private void pause() {
        try {
            wait(Duration.ofSeconds(restarts).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed = true;
        }
    }

    /** {@code postgresql://…} of the suite's own role and database. */
    String uri() {
        return uri;
    }

    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException("embedded database did not stop", e);
        }
    }

    private static Map<String, String> serverConfig(Path hba) {
        return Map.ofEntries(
                Map.entry("hba_file", hba.toAbsolutePath().toString()),
                Map.entry("fsync", "on"),
                Map.entry("synchronous_commit", "on"),
                Map.entry("full_page_writes", "on"),
                Map.entry("listen_addresses", "127.0.0.1"),
                Map.entry("unix_socket_directories", ""),
                Map.entry("password_encryption", "scram-sha-256"),
                Map.entry("max_connections", "60"),
                Map.entry("shared_buffers", "64MB"),
                Map.entry("max_wal_size", "1GB"),
                Map.entry("jit", "off"),
                Map.entry("log_timezone", "UTC"),
                Map.entry("timezone", "UTC"));
    }

    /** The suite's role owns its database and nothing else; its password is the superuser's, which never leaves this machine. */
    private static String prepare(int port, String password) throws SQLException {
        Properties login = new Properties();
        login.setProperty("user", SUPERUSER);
        login.setProperty("password", password);
        try (Connection connection =
                        DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/postgres", login);
                Statement statement = connection.createStatement()) {
            if (!exists(statement, "SELECT 1 FROM pg_roles WHERE rolname = '" + NAME + "'")) {
                // The password is hexadecimal of our own making: nothing to escape.
                statement.execute("CREATE ROLE " + NAME + " LOGIN PASSWORD '" + password + "'");
            }
            if (!exists(statement, "SELECT 1 FROM pg_database WHERE datname = '" + NAME + "'")) {
                statement.execute("CREATE DATABASE " + NAME + " OWNER " + NAME);
            }
        }
        return "postgresql://" + NAME + ":" + password + "@127.0.0.1:" + port + "/" + NAME;
    }

    private static boolean exists(Statement statement, String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            return rows.next();
        }
    }

    private static Path secret(Path file) throws IOException {
        if (!Files.exists(file)) {
            byte[] random = new byte[24];
            new SecureRandom().nextBytes(random);
            Files.createFile(file, ownerOnly(file));
            Files.writeString(file, HexFormat.of().formatHex(random) + "\n", StandardOpenOption.WRITE);
        }
        return file;
    }

    private static FileAttribute<?>[] ownerOnly(Path file) {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return new FileAttribute<?>[0];
        }
        return new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        };
    }

    /** Stops the postmaster that a killed process left behind: first line of postmaster.pid, if that process really is one. */
    private static void stopOrphan(Path data) throws IOException {
        Path pidFile = data.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return;
        }
        List<String> lines = Files.readAllLines(pidFile);
        ProcessHandle orphan = lines.isEmpty()
                ? null
                : ProcessHandle.of(Long.parseLong(lines.get(0).strip())).orElse(null);
        if (orphan == null || !orphan.info().command().orElse("").contains("postgres")) {
            return; // PostgreSQL removes a stale file by itself
        }
        LOG.warn("stopping the database server that an earlier process left behind pid={}", orphan.pid());
        // SIGINT is PostgreSQL's fast shutdown; Java can only send SIGTERM, which waits for every client.
        run("kill", "-INT", Long.toString(orphan.pid()));
        try {
            orphan.onExit().get(ORPHAN_WAIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the old database server stopped", e);
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new IOException(
                    "a database server still runs on " + data + " as process " + orphan.pid()
                            + " and does not stop; stop it by hand",
                    e);
        }
    }

    private static void run(String... command) throws IOException {
        try {
            new ProcessBuilder(command).inheritIO().start().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
