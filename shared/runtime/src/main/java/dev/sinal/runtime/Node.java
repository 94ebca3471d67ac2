package dev.sinal.runtime;

import dev.sinal.contracts.BusVersion;
import dev.sinal.runtime.SinalModule.Running;
import dev.sinal.runtime.SinalModule.Starter;
import dev.sinal.runtime.cluster.BusWatch;
import dev.sinal.runtime.cluster.Cluster;
import dev.sinal.runtime.cluster.ClusterConfig;
import dev.sinal.runtime.cluster.Peer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.serviceproxy.ServiceException;
import io.vertx.serviceproxy.ServiceExceptionMessageCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process of the suite: one Vert.x, the modules that were asked for, health and metrics. The same whether it runs all services or one.
 */
public final class Node {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);

    private final Vertx vertx;
    private final NodeConfig config;
    private final NodeContext context;
    /** Null on a local bus. */
    private final @Nullable BusWatch watch;

    private final Map<String, Running> running = new LinkedHashMap<>();
    private @Nullable Management management;
    private @Nullable Future<Void> stopping;

    private Node(Vertx vertx, NodeConfig config, NodeContext context, @Nullable BusWatch watch) {
        this.vertx = vertx;
        this.config = config;
        this.context = context;
        this.watch = watch;
    }

    /**
     * Starts the modules in their order. When one fails, those already started are stopped again and the future fails with its reason.
     *
     * @param modules by name, configured
     */
    public static Future<Node> start(NodeConfig config, Map<String, Starter> modules) {
        return start(config, modules, BusVersion.CURRENT);
    }

    static Future<Node> start(NodeConfig config, Map<String, Starter> modules, int busVersion) {
        prepare(config.dataDir());
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        String nodeId = UUID.randomUUID().toString();
        // Free of any context: when a start fails, Vert.x and its event loops are gone before the reason is told.
        Promise<Node> started = Promise.promise();
        bus(config, nodeId, busVersion, registry)
                .onFailure(started::fail)
                .onSuccess(bus -> startOn(bus, nodeId, config, modules, registry, started));
        return started.future();
    }

    private static void startOn(
            Bus bus,
            String nodeId,
            NodeConfig config,
            Map<String, Starter> modules,
            PrometheusMeterRegistry registry,
            Promise<Node> started) {
        Vertx vertx = bus.vertx();
        vertx.eventBus().registerDefaultCodec(ServiceException.class, new ServiceExceptionMessageCodec());
        NodeMetrics.bind(registry, vertx, config.name());
        NodeContext context = new NodeContext(vertx, nodeId, config.name(), config.dataDir(), registry, new Health());
        BusWatch watch = bus.cluster() == null ? null : new BusWatch(bus.cluster(), context.health(), registry);
        Node node = new Node(vertx, config, context, watch);
        node.startModules(modules, registry).onComplete(outcome -> {
            if (outcome.succeeded()) {
                started.complete(node);
            } else {
                node.stop().onComplete(stopped -> started.fail(outcome.cause()));
            }
        });
    }

    public NodeContext context() {
        return context;
    }

    /** A started module, or null. */
    public @Nullable Running module(String name) {
        return running.get(name);
    }

    /** Port of {@code /health/*} and {@code /metrics}; -1 when there is none. */
    public int managementPort() {
        return management == null ? -1 : management.port();
    }

    /**
     * Completes with the reason when this node cannot reach most of the cluster and cannot be healed: a fresh start may help. Never on a
     * local bus, never fails.
     */
    public Future<String> lost() {
        return watch == null ? Future.future(never -> {}) : watch.lost();
    }

    /**
     * Not ready at once, then the modules, last started first, then the bus. Completes within {@link NodeConfig#stopWithin}, also when a
     * part hangs; may be called twice.
     */
    public synchronized Future<Void> stop() {
        if (stopping == null) {
            context.health().stopping();
            StopBudget budget = new StopBudget(config.stopWithin(), running.size(), System::nanoTime);
            List<Map.Entry<String, Running>> order = new ArrayList<>(running.entrySet());
            Collections.reverse(order);
            Future<Void> stopped = Future.succeededFuture();
            for (Map.Entry<String, Running> module : order) {
                stopped = stopped.compose(done -> stopModule(module.getKey(), module.getValue(), budget));
            }
            Promise<Void> ended = Promise.promise();
            stopped.onComplete(done -> leave(budget).onComplete(ended));
            stopping = ended.future();
        }
        return stopping;
    }

    private Future<Void> stopModule(String name, Running module, StopBudget budget) {
        long begin = System.nanoTime();
        return module.stop()
                .timeout(budget.nextModuleMs(), TimeUnit.MILLISECONDS)
                .onSuccess(
                        done -> LOG.info("module stopped name={} ms={}", name, (System.nanoTime() - begin) / 1_000_000))
                .onFailure(failure -> LOG.warn("module did not stop cleanly name={}", name, failure))
                .otherwiseEmpty();
    }

    /** The management port answers until the very end. Futures of a closed Vert.x never complete: the limit is not one of its timers. */
    private Future<Void> leave(StopBudget budget) {
        Promise<Void> left = Promise.promise();
        vertx.close().onComplete(left);
        return left.future()
                .timeout(budget.restMs(), TimeUnit.MILLISECONDS)
                .onFailure(failure -> LOG.warn("the bus was not left cleanly", failure))
                .otherwiseEmpty();
    }

    private Future<Void> startModules(Map<String, Starter> modules, PrometheusMeterRegistry registry) {
        Future<Void> started = Future.succeededFuture();
        if (config.managementPort() >= 0) {
            started = Management.start(vertx, config, context.health(), registry)
                    .onSuccess(server -> management = server)
                    .mapEmpty();
        }
        if (watch != null) {
            BusWatch verticle = watch;
            started = started.compose(done -> vertx.deployVerticle(verticle).mapEmpty());
        }
        for (Map.Entry<String, Starter> module : modules.entrySet()) {
            started = started.compose(done -> startModule(module.getKey(), module.getValue()));
        }
        return started;
    }

    private Future<Void> startModule(String name, Starter starter) {
        long begin = System.nanoTime();
        return starter.start(context)
                .onSuccess(module -> {
                    running.put(name, module);
                    LOG.info("module started name={} ms={}", name, (System.nanoTime() - begin) / 1_000_000);
                })
                .mapEmpty();
    }

    private static Future<Bus> bus(NodeConfig config, String nodeId, int busVersion, PrometheusMeterRegistry registry) {
        VertxOptions options = new VertxOptions()
                .setPreferNativeTransport(false)
                .setWarningExceptionTime(2)
                .setWarningExceptionTimeUnit(TimeUnit.SECONDS)
                .setMaxEventLoopExecuteTime(1)
                .setMaxEventLoopExecuteTimeUnit(TimeUnit.SECONDS)
                .setMetricsOptions(NodeMetrics.ofVertx());
        VertxBuilder builder = Vertx.builder().withMetrics(new MicrometerMetricsFactory(registry));
        NodeConfig.Cluster cluster = config.cluster();
        if (cluster == null) {
            return Future.succeededFuture(new Bus(builder.with(options).build(), null));
        }
        EventBusOptions eventBus = new EventBusOptions()
                .setHost(cluster.host())
                .setClusterPingInterval(2_000)
                .setClusterPingReplyInterval(3_000);
        if (cluster.tls() != null) {
            cluster.tls().apply(eventBus);
        }
        options.setEventBusOptions(eventBus);
        Peer self = new Peer(nodeId, config.name(), Release.version(), busVersion);
        return Cluster.join(
                        builder.with(options),
                        new ClusterConfig(cluster.host(), cluster.port(), cluster.discovery(), cluster.clusterName()),
                        self)
                .map(joined -> new Bus(joined.vertx(), joined));
    }

    /** @param cluster null on a local bus */
    private record Bus(Vertx vertx, @Nullable Cluster cluster) {}

    private static void prepare(Path dataDir) {
        try {
            Files.createDirectories(dataDir);
            if (dataDir.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.setPosixFilePermissions(dataDir, PosixFilePermissions.fromString("rwx------"));
            }
        } catch (IOException e) {
            throw new ConfigException("node.dataDir", "cannot be made at " + dataDir + ": " + e.getMessage());
        }
    }
}
