package dev.sinal.ingest.net;

import dev.sinal.lsl.SuspectStamps;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;

/** What is counted of samples on their way. */
public final class IngestStats {
    final Counter received;
    final Counter accepted;
    final Counter refused;
    final Counter liveFrames;
    final Counter gaps;
    final Counter epochs;
    final Counter clockResets;
    final Counter duplicates;
    final Counter streamsFlagged;
    final OutletBreakers breakers;
    private final MeterRegistry metrics;

    public IngestStats(MeterRegistry metrics) {
        this.metrics = metrics;
        received = metrics.counter("sinal.ingest.samples", "stage", "received");
        accepted = metrics.counter("sinal.ingest.samples", "stage", "accepted");
        refused = metrics.counter("sinal.ingest.samples", "stage", "refused");
        liveFrames = metrics.counter("sinal.ingest.live.frames");
        gaps = metrics.counter("sinal.ingest.gaps");
        epochs = metrics.counter("sinal.ingest.epochs");
        clockResets = metrics.counter("sinal.ingest.clock.resets");
        duplicates = metrics.counter("sinal.ingest.streams.duplicate");
        streamsFlagged = metrics.counter("sinal.ingest.streams.flagged");
        breakers = new OutletBreakers(metrics);
    }

    /** A report of stamps that cannot be right. */
    void stampsSuspect(SuspectStamps.Kind kind) {
        metrics.counter("sinal.ingest.stamps.suspect", "kind", kind.name().toLowerCase(Locale.ROOT))
                .increment();
    }
}
