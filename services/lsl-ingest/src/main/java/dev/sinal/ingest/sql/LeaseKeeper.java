package dev.sinal.ingest.sql;

import dev.sinal.ingest.bus.Leases;
import dev.sinal.runtime.sql.Database;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the leases of this node. When the database is away it goes on holding what it held: LSL is passive, two collectors of a stream
 * only make two epochs. Used on one event loop.
 */
public final class LeaseKeeper implements Leases {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);
    /** After a pause of the database the holders shall renew before others may take. */
    private static final Duration SETTLED = Duration.ofSeconds(5);

    private static final long ANSWER_S = 4;
    private static final int JITTER_MS = 3_000;
    private static final int TAKES_PER_ROUND = 64;

    private final Vertx vertx;
    private final Database database;
    private final Pool pool;
    private final AgentLeases leases;
    private final RandomGenerator random;
    private final Map<String, Long> held = new HashMap<>();
    private boolean migrated;
    private @Nullable Future<Void> migrating;
    private boolean answering;
    private long settledAtNs;
    private int failures;

    public LeaseKeeper(
            Vertx vertx, Database database, String owner, String node, Duration ttl, RandomGenerator random) {
        this.vertx = vertx;
        this.database = database;
        this.pool = database.pool(vertx, "ingest-leases", 1, 2_000);
        this.leases = new AgentLeases(pool, owner, node, ttl);
        this.random = random;
    }

    /** Goes on under a lease of the last run, before the database could be asked; not if it answers already. */
    @Override
    public void assume(String agentId, long fence) {
        held.putIfAbsent(agentId, fence);
    }

    /** Agents held, with their fences. */
    @Override
    public Map<String, Long> held() {
        return Map.copyOf(held);
    }

    @Override
    public long fence(String agentId) {
        return held.getOrDefault(agentId, 0L);
    }

    /** Whether the database answered the last time. */
    @Override
    public boolean answering() {
        return answering;
    }

    /** Renews what is held and takes what is free of these. Never fails. @param wanted ids @return completes when {@link #held} is up to date */
    @Override
    public Future<Void> round(List<String> wanted) {
        // A server that is there and says nothing must not hold up who is to be collected: the answer may come late and
        // is forgotten then.
        return ready().timeout(ANSWER_S, TimeUnit.SECONDS)
                .compose(done -> leases.renew(held).timeout(ANSWER_S, TimeUnit.SECONDS))
                .compose(still -> {
                    answered();
                    Set<String> lost = new HashSet<>(held.keySet());
                    lost.removeAll(still);
                    lost.forEach(agentId -> {
                        LOG.warn("a lease is lost to another node agent={}", agentId);
                        held.remove(agentId);
                    });
                    return takeAll(wanted);
                })
                .recover(e -> {
                    if (failures++ == 0) {
                        LOG.warn("leases cannot be renewed, collection goes on error={}", e.getMessage());
                    }
                    answering = false;
                    return Future.succeededFuture();
                });
    }

    private Future<Void> ready() {
        if (migrated) {
            return Future.succeededFuture();
        }
        if (migrating == null) {
            migrating = database.migrate(vertx, "ingest").onComplete(done -> {
                migrated = done.succeeded();
                migrating = null;
            });
        }
        return migrating;
    }

    private void answered() {
        if (!answering) {
            answering = true;
            settledAtNs = System.nanoTime() + SETTLED.toNanos() + random.nextInt(JITTER_MS) * 1_000_000L;
            if (failures > 0) {
                LOG.info("the database answers again");
            }
            failures = 0;
        }
    }

    private Future<Void> takeAll(List<String> wanted) {
        boolean expiredToo = System.nanoTime() - settledAtNs >= 0;
        Future<Void> chain = Future.succeededFuture();
        int takes = 0;
        for (String agentId : wanted) {
            if (!held.containsKey(agentId) && takes++ < TAKES_PER_ROUND) {
                chain = chain.compose(done -> leases.take(agentId, expiredToo).timeout(ANSWER_S, TimeUnit.SECONDS))
                        .map(fence -> took(agentId, fence));
            }
        }
        return chain;
    }

    private Void took(String agentId, OptionalLong fence) {
        fence.ifPresent(value -> {
            LOG.info("a lease is taken agent={} fence={}", agentId, value);
            held.put(agentId, value);
        });
        return null;
    }

    /** Lets go; another node may take it at once. */
    @Override
    public Future<Void> release(String agentId) {
        Long fence = held.remove(agentId);
        return fence == null
                ? Future.succeededFuture()
                : leases.release(agentId, fence).otherwiseEmpty();
    }

    public Future<Void> close() {
        return pool.close();
    }
}
