package dev.sinal.bench.store;

import dev.sinal.runtime.sql.Database;
import dev.sinal.testkit.TestDatabase;
import dev.sinal.testkit.TestServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A PostgreSQL of this run alone, as durable as in production, with room in memory as on a lab's server. */
final class BenchServer implements AutoCloseable {
    private static final Map<String, String> SETTINGS = Map.of(
            "shared_buffers",
            "1GB",
            "max_wal_size",
            "8GB",
            "checkpoint_timeout",
            "30min",
            "jit",
            "off",
            "shared_preload_libraries",
            "pg_stat_statements",
            "pg_stat_statements.track_planning",
            "on");

    private final TestServer server;

    private BenchServer(TestServer server) {
        this.server = server;
    }

    static BenchServer start() {
        return start(Map.of());
    }

    static BenchServer start(Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(SETTINGS);
        settings.putAll(more);
        return new BenchServer(TestServer.start(settings));
    }

    TestDatabase database() {
        return server.database();
    }

    /** Processor seconds of all its processes so far. */
    double cpu() throws Exception {
        return CpuTime.tree(server.pid());
    }

    @Override
    public void close() {
        server.close();
    }

    static Connection connect(TestDatabase database) throws SQLException {
        return new Database(database.uri()).dataSource().getConnection();
    }

    static void run(TestDatabase database, String... statements) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    static long number(TestDatabase database, String sql) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? rows.getLong(1) : 0;
        }
    }

    /** The first column of a query, as text. */
    static List<String> lines(TestDatabase database, String sql) throws SQLException {
        List<String> lines = new java.util.ArrayList<>();
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                lines.add(rows.getString(1));
            }
        }
        return lines;
    }

    /** Bytes of every table of a schema, with indexes, TOAST and maps; partitions count once each. */
    static long bytes(TestDatabase database, String schema) throws SQLException {
        return number(
                database,
                "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0) FROM pg_class c"
                        + " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND n.nspname = '"
                        + schema + "'");
    }

    /** The same, table by table, partitions of one layer together, largest first. */
    static List<String> byTable(TestDatabase database, String schema) throws SQLException {
        String sql =
                "SELECT regexp_replace(c.relname, '[0-9_]+$', ''), sum(pg_total_relation_size(c.oid)) AS bytes FROM pg_class c"
                        + " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND n.nspname = '"
                        + schema
                        + "' GROUP BY 1 ORDER BY 2 DESC LIMIT 6";
        List<String> lines = new java.util.ArrayList<>();
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                lines.add(rows.getString(1) + " " + rows.getLong(2));
            }
        }
        return lines;
    }
}
