package dev.sinal.ingest;

import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.AgentManager;
import dev.sinal.contracts.LogEntry;
import dev.sinal.contracts.LslDirectory;
import dev.sinal.contracts.TelemetryStore;
import dev.sinal.contracts.UtcNanos;
import dev.sinal.ingest.bus.AgentRoster;
import dev.sinal.ingest.bus.CollectedOutlets;
import dev.sinal.ingest.bus.Events;
import dev.sinal.ingest.bus.StoreLane;
import dev.sinal.ingest.log.Backlog;
import dev.sinal.ingest.log.DurableLog;
import dev.sinal.ingest.log.LogLimits;
import dev.sinal.ingest.net.BlockEncoder;
import dev.sinal.ingest.net.Collectors;
import dev.sinal.ingest.net.IngestStats;
import dev.sinal.ingest.net.NetworkDirectory;
import dev.sinal.ingest.net.Tools;
import dev.sinal.ingest.sql.LeaseKeeper;
import dev.sinal.lsl.Lsl;
import dev.sinal.lsl.LslConfig;
import dev.sinal.runtime.Health;
import dev.sinal.runtime.NodeContext;
import dev.sinal.runtime.Proxies;
import dev.sinal.runtime.live.WatchedTelemetry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wires the collecting service; everything in it runs on this one event loop, but for encoding and the log's thread. Decides nothing. */
final class IngestVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(IngestVerticle.class);
    private static final String LSL = "lsl";
    private static final Duration STEP = Duration.ofSeconds(4);
    /** Longest stop of a node whose agents others take over while it collects still. */
    private static final Duration HAND_OVER = Duration.ofSeconds(5);

    private final IngestConfig config;
    private final NodeContext node;
    /** What to free, last opened first. */
    private final Deque<Supplier<Future<?>>> opened = new ArrayDeque<>();

    /** What blocking work at start brings. */
    private record Local(DurableLog log, LslBackend lsl) {}

    IngestVerticle(IngestConfig config, NodeContext node) {
        this.config = config;
        this.node = node;
    }

    @Override
    public Future<?> start() {
        return vertx.executeBlocking(this::openLocal, false)
                .compose(local -> {
                    opened.push(local.log()::close);
                    return local.log().backlog().compose(earlier -> wire(local, earlier));
                })
                .recover(e -> stop().transform(done -> Future.failedFuture(e)));
    }

    private Local openLocal() throws IOException {
        LslConfig settings = config.lsl().resolve(System.getenv("LSLAPICFG"));
        LslBackend lsl = LslBackend.open(vertx, config.lsl(), settings);
        LOG.info(
                "LSL settings source={} session={} multicast_port={} backend={}",
                settings.source(),
                settings.sessionId(),
                settings.multicastPort(),
                lsl.description());
        Path folder = node.dataDir().resolve("ingest-log");
        Files.createDirectories(folder);
        LogLimits limits = LogLimits.of(
                config.logMaxBytes() == 0 ? LogLimits.defaultBytes(folder) : config.logMaxBytes(),
                config.logMinFreeBytes() < 0 ? LogLimits.defaultFree(folder) : config.logMinFreeBytes());
        DurableLog log =
                DurableLog.open(folder, limits, task -> context.runOnContext(ignored -> task.run()), UtcNanos::now);
        return new Local(log, lsl);
    }

    private Future<Void> wire(Local local, List<Backlog> earlier) {
        DurableLog log = local.log();
        Random random = new Random();
        Lsl lsl = local.lsl().lsl();
        opened.push(lsl::close);
        node.health().register(LSL, () -> new Health.Status(true, local.lsl().description()));
        opened.push(() -> {
            node.health().unregister(LSL);
            return Future.succeededFuture();
        });
        BlockEncoder encoder = new BlockEncoder(vertx, "sinal-ingest-encode");
        opened.push(encoder::close);
        LeaseKeeper leases = new LeaseKeeper(
                vertx, config.database(), log.id(), node.nodeName(), config.leaseTtl(), random, node.metrics());
        opened.push(leases::close);
        StoreLane lane = new StoreLane(vertx, log, node.metrics());
        opened.push(lane::close);
        opened.push(() -> withinTime(lane.drained(), config.drainWait()));
        LogWatch watch = new LogWatch(vertx, log, encoder, node.metrics(), node.health());
        opened.push(watch::close);
        Events events = new Events(vertx, node.nodeName());
        WatchedTelemetry watched = new WatchedTelemetry(vertx, node.nodeName(), "lsl-ingest", node.metrics());
        opened.push(watched::stop);
        Tools tools = new Tools(
                vertx,
                node.nodeName(),
                lsl,
                log,
                lane,
                events,
                watched,
                encoder,
                new IngestStats(node.metrics()),
                random);
        Collectors collectors = new Collectors(tools, earlier);
        opened.push(() -> {
            collectors.close();
            return Future.succeededFuture();
        });
        AgentManager manager = Proxies.of(vertx, AgentManager.class, Addresses.AGENTS, Duration.ofSeconds(2));
        AgentRoster roster = new AgentRoster(
                vertx, node.nodeId(), node.nodeName(), manager, leases, collectors, log, node.metrics());
        opened.push(() -> withinTime(roster.stop(HAND_OVER), HAND_OVER.plus(STEP)));
        CollectedOutlets collected = new CollectedOutlets(collectors, leases);
        NetworkDirectory directory = new NetworkDirectory(lsl, node.nodeName(), collected::of);
        MessageConsumer<JsonObject> served =
                Proxies.serve(vertx, LslDirectory.class, Addresses.LSL_DIRECTORY, directory);
        opened.push(() -> Proxies.retire(vertx, served));
        tellDamage(log);
        return lane.start()
                .compose(done -> served.completion())
                .compose(done -> watched.start())
                .compose(done -> roster.start());
    }

    private void tellDamage(DurableLog log) {
        DurableLog.Damage damage = log.damage();
        if (damage == null) {
            return;
        }
        TelemetryStore store = Proxies.of(vertx, TelemetryStore.class, Addresses.STORE);
        LogEntry entry = new LogEntry(
                null,
                null,
                UtcNanos.now(),
                "error",
                "lsl-ingest",
                "the durable log of " + node.nodeName() + " was damaged: it was set aside, whole chunks were saved",
                new JsonObject()
                        .put("node", node.nodeName())
                        .put("file", String.valueOf(damage.aside().getFileName()))
                        .put("saved_chunks", damage.saved()));
        tell(store, entry, 60);
    }

    /** The store may start later than this node. */
    private void tell(TelemetryStore store, LogEntry entry, int tries) {
        store.writeLogs(List.of(entry)).onFailure(e -> {
            if (tries > 0) {
                vertx.setTimer(5_000, ignored -> tell(store, entry, tries - 1));
            }
        });
    }

    private Future<Void> withinTime(Future<Void> work, Duration most) {
        if (most.isZero()) {
            return Future.succeededFuture();
        }
        Promise<Void> done = Promise.promise();
        long timer = vertx.setTimer(most.toMillis(), ignored -> done.tryComplete());
        work.onComplete(ended -> {
            vertx.cancelTimer(timer);
            done.tryComplete();
        });
        return done.future();
    }

    @Override
    public Future<?> stop() {
        Future<?> chain = Future.succeededFuture();
        while (!opened.isEmpty()) {
            Supplier<Future<?>> next = opened.pop();
            chain = chain.transform(done -> next.get().otherwiseEmpty().mapEmpty());
        }
        return chain.otherwiseEmpty();
    }
}
