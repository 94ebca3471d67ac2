package dev.sinal.ingest.bus;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** What the lane counts. */
final class LaneStats {
    final Counter committed;
    final Counter resends;
    final Counter quarantined;
    final Counter moved;
    final Counter notes;

    LaneStats(MeterRegistry metrics, SendBudget budget) {
        committed = metrics.counter("sinal.ingest.samples", "stage", "committed");
        resends = metrics.counter("sinal.ingest.lane.resends");
        quarantined = metrics.counter("sinal.ingest.lane.quarantined");
        moved = metrics.counter("sinal.ingest.lane.moved.epochs");
        notes = metrics.counter("sinal.ingest.lane.notes");
        Gauge.builder("sinal.ingest.lane.inflight", budget, SendBudget::taken)
                .baseUnit("bytes")
                .register(metrics);
    }
}
