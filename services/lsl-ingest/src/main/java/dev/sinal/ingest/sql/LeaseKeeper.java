package dev.sinal.ingest.sql;

import dev.sinal.ingest.bus.LeaseRow;
import dev.sinal.ingest.bus.Leases;
import dev.sinal.ingest.bus.Member;
import dev.sinal.ingest.domain.Placement;
import dev.sinal.runtime.sql.Database;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the leases of this node. When the database is away it goes on holding what it held: LSL is passive, two collectors of a stream
 * only make two epochs; who must be alone asks {@link #certain}. Used on one event loop.
 */
public final class LeaseKeeper implements Leases {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);
    /** After a pause of the database the holders shall renew before others may take. */
    private static final Duration SETTLED = Duration.ofSeconds(5);
    /** Left between the last moment that a lease is certain and its end. */
    private static final Duration MARGIN = Duration.ofSeconds(2);
    /** A server that says nothing for so long is gone, also when its host went without a word. Longer than a pause between rounds. */
    private static final Duration SILENCE = Duration.ofSeconds(5);

    private static final long ANSWER_S = 4;
    private static final int JITTER_MS = 3_000;
    private static final int TAKES_PER_ROUND = 64;
    private static final long RENEW_MS = 3_000;
    private static final long NEAR_END_MS = 3_000;
    private static final long LOOK_MS = 500;
    private static final long PASSING_MS = 50;
    /** How much later each next node takes a free lease, should those before it be deaf. */
    private static final long RANK_MS = 800;
    /** How long one is kept for the heir that it was left to. */
    private static final long HEIR_MS = 3_000;

    private final Vertx vertx;
    private final Database database;
    private final Pool pool;
    private final AgentLeases leases;
    private final String owner;
    private final String node;
    private final long ttlNs;
    private final RandomGenerator random;
    private final LeaseMetrics metrics;
    private final Map<String, Long> held = new HashMap<>();
    /** Until when a lease cannot have expired, System.nanoTime(). */
    private final Map<String, Long> certainUntil = new HashMap<>();

    private final Map<String, Long> freeSince = new HashMap<>();
    private Map<String, LeaseRow> rows = Map.of();
    private List<Member> others = List.of();
    private @Nullable JsonObject toldOutlets;
    private boolean migrated;
    private @Nullable Future<Void> migrating;
    private boolean answering;
    private long settledAtNs;
    private int failures;
    private long nextRoundMs = RENEW_MS;
    /** A lease went to somebody in the middle of the last round. */
    private boolean passing;

    public LeaseKeeper(
            Vertx vertx,
            Database database,
            String owner,
            String node,
            Duration ttl,
            RandomGenerator random,
            MeterRegistry metrics) {
        this.vertx = vertx;
        this.database = database;
        this.pool = database.pool(vertx, "ingest-leases", 1, 2_000, SILENCE);
        this.leases = new AgentLeases(pool, owner, node, ttl);
        this.owner = owner;
        this.node = node;
        this.ttlNs = ttl.toNanos();
        this.random = random;
        this.metrics = new LeaseMetrics(metrics);
    }

    @Override
    public String owner() {
        return owner;
    }

    /** Goes on under a lease of the last run, before the database could be asked; not if it answers already. */
    @Override
    public void assume(String agentId, long fence) {
        held.putIfAbsent(agentId, fence);
    }

    @Override
    public Map<String, Long> held() {
        return Map.copyOf(held);
    }

    @Override
    public long fence(String agentId) {
        return held.getOrDefault(agentId, 0L);
    }

    @Override
    public boolean certain(String agentId) {
        Long until = certainUntil.get(agentId);
        return held.containsKey(agentId) && until != null && System.nanoTime() - until < 0;
    }

    @Override
    public boolean answering() {
        return answering;
    }

    @Override
    public List<Member> others() {
        return others;
    }

    @Override
    public @Nullable LeaseRow row(String agentId) {
        return rows.get(agentId);
    }

    @Override
    public long nextRoundMs() {
        return nextRoundMs;
    }

    /** Completes when {@link #held} is up to date. */
    @Override
    public Future<Void> round(Round round) {
        // A server that is there and says nothing must not hold up who is to be collected: the answer may come late and
        // is forgotten then.
        return ready().timeout(ANSWER_S, TimeUnit.SECONDS)
                .compose(done -> renew(round))
                .compose(seen -> take(round, seen))
                .recover(e -> {
                    if (failures++ == 0) {
                        LOG.warn("leases cannot be renewed, collection goes on error={}", e.getMessage());
                    }
                    metrics.failures.increment();
                    answering = false;
                    nextRoundMs = LOOK_MS + random.nextInt((int) LOOK_MS);
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

    private Future<AgentLeases.Seen> renew(Round round) {
        JsonObject outlets = new JsonObject();
        round.outlets().forEach((uid, agents) -> outlets.put(uid, new JsonArray(agents)));
        boolean told = outlets.equals(toldOutlets);
        Map<String, Long> asked = Map.copyOf(held);
        long sentNs = System.nanoTime();
        return leases.round(round, asked, told ? null : outlets)
                .timeout(ANSWER_S, TimeUnit.SECONDS)
                .map(seen -> {
                    toldOutlets = outlets;
                    answered(sentNs);
                    rows = seen.rows();
                    others = seen.others();
                    metrics.nodes.set(1 + others.size());
                    seen.renewed().forEach(agentId -> certain(agentId, sentNs));
                    Set<String> lost = new HashSet<>(asked.keySet());
                    lost.removeAll(seen.renewed());
                    // One that was taken or let go while this was under way is not lost.
                    lost.removeIf(agentId -> !Objects.equals(asked.get(agentId), held.get(agentId)));
                    // Taken while the statement ran: it saw the row as it was before. Who has it now, the next round
                    // says.
                    passing = lost.removeIf(agentId -> {
                        LeaseRow row = seen.rows().get(agentId);
                        return row != null
                                && owner.equals(row.owner())
                                && Objects.equals(row.fence(), held.get(agentId));
                    });
                    lost.forEach(this::lost);
                    return seen;
                });
    }

    private void lost(String agentId) {
        LOG.info("a lease has gone to another node agent={}", agentId);
        forget(agentId);
        metrics.lost.increment();
    }

    private void forget(String agentId) {
        held.remove(agentId);
        certainUntil.remove(agentId);
        metrics.held.set(held.size());
    }

    private void certain(String agentId, long sentNs) {
        certainUntil.put(agentId, sentNs + ttlNs - MARGIN.toNanos());
    }

    private void answered(long sentNs) {
        metrics.renewal.record(System.nanoTime() - sentNs, TimeUnit.NANOSECONDS);
        metrics.renewedNs.set(System.nanoTime());
        if (!answering) {
            answering = true;
            settledAtNs = System.nanoTime() + SETTLED.toNanos() + random.nextInt(JITTER_MS) * 1_000_000L;
            toldOutlets = null;
            if (failures > 0) {
                LOG.info("the database answers again");
            }
            failures = 0;
        }
    }

    private Future<Void> take(Round round, AgentLeases.Seen seen) {
        boolean settled = System.nanoTime() - settledAtNs >= 0;
        List<Placement.Free> free = new ArrayList<>();
        List<String> now = new ArrayList<>();
        long next = Math.min(RENEW_MS, ttlNs / 3_000_000);
        for (Wanted wanted : round.wanted()) {
            String agentId = wanted.agentId();
            if (held.containsKey(agentId)) {
                continue;
            }
            LeaseRow row = seen.rows().get(agentId);
            if (row != null && owner.equals(row.owner())) {
                now.add(agentId); // ours, from before a restart, or given back
            } else if (row == null || row.free() || (settled && row.leftMs() <= 0)) {
                free.add(new Placement.Free(agentId, wanted.node(), row == null ? null : row.heir()));
            } else if (row.leftMs() < NEAR_END_MS) {
                next = Math.min(next, 2 * LOOK_MS);
            }
        }
        freeSince.keySet().retainAll(free.stream().map(Placement.Free::agentId).toList());
        now.addAll(ourTurn(round, free));
        if (!round.draining() && !free.isEmpty()) {
            next = LOOK_MS;
        }
        nextRoundMs = passing ? PASSING_MS : next + random.nextInt(1 + (int) (next / 10));
        List<String> most = now.subList(0, Math.min(TAKES_PER_ROUND, now.size()));
        if (most.isEmpty()) {
            return Future.succeededFuture();
        }
        long sentNs = System.nanoTime();
        return leases.take(most, settled).timeout(ANSWER_S, TimeUnit.SECONDS).map(fences -> {
            fences.forEach((agentId, fence) -> took(agentId, fence, sentNs));
            return null;
        });
    }

    private List<String> ourTurn(Round round, List<Placement.Free> free) {
        List<Placement.Node> nodes = new ArrayList<>();
        others.stream().filter(one -> !one.draining()).forEach(one -> nodes.add(one.placed()));
        if (!round.draining()) {
            nodes.add(new Placement.Node(owner, node, round.load(), held.size()));
        }
        long nowNs = System.nanoTime();
        List<String> ours = new ArrayList<>();
        Set<String> heirs = new HashSet<>();
        free.stream().filter(one -> one.heir() != null).forEach(one -> heirs.add(one.agentId()));
        Placement.ranks(owner, nodes, free).forEach((agentId, rank) -> {
            long since = freeSince.computeIfAbsent(agentId, id -> nowNs);
            boolean anothers = rank > 0 && heirs.contains(agentId);
            if (nowNs - since >= (anothers ? HEIR_MS : rank * RANK_MS) * 1_000_000) {
                ours.add(agentId);
            }
        });
        ours.sort(null);
        return ours;
    }

    private void took(String agentId, long fence, long sentNs) {
        LOG.info("a lease is taken agent={} fence={}", agentId, fence);
        held.put(agentId, fence);
        certain(agentId, sentNs);
        freeSince.remove(agentId);
        metrics.held.set(held.size());
        metrics.taken.increment();
    }

    @Override
    public Future<Boolean> takeOver(String agentId) {
        LeaseRow row = rows.get(agentId);
        if (row == null || held.containsKey(agentId)) {
            return Future.succeededFuture(false);
        }
        long sentNs = System.nanoTime();
        return leases.takeOver(agentId, row.fence())
                .timeout(ANSWER_S, TimeUnit.SECONDS)
                .map(fence -> {
                    if (fence == null) {
                        return false;
                    }
                    LOG.info("an agent is taken over agent={} from={} fence={}", agentId, row.node(), fence);
                    held.put(agentId, fence);
                    certain(agentId, sentNs);
                    metrics.held.set(held.size());
                    metrics.takenOver.increment();
                    return true;
                })
                .otherwise(false);
    }

    @Override
    public Future<Void> propose(String agentId, JsonObject cuts) {
        return quietly(leases.propose(agentId, fence(agentId), cuts));
    }

    @Override
    public Future<Void> arrived(String agentId) {
        return quietly(leases.arrived(agentId, fence(agentId)));
    }

    @Override
    public Future<Void> giveBack(String agentId) {
        long fence = fence(agentId);
        forget(agentId);
        metrics.givenBack.increment();
        return quietly(leases.giveBack(agentId, fence));
    }

    @Override
    public Future<Void> answer(String agentId, long fence, JsonObject answer) {
        return quietly(leases.answer(agentId, fence, answer));
    }

    @Override
    public Future<Void> invite(String agentId, String heir) {
        return quietly(leases.invite(agentId, fence(agentId), heir));
    }

    @Override
    public Future<Void> release(String agentId, @Nullable String heir) {
        Long fence = held.get(agentId);
        forget(agentId);
        return fence == null ? Future.succeededFuture() : quietly(leases.release(agentId, fence, heir));
    }

    @Override
    public Future<Map<String, List<String>>> collectedElsewhere(Set<String> uids) {
        return leases.collectedElsewhere(uids).timeout(1, TimeUnit.SECONDS).otherwise(Map.of());
    }

    /** What fails is tried again with the next round. */
    private static Future<Void> quietly(Future<?> work) {
        return work.timeout(ANSWER_S, TimeUnit.SECONDS).<Void>mapEmpty().otherwiseEmpty();
    }

    /** The other nodes need not wait for this one to be missed. */
    public Future<Void> close() {
        return (answering ? quietly(leases.leave()) : Future.<Void>succeededFuture()).transform(done -> pool.close());
    }
}
