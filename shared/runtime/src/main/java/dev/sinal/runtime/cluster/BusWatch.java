package dev.sinal.runtime.cluster;

import dev.sinal.contracts.Addresses;
import dev.sinal.runtime.Health;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tests the bus from this node's point of view, for as long as it runs: asks every member at its own address, keeps the cluster's list of
 * addresses right, and says in health how things stand. A node is ready once the cluster's data have their copies and every member has
 * answered once (the first request to a peer takes up to seconds, which no user should wait for); afterwards trouble is a remark, unless
 * most peers stay out of reach.
 */
public final class BusWatch extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(BusWatch.class);
    private static final String PART = "cluster";
    private static final JsonObject QUESTION = new JsonObject();

    private final Cluster cluster;
    private final Health health;
    private final Pace pace;
    private final PeerBook book;
    private final Promise<String> lost = Promise.promise();
    private final Timer ping;
    private final Counter failures;
    private final Counter registrationsHealed;
    private final Counter sendersHealed;
    private final Counter ghostsRemoved;
    private volatile Health.Status status = Health.Status.notReady("joining the cluster");
    private volatile int members;
    private volatile int failing;
    private volatile boolean safe;
    private @Nullable WorkerExecutor worker;
    private boolean wasReady;
    private boolean stopping;
    private long timer = -1;

    /**
     * @param round between self-tests @param warmUp the same until this node is ready @param timeout of one question
     * @param limits of patience
     */
    record Pace(Duration round, Duration warmUp, Duration timeout, PeerBook.Limits limits) {
        /** Two nodes that lose each other do not both give up in the same second. */
        static Pace jittered() {
            return new Pace(
                    Duration.ofSeconds(5),
                    Duration.ofMillis(250),
                    Duration.ofSeconds(3),
                    new PeerBook.Limits(
                            Duration.ofSeconds(10),
                            3,
                            Duration.ofSeconds(60 + ThreadLocalRandom.current().nextInt(30))));
        }
    }

    public BusWatch(Cluster cluster, Health health, MeterRegistry metrics) {
        this(cluster, health, metrics, Pace.jittered());
    }

    BusWatch(Cluster cluster, Health health, MeterRegistry metrics, Pace pace) {
        this.cluster = cluster;
        this.health = health;
        this.pace = pace;
        this.book = new PeerBook(pace.limits());
        ping = Timer.builder("sinal.cluster.ping")
                .description("Round trip of the bus self-test")
                .publishPercentileHistogram(false)
                .register(metrics);
        failures = counter(metrics, "sinal.cluster.ping.failures", null);
        registrationsHealed = counter(metrics, "sinal.cluster.heals", "registrations");
        sendersHealed = counter(metrics, "sinal.cluster.heals", "senders");
        ghostsRemoved = counter(metrics, "sinal.cluster.heals", "ghosts");
        metrics.gauge("sinal.cluster.members", this, watch -> watch.members);
        metrics.gauge("sinal.cluster.peers.failing", this, watch -> watch.failing);
        metrics.gauge("sinal.cluster.safe", this, watch -> watch.safe ? 1 : 0);
    }

    /** Completes with the reason when this node's part of the bus cannot be healed; never fails. */
    public Future<String> lost() {
        return lost.future();
    }

    @Override
    public Future<?> start() {
        health.register(PART, () -> status);
        worker = vertx.createSharedWorkerExecutor("sinal-cluster", 1);
        return vertx.eventBus()
                .consumer(
                        Addresses.nodePing(cluster.self().nodeId()),
                        message -> message.reply(cluster.self().toJson()))
                .completion()
                .onSuccess(registered -> round());
    }

    @Override
    public Future<?> stop() {
        stopping = true;
        vertx.cancelTimer(timer);
        health.unregister(PART);
        return worker == null ? Future.succeededFuture() : worker.close();
    }

    private void round() {
        if (stopping) {
            return;
        }
        List<Peer> peers = cluster.registry().peers();
        members = cluster.registry().members();
        book.listed(peers, System.nanoTime());
        Future<?> asked = peers.isEmpty()
                ? Future.succeededFuture()
                : Future.join(peers.stream().map(this::ask).toList());
        asked.transform(answers -> look()).onComplete(looked -> {
            conclude();
            if (!stopping) {
                timer = vertx.setTimer((wasReady ? pace.round() : pace.warmUp()).toMillis(), tick -> round());
            }
        });
    }

    private Future<?> ask(Peer peer) {
        long begin = System.nanoTime();
        DeliveryOptions options =
                new DeliveryOptions().setSendTimeout(pace.timeout().toMillis());
        return vertx.eventBus()
                .request(Addresses.nodePing(peer.nodeId()), QUESTION, options)
                .onSuccess(answer -> {
                    ping.record(System.nanoTime() - begin, TimeUnit.NANOSECONDS);
                    book.answered(peer.nodeId());
                })
                .onFailure(failure -> silent(peer, failure));
    }

    private void silent(Peer peer, Throwable failure) {
        failures.increment();
        LOG.debug("no answer on the bus peer={} cause={}", peer.node(), failure.toString());
        if (book.failed(peer.nodeId(), System.nanoTime()) && !stopping) {
            LOG.warn("a listed peer does not answer on the bus, reading its addresses again peer={}", peer.node());
            sendersHealed.increment();
            cluster.registry().refreshSenders();
        }
    }

    private Future<Void> look() {
        if (worker == null || stopping) {
            return Future.succeededFuture();
        }
        return worker.executeBlocking(() -> {
                    // Until ready the whole cluster is asked; a member may be slow to answer, so later only this one.
                    safe = wasReady
                            ? cluster.registry().localSafe()
                            : cluster.registry().clusterSafe();
                    return cluster.registry().audit();
                })
                .onSuccess(this::tell)
                .onFailure(failure -> LOG.debug("the cluster could not be looked at", failure))
                .mapEmpty();
    }

    private void tell(ClusterRegistry.Audit audit) {
        if (audit.restored() > 0) {
            LOG.warn("addresses of this node were missing in the cluster and were put back n={}", audit.restored());
            registrationsHealed.increment(audit.restored());
        }
        if (audit.ghosts() > 0) {
            LOG.warn("addresses of nodes that are gone were removed n={}", audit.ghosts());
            ghostsRemoved.increment(audit.ghosts());
        }
    }

    private void conclude() {
        long now = System.nanoTime();
        failing = book.failing();
        if (book.lost(now)) {
            status = Health.Status.notReady("most of the cluster is out of reach on the bus; " + remarks(now));
            lost.tryComplete(String.join("; ", book.remarks(now)));
            return;
        }
        List<String> awaited = book.awaited(now);
        if (!wasReady && !safe) {
            status = Health.Status.notReady("the cluster's data do not have their copies yet; " + remarks(now));
        } else if (!wasReady && !awaited.isEmpty()) {
            status = Health.Status.notReady(
                    "waiting for a first answer of " + String.join(", ", awaited) + "; " + remarks(now));
        } else {
            wasReady = true;
            status = new Health.Status(true, remarks(now));
        }
    }

    private String remarks(long now) {
        StringBuilder remarks = new StringBuilder("members: ").append(members);
        if (!safe) {
            remarks.append("; not every partition has its copy");
        }
        book.remarks(now).forEach(remark -> remarks.append("; ").append(remark));
        return remarks.toString();
    }

    private static Counter counter(MeterRegistry metrics, String name, @Nullable String what) {
        Counter.Builder builder = Counter.builder(name);
        return (what == null ? builder : builder.tag("what", what)).register(metrics);
    }
}
