package dev.sinal.ingest.net;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** What is counted of samples on their way. */
public final class IngestStats {
    final Counter received;
    final Counter accepted;
    final Counter refused;
    final Counter liveFrames;
    final Counter gaps;
    final Counter epochs;
    final OutletBreakers breakers;

    public IngestStats(MeterRegistry metrics) {
        received = metrics.counter("sinal.ingest.samples", "stage", "received");
        accepted = metrics.counter("sinal.ingest.samples", "stage", "accepted");
        refused = metrics.counter("sinal.ingest.samples", "stage", "refused");
        liveFrames = metrics.counter("sinal.ingest.live.frames");
        gaps = metrics.counter("sinal.ingest.gaps");
        epochs = metrics.counter("sinal.ingest.epochs");
        breakers = new OutletBreakers(metrics);
    }
}
