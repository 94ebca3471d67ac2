package dev.sinal.ingest.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.JDBC;

/** SQLite's files in our folder, its native library among them. */
final class SqliteFiles {
    private static final Logger LOG = LoggerFactory.getLogger(SqliteFiles.class);
    private static final List<String> SIDE_FILES = List.of("", "-wal", "-shm");

    private SqliteFiles() {}

    /**
     * Lets the driver unpack its library here instead of the common temporary folder, and removes those that killed processes left behind.
     * The driver unpacks once per JVM: where it did not do so here, nothing is touched.
     */
    static void prepare(Path folder) throws IOException {
        Files.createDirectories(folder);
        Path native_ = folder.resolve("native");
        Files.createDirectories(native_);
        if (System.getProperty("org.sqlite.tmpdir") != null) {
            return;
        }
        try (Stream<Path> left = Files.list(native_)) {
            for (Path file : left.toList()) {
                if (file.getFileName().toString().startsWith("sqlite-")) {
                    remove(file);
                }
            }
        }
        System.setProperty("org.sqlite.tmpdir", native_.toAbsolutePath().toString());
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("a library left by an earlier run cannot be removed file={} error={}", file, e.getMessage());
        }
    }

    static Connection open(Path file) throws SQLException {
        Properties settings = new Properties();
        settings.setProperty("busy_timeout", "2000");
        Connection db = JDBC.createConnection("jdbc:sqlite:" + file.toAbsolutePath(), settings);
        if (db == null) {
            throw new SQLException("not a path SQLite can open: " + file);
        }
        return db;
    }

    /** Moves a damaged log out of the way. @return where it is now */
    static Path setAside(Path file, long nowMs) throws IOException {
        Path aside = file.resolveSibling(file.getFileName() + ".damaged-" + nowMs);
        for (String suffix : SIDE_FILES) {
            Path part = file.resolveSibling(file.getFileName() + suffix);
            if (Files.exists(part)) {
                Files.move(part, aside.resolveSibling(aside.getFileName() + suffix));
            }
        }
        LOG.error("the log is damaged and was set aside; collection goes on with an empty one file={}", aside);
        return aside;
    }
}
