package dev.sinal.runtime;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.micrometer.Label;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What every process measures of itself, whatever services it runs. The number of series does not grow with its work. */
final class NodeMetrics {
    private static final long LAG_PROBE_MS = 500;
    /** Linux; elsewhere this one metric is missing. */
    private static final Path STATUS = Path.of("/proc/self/status");

    private NodeMetrics() {}

    static MicrometerMetricsOptions ofVertx() {
        return new MicrometerMetricsOptions()
                .setEnabled(true)
                // No label for the bus address: it holds agent ids, and the series would grow without bound.
                .setLabels(EnumSet.of(Label.HTTP_METHOD, Label.HTTP_CODE, Label.POOL_TYPE, Label.POOL_NAME));
    }

    static void bind(MeterRegistry registry, Vertx vertx, String nodeName) {
        registry.config().commonTags(List.of(Tag.of("node", nodeName)));
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        bindGc(registry);
        if (Files.isReadable(STATUS)) {
            registry.gauge("process.resident.memory.bytes", STATUS, NodeMetrics::residentBytes);
        }
        watchEventLoops(registry, vertx);
    }

    /** Listens for the whole life of the process. */
    @SuppressWarnings("resource")
    private static void bindGc(MeterRegistry registry) {
        new JvmGcMetrics().bindTo(registry);
    }

    /** A task that wants to run every so often, on each event loop: how late it runs is how long others wait there. */
    private static void watchEventLoops(MeterRegistry registry, Vertx vertx) {
        Timer lag = Timer.builder("sinal.runtime.eventloop.lag")
                .description("How late tasks run on the event loops, all of them together")
                .serviceLevelObjectives(
                        Duration.ofMillis(5),
                        Duration.ofMillis(20),
                        Duration.ofMillis(100),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(2))
                .register(registry);
        for (EventExecutor loop : ((VertxInternal) vertx).nettyEventLoopGroup()) {
            probe(loop, lag);
        }
    }

    /** Ends with its event loop. */
    private static void probe(EventExecutor loop, Timer lag) {
        if (loop.isShuttingDown()) {
            return;
        }
        long due = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LAG_PROBE_MS);
        loop.schedule(
                () -> {
                    lag.record(Math.max(0, System.nanoTime() - due), TimeUnit.NANOSECONDS);
                    probe(loop, lag);
                },
                LAG_PROBE_MS,
                TimeUnit.MILLISECONDS);
    }

    private static double residentBytes(Path status) {
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) * 1_024)
                    .findFirst()
                    .orElse(Double.NaN);
        } catch (IOException | RuntimeException e) {
            return Double.NaN;
        }
    }
}
