package dev.sinal.runtime.sql;

import dev.sinal.runtime.ConfigException;
import dev.sinal.runtime.Settings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.Flyway;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The suite's PostgreSQL. Each service has a schema of its own and reads no other's.
 *
 * @param uri {@code postgresql://user:password@host:port/database}; never logged
 */
public record Database(String uri) {
    private static final int CONNECT_TIMEOUT_MS = 2_000;
    private static final int POOL_WAIT_S = 3;
    private static final int WAITING_PER_CONNECTION = 64;
    /** Prepared statements that are longer are not kept: characters. The driver's own limit is 2048. */
    private static final int LONGEST_KEPT_SQL = 16_384;

    private static final String POOLS = "sinal.database.pools";

    public Database {
        if (!uri.startsWith("postgresql://") && !uri.startsWith("postgres://")) {
            throw new ConfigException(
                    "database.uri",
                    "must begin with postgresql://, e.g. postgresql://sinal:secret@127.0.0.1:5432/sinal");
        }
    }

    /** Key {@code database.uri}, environment {@code SINAL_DATABASE_URI}. */
    public static Database from(Settings settings) {
        return new Database(settings.requireText(
                "database.uri",
                "set SINAL_DATABASE_URI=postgresql://user:password@host:port/database, or start with --embedded-db"));
    }

    /**
     * A pool whose waiting line is bounded: when it is full or the wait is over, the call fails instead of hanging.
     *
     * @param name shows in metrics and in {@code pg_stat_activity}
     * @param size most connections
     * @param statementTimeoutMs the server ends a longer statement
     */
    public Pool pool(Vertx vertx, String name, int size, int statementTimeoutMs) {
        return pool(vertx, name, size, statementTimeoutMs, Duration.ZERO);
    }

    /**
     * The same, for connections that are asked something all the time.
     *
     * @param silence a connection from which nothing comes for so long is closed, as one to a host that went without a word; whole seconds, zero =
     *     never
     */
    public Pool pool(Vertx vertx, String name, int size, int statementTimeoutMs, Duration silence) {
        return pool(vertx, name, size, statementTimeoutMs, silence, Map.of());
    }

    /**
     * The same, for few and long statements that are asked again and again: each is parsed once a connection and planned once, whatever its values. They must be
     * written so that no plan depends on values.
     *
     * @param settings of the server for these connections
     */
    public Pool plannedPool(Vertx vertx, String name, int size, int statementTimeoutMs, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("plan_cache_mode", "force_generic_plan");
        return pool(vertx, name, size, statementTimeoutMs, Duration.ZERO, all);
    }

    private Pool pool(
            Vertx vertx,
            String name,
            int size,
            int statementTimeoutMs,
            Duration silence,
            Map<String, String> settings) {
        PgConnectOptions connect = PgConnectOptions.fromUri(uri);
        connect.setCachePreparedStatements(true);
        connect.setMetricsName(name);
        connect.addProperty("application_name", "sinal-" + name);
        connect.addProperty("statement_timeout", Integer.toString(statementTimeoutMs));
        connect.addProperty("TimeZone", "UTC");
        if (!settings.isEmpty()) {
            connect.setPreparedStatementCacheSqlFilter(sql -> sql.length() < LONGEST_KEPT_SQL);
            settings.forEach(connect::addProperty);
        }
        NetClientOptions transport =
                new NetClientOptions().setTcpKeepAlive(true).setConnectTimeout(CONNECT_TIMEOUT_MS);
        transport.setReadIdleTimeout((int) silence.toSeconds());
        PoolOptions options = new PoolOptions()
                .setName(name)
                .setMaxSize(size)
                .setMaxWaitQueueSize(size * WAITING_PER_CONNECTION)
                .setConnectionTimeout(POOL_WAIT_S)
                .setConnectionTimeoutUnit(TimeUnit.SECONDS);
        vertx.sharedData().<String, Integer>getLocalMap(POOLS).put(name, size);
        return PgBuilder.pool()
                .connectingTo(connect)
                .with(options)
                .with(transport)
                .using(vertx)
                .build();
    }

    /** Most connections that the pools made so far in this process may open together. */
    public static int connectionsOf(Vertx vertx) {
        return vertx.sharedData().<String, Integer>getLocalMap(POOLS).values().stream()
                .mapToInt(Integer::intValue)
                .sum();
    }

    /**
     * Brings a schema to the newest version; two processes may do so at once (Flyway locks).
     *
     * @param schema its scripts are on the class path under {@code db/<schema>}
     */
    public Future<Void> migrate(Vertx vertx, String schema) {
        return vertx.executeBlocking(
                        () -> Flyway.configure(Database.class.getClassLoader())
                                .dataSource(dataSource())
                                .schemas(schema)
                                .defaultSchema(schema)
                                .createSchemas(true)
                                .outOfOrder(true) // scripts of branches that were merged later
                                .locations("classpath:db/" + schema)
                                .loggers("slf4j")
                                .load()
                                .migrate()
                                .migrationsExecuted,
                        false)
                .mapEmpty();
    }

    /** For JDBC work on worker threads. */
    public PGSimpleDataSource dataSource() {
        PgConnectOptions connect = PgConnectOptions.fromUri(uri);
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {connect.getHost()});
        source.setPortNumbers(new int[] {connect.getPort()});
        source.setDatabaseName(connect.getDatabase());
        source.setUser(connect.getUser());
        source.setPassword(connect.getPassword());
        source.setConnectTimeout(CONNECT_TIMEOUT_MS / 1000);
        source.setApplicationName("sinal-migrations");
        return source;
    }

    @Override
    public String toString() {
        PgConnectOptions connect = PgConnectOptions.fromUri(uri);
        return connect.getHost() + ":" + connect.getPort() + "/" + connect.getDatabase();
    }
}
