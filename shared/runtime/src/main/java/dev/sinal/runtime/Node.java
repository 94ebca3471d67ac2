package dev.sinal.runtime;

import dev.sinal.runtime.SinalModule.Running;
import dev.sinal.runtime.SinalModule.Starter;
import dev.sinal.runtime.cluster.ClusterConfig;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.micrometer.Label;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import io.vertx.serviceproxy.ServiceException;
import io.vertx.serviceproxy.ServiceExceptionMessageCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
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
    private final Map<String, Running> running = new LinkedHashMap<>();
    private @Nullable Management management;
    private @Nullable Future<Void> stopping;

    private Node(Vertx vertx, NodeConfig config, NodeContext context) {
        this.vertx = vertx;
        this.config = config;
        this.context = context;
    }

    /**
     * Starts the modules in their order. When one fails, those already started are stopped again and the future fails with its reason.
     *
     * @param modules by name, configured
     */
    public static Future<Node> start(NodeConfig config, Map<String, Starter> modules) {
        prepare(config.dataDir());
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        // Free of any context: when a start fails, Vert.x and its event loops are gone before the reason is told.
        Promise<Node> started = Promise.promise();
        vertx(config, registry)
                .onFailure(started::fail)
                .onSuccess(vertx -> startOn(vertx, config, modules, registry, started));
        return started.future();
    }

    private static void startOn(
            Vertx vertx,
            NodeConfig config,
            Map<String, Starter> modules,
            PrometheusMeterRegistry registry,
            Promise<Node> started) {
        vertx.eventBus().registerDefaultCodec(ServiceException.class, new ServiceExceptionMessageCodec());
        observe(registry, config);
        NodeContext context = new NodeContext(
                vertx, UUID.randomUUID().toString(), config.name(), config.dataDir(), registry, new Health());
        Node node = new Node(vertx, config, context);
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

    private static Future<Vertx> vertx(NodeConfig config, PrometheusMeterRegistry registry) {
        VertxOptions options = new VertxOptions()
                .setPreferNativeTransport(false)
                .setWarningExceptionTime(2)
                .setWarningExceptionTimeUnit(TimeUnit.SECONDS)
                .setMaxEventLoopExecuteTime(1)
                .setMaxEventLoopExecuteTimeUnit(TimeUnit.SECONDS);
        options.setMetricsOptions(new MicrometerMetricsOptions()
                .setEnabled(true)
                .setLabels(EnumSet.of(Label.HTTP_METHOD, Label.HTTP_CODE, Label.POOL_TYPE, Label.POOL_NAME))
                // Bus addresses hold agent ids: as labels they would grow without bound.
                .addDisabledMetricsCategory(MetricsDomain.EVENT_BUS.toCategory()));
        VertxBuilder builder = Vertx.builder().withMetrics(new MicrometerMetricsFactory(registry));
        NodeConfig.Cluster cluster = config.cluster();
        if (cluster == null) {
            return Future.succeededFuture(builder.with(options).build());
        }
        options.setEventBusOptions(new EventBusOptions()
                .setHost(cluster.host())
                .setClusterPingInterval(2_000)
                .setClusterPingReplyInterval(3_000));
        return builder.with(options)
                .withClusterManager(
                        ClusterConfig.manager(cluster.host(), cluster.port(), cluster.join(), cluster.clusterName()))
                .buildClustered();
    }

    private static void observe(PrometheusMeterRegistry registry, NodeConfig config) {
        registry.config().commonTags(List.of(Tag.of("node", config.name())));
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        bindGc(registry);
    }

    /** Listens for the whole life of the process. */
    @SuppressWarnings("resource")
    private static void bindGc(PrometheusMeterRegistry registry) {
        new JvmGcMetrics().bindTo(registry);
    }

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
