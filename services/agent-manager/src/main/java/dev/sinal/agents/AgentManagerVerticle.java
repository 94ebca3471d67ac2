package dev.sinal.agents;

import dev.sinal.agents.bus.AgentManagerService;
import dev.sinal.agents.bus.AgentsMetrics;
import dev.sinal.agents.bus.LogOutbox;
import dev.sinal.agents.bus.StatusNews;
import dev.sinal.agents.sql.AgentTable;
import dev.sinal.agents.sql.NodeTable;
import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.AgentManager;
import dev.sinal.contracts.TelemetryStore;
import dev.sinal.runtime.Health;
import dev.sinal.runtime.NodeContext;
import dev.sinal.runtime.Proxies;
import dev.sinal.runtime.sql.Database;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wires agent-manager, serves it at once, and gives it its schema as soon as the database answers. Decides nothing about agents. */
final class AgentManagerVerticle extends VerticleBase {
    static final String SCHEMA = "agents";

    private static final Logger LOG = LoggerFactory.getLogger(AgentManagerVerticle.class);
    private static final String PART = "agent-manager";
    private static final long LOOK_MS = 1_000;
    private static final long LAST_RETRY_MS = 5_000;
    private static final int STATEMENT_TIMEOUT_MS = 5_000;
    private static final long CLOSE_MS = 2_000;

    private final NodeContext node;
    private final AgentsConfig config;
    private final Database database;

    private @Nullable Pool pool;
    private @Nullable AgentManagerService service;
    private @Nullable LogOutbox logs;
    private @Nullable MessageConsumer<JsonObject> consumer;
    private final AgentsMetrics metrics;
    private long timer = -1;
    private boolean stopping;
    /** When this manager could last not hear reports, System.nanoTime(): only silence since then is the collectors'. */
    private long deafUntil;

    private volatile Health.Status status = Health.Status.notReady("waiting for the database");

    AgentManagerVerticle(NodeContext node, AgentsConfig config, Database database) {
        this.node = node;
        this.config = config;
        this.database = database;
        this.metrics = new AgentsMetrics(node.metrics());
    }

    @Override
    public Future<?> start() {
        Pool openPool = database.pool(vertx, SCHEMA, config.poolSize(), STATEMENT_TIMEOUT_MS);
        pool = openPool;
        TelemetryStore store = Proxies.of(vertx, TelemetryStore.class, Addresses.STORE);
        LogOutbox outbox = new LogOutbox(vertx, store, config.logQueue(), metrics);
        logs = outbox;
        AgentManagerService agents = new AgentManagerService(
                vertx,
                new AgentTable(openPool),
                new NodeTable(openPool, config.silence()),
                new StatusNews(vertx, outbox, metrics),
                outbox,
                metrics,
                config.silence(),
                config.maxAgents());
        service = agents;
        node.health().register(PART, () -> status);
        MessageConsumer<JsonObject> serving = Proxies.serve(vertx, AgentManager.class, Addresses.AGENTS, agents);
        consumer = serving;
        migrate(agents, 250);
        return serving.completion();
    }

    @Override
    public Future<?> stop() {
        stopping = true;
        status = Health.Status.notReady("stopping");
        vertx.cancelTimer(timer);
        Future<Void> unregistered = consumer == null ? Future.succeededFuture() : Proxies.retire(vertx, consumer);
        return unregistered
                .compose(done -> {
                    if (service != null) {
                        service.close();
                    }
                    return logs == null ? Future.succeededFuture() : logs.close();
                })
                .timeout(CLOSE_MS, TimeUnit.MILLISECONDS)
                .otherwiseEmpty()
                .compose(done -> pool == null ? Future.succeededFuture() : pool.close())
                .otherwiseEmpty()
                .onComplete(done -> node.health().unregister(PART));
    }

    private void migrate(AgentManagerService agents, long retryMs) {
        database.migrate(vertx, SCHEMA)
                .onComplete(
                        done -> {
                            if (!stopping) {
                                agents.open();
                                deafUntil = System.nanoTime();
                                look(agents);
                            }
                        },
                        failure -> {
                            if (!stopping) {
                                LOG.warn(
                                        "agents.schema.waiting database={} retry_ms={} cause={}",
                                        database,
                                        retryMs,
                                        String.valueOf(failure.getMessage())
                                                .lines()
                                                .findFirst()
                                                .orElse(""));
                                long next = Math.min(2 * retryMs, LAST_RETRY_MS);
                                timer = vertx.setTimer(retryMs, fired -> migrate(agents, next));
                            }
                        });
    }

    /** Once a second: is the database there, and who has gone silent? */
    private void look(AgentManagerService agents) {
        agents.count()
                .compose(done -> heardLongEnough() ? agents.lookForSilence() : Future.succeededFuture())
                .onComplete(done -> status = Health.Status.ok(), failure -> {
                    deafUntil = System.nanoTime();
                    status = Health.Status.notReady("the database does not answer");
                })
                .onComplete(done -> {
                    if (!stopping) {
                        timer = vertx.setTimer(LOOK_MS, fired -> look(agents));
                    }
                });
    }

    private boolean heardLongEnough() {
        return System.nanoTime() - deafUntil > config.silence().toNanos();
    }
}
