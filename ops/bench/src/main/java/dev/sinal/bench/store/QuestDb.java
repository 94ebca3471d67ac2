package dev.sinal.bench.store;

import dev.sinal.testkit.FreePorts;
import io.questdb.client.Sender;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A QuestDB in a process of its own: a wide table, rows by its own client over ILP/TCP, reads over pgwire. Its defaults hold, so it does not force its commits
 * to the disk, as PostgreSQL does.
 */
final class QuestDb implements AutoCloseable {
    private static final long READY_S = 60;
    private static final long APPLIED_S = 120;

    private final Process process;
    private final Path folder;
    private final int ilpPort;
    private final int pgPort;

    private QuestDb(Process process, Path folder, int ilpPort, int pgPort) {
        this.process = process;
        this.folder = folder;
        this.ilpPort = ilpPort;
        this.pgPort = pgPort;
    }

    /** The server's jar on this JVM's class path, where the README's command puts it. */
    private static Path jar() {
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (Path.of(entry).getFileName().toString().matches("questdb-\\d.*\\.jar")) {
                return Path.of(entry).toAbsolutePath();
            }
        }
        throw new IllegalStateException("the jar of QuestDB is not on the class path: add ops/bench/target/peers/*");
    }

    static QuestDb start() throws Exception {
        Path folder = Files.createTempDirectory("sinal-bench-questdb-");
        List<Integer> ports = FreePorts.many(2);
        Files.createDirectories(folder.resolve("conf"));
        Files.writeString(folder.resolve("conf/server.conf"), """
                http.enabled=false
                http.min.enabled=false
                telemetry.enabled=false
                line.tcp.net.bind.to=127.0.0.1:%d
                pg.net.bind.to=127.0.0.1:%d
                """.formatted(ports.get(0), ports.get(1)));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-p",
                        jar().toString(),
                        "-m",
                        "io.questdb/io.questdb.ServerMain",
                        "-d",
                        folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("server.log").toFile())
                .start();
        QuestDb started = new QuestDb(process, folder, ports.get(0), ports.get(1));
        Runtime.getRuntime().addShutdownHook(new Thread(started::close, "stop-questdb"));
        started.awaitReady();
        return started;
    }

    private void awaitReady() throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_S);
        while (true) {
            try (Connection connection = connect()) {
                if (connection.isValid(1)) {
                    return;
                }
            } catch (SQLException notYet) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    throw new IOException("QuestDB did not start", notYet);
                }
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    double cpu() throws IOException {
        return CpuTime.tree(process.pid());
    }

    Connection connect() throws SQLException {
        Properties login = new Properties();
        login.setProperty("user", "admin");
        login.setProperty("password", "quest");
        login.setProperty("binaryTransfer", "true");
        login.setProperty("prepareThreshold", "1");
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + pgPort + "/qdb", login);
    }

    /** A table of one column a channel, as floats or doubles. */
    void createWide(String table, Workload workload, String type) throws SQLException {
        StringBuilder sql = new StringBuilder("CREATE TABLE " + table + " (ts TIMESTAMP");
        for (String metric : workload.metrics()) {
            sql.append(", ").append(metric).append(' ').append(type);
        }
        run("DROP TABLE IF EXISTS " + table, sql + ") TIMESTAMP(ts) PARTITION BY DAY WAL");
    }

    void run(String... statements) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** Rows of samples, sent and applied: readable. @return values */
    long ingest(String table, Eeg workload, long first, long samples) throws Exception {
        int channels = workload.channels();
        String[] columns = workload.metrics().toArray(String[]::new);
        try (Sender sender = Sender.fromConfig("tcp::addr=127.0.0.1:" + ilpPort + ";protocol_version=2;")) {
            for (long i = first; i < first + samples; i++) {
                sender.table(table);
                for (int c = 0; c < channels; c++) {
                    sender.doubleColumn(columns[c], workload.value(c, i));
                }
                sender.at(workload.timeMs(0, i), ChronoUnit.MILLIS);
            }
            sender.flush();
        }
        awaitRows(table, first + samples);
        return samples * channels;
    }

    void createVitals(String table) throws SQLException {
        run(
                "DROP TABLE IF EXISTS " + table,
                "CREATE TABLE " + table
                        + " (ts TIMESTAMP, agent SYMBOL, hr DOUBLE, temp DOUBLE, spo2 DOUBLE, resp DOUBLE) TIMESTAMP(ts) PARTITION BY DAY WAL");
    }

    /** Second by second, everybody in turn. @return values */
    long ingestVitals(String table, Vitals vitals, long seconds) throws Exception {
        String[] columns = vitals.metrics().toArray(String[]::new);
        try (Sender sender = Sender.fromConfig("tcp::addr=127.0.0.1:" + ilpPort + ";protocol_version=2;")) {
            for (long second = 0; second < seconds; second++) {
                for (int person = 0; person < vitals.people(); person++) {
                    sender.table(table).symbol("agent", vitals.agentId("rows", person));
                    for (int v = 0; v < columns.length; v++) {
                        sender.doubleColumn(columns[v], vitals.value(person, v, second));
                    }
                    sender.at(vitals.timeMs(person, second), ChronoUnit.MILLIS);
                }
            }
            sender.flush();
        }
        awaitRows(table, seconds * vitals.people());
        return seconds * vitals.people() * columns.length;
    }

    private void awaitRows(String table, long rows) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(APPLIED_S);
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            while (true) {
                try (ResultSet count = statement.executeQuery("SELECT count() FROM " + table)) {
                    if (count.next() && count.getLong(1) >= rows) {
                        return;
                    }
                }
                if (System.nanoTime() > deadline) {
                    throw new IOException("QuestDB did not apply " + rows + " rows");
                }
                TimeUnit.MILLISECONDS.sleep(5);
            }
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
            }
            if (!Files.exists(folder)) {
                return;
            }
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        } catch (IOException e) {
            System.err.println("left behind: " + folder + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
