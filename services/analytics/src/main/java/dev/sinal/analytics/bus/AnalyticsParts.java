package dev.sinal.analytics.bus;

import dev.sinal.contracts.Addresses;
import dev.sinal.contracts.AgentManager;
import dev.sinal.contracts.Analytics;
import dev.sinal.contracts.TelemetryStore;
import dev.sinal.contracts.read.ReadClient;
import dev.sinal.runtime.Proxies;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.security.SecureRandom;
import java.time.Duration;

/** Puts the service together and owns its worker threads. */
public final class AnalyticsParts {
    /** A kept result may take so much of the cache, so that one does not push out all others. */
    private static final int SHARE_OF_CACHE = 2;

    private final WorkerExecutor workers;
    private final AnalyticsService service;
    private final ResultIds ids = ResultIds.random(new SecureRandom());

    /** Arguments as in {@code AnalyticsConfig}. */
    public AnalyticsParts(
            Vertx vertx,
            MeterRegistry metrics,
            int concurrency,
            int queue,
            int maxValues,
            Duration timeLimit,
            Duration cacheTtl,
            long cacheBytes) {
        this.workers = vertx.createSharedWorkerExecutor("sinal-analytics", concurrency);
        SeriesReader reader = new SeriesReader(new ReadClient(vertx), workers, maxValues, timeLimit);
        WorkGate gate = new WorkGate(concurrency, queue);
        Gauge.builder("sinal.analytics.queued", gate, WorkGate::queued).register(metrics);
        Gauge.builder("sinal.analytics.active", gate, WorkGate::active).register(metrics);
        this.service = new AnalyticsService(
                vertx,
                workers,
                metrics,
                new Agents(
                        Proxies.of(vertx, TelemetryStore.class, Addresses.STORE),
                        Proxies.of(vertx, AgentManager.class, Addresses.AGENTS)),
                reader,
                new Analyses(maxValues, cacheBytes / SHARE_OF_CACHE),
                new Recommender(reader, workers),
                new ResultCache(cacheTtl, cacheBytes, metrics),
                gate,
                ids,
                new OtherNodes(vertx));
    }

    public Analytics service() {
        return service;
    }

    /** Where other nodes ask for the results that this one keeps. */
    public String resultsAddress() {
        return Addresses.analyticsResults(ids.keeper());
    }

    public Future<Void> close() {
        return workers.close();
    }
}
