package dev.sinal.ingest.sql;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What is counted of leases, as {@code sinal.ingest.lease*}. */
final class LeaseMetrics {
    final Counter taken;
    final Counter takenOver;
    final Counter lost;
    final Counter givenBack;
    final Counter failures;
    final Timer renewal;
    final AtomicInteger held = new AtomicInteger();
    final AtomicInteger nodes = new AtomicInteger(1);
    /** System.nanoTime() of the last renewal that was answered. */
    final AtomicLong renewedNs = new AtomicLong(System.nanoTime());

    LeaseMetrics(MeterRegistry metrics) {
        taken = metrics.counter("sinal.ingest.leases.taken", "from", "nobody");
        takenOver = metrics.counter("sinal.ingest.leases.taken", "from", "holder");
        lost = metrics.counter("sinal.ingest.leases.lost");
        givenBack = metrics.counter("sinal.ingest.leases.given.back");
        failures = metrics.counter("sinal.ingest.leases.failures");
        renewal = metrics.timer("sinal.ingest.leases.renewal");
        Gauge.builder("sinal.ingest.leases.held", held::get).register(metrics);
        Gauge.builder("sinal.ingest.nodes", nodes::get)
                .description("collecting nodes that this one sees, itself included")
                .register(metrics);
        Gauge.builder("sinal.ingest.leases.renewal.age", () -> (System.nanoTime() - renewedNs.get()) / 1e9)
                .baseUnit("seconds")
                .register(metrics);
    }
}
