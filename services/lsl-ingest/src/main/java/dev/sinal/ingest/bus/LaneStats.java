package dev.sinal.ingest.bus;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What the lane counts and what it has decided: per store node, never per stream. */
final class LaneStats {
    final Counter committed;
    final Counter resends;
    final Counter quarantined;
    final Counter moved;
    final Counter retargets;
    final Counter notes;
    final Counter notesQuarantined;
    final Counter timeouts;
    final Counter unreachable;
    final Counter busy;
    /** Chunks on the way of one stream when one more is sent. */
    final DistributionSummary window;
    /** From sending a chunk to its answer; those that were sent again are not in it. */
    final Timer roundTrip;

    private final MultiGauge timeout;
    private final MultiGauge smoothed;
    private final MultiGauge limit;
    private final MultiGauge inFlight;

    LaneStats(MeterRegistry metrics, SendBudget budget) {
        committed = metrics.counter("sinal.ingest.samples", "stage", "committed");
        resends = metrics.counter("sinal.ingest.lane.resends");
        quarantined = metrics.counter("sinal.ingest.lane.quarantined");
        moved = metrics.counter("sinal.ingest.lane.moved.epochs");
        retargets = metrics.counter("sinal.ingest.lane.retargets");
        notes = metrics.counter("sinal.ingest.lane.notes");
        notesQuarantined = metrics.counter("sinal.ingest.lane.notes.quarantined");
        timeouts = metrics.counter("sinal.ingest.lane.unanswered", "why", "timeout");
        unreachable = metrics.counter("sinal.ingest.lane.unanswered", "why", "unreachable");
        busy = metrics.counter("sinal.ingest.lane.unanswered", "why", "busy");
        window = DistributionSummary.builder("sinal.ingest.lane.window")
                .baseUnit("chunks")
                .publishPercentiles(0.5)
                .register(metrics);
        roundTrip = Timer.builder("sinal.ingest.lane.roundtrip")
                .serviceLevelObjectives(
                        Duration.ofMillis(5),
                        Duration.ofMillis(20),
                        Duration.ofMillis(50),
                        Duration.ofMillis(100),
                        Duration.ofMillis(250),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(15))
                .register(metrics);
        Gauge.builder("sinal.ingest.lane.inflight", budget, SendBudget::taken)
                .baseUnit("bytes")
                .register(metrics);
        Gauge.builder("sinal.ingest.lane.inflight.behind", budget, SendBudget::takenBehind)
                .baseUnit("bytes")
                .register(metrics);
        Gauge.builder("sinal.ingest.lane.waiting", budget, SendBudget::waiting)
                .baseUnit("streams")
                .register(metrics);
        timeout = MultiGauge.builder("sinal.ingest.lane.timeout")
                .baseUnit("seconds")
                .register(metrics);
        smoothed =
                MultiGauge.builder("sinal.ingest.lane.srtt").baseUnit("seconds").register(metrics);
        limit = MultiGauge.builder("sinal.ingest.lane.limit").baseUnit("bytes").register(metrics);
        inFlight = MultiGauge.builder("sinal.ingest.lane.store.inflight")
                .baseUnit("bytes")
                .register(metrics);
    }

    /** The stores that there are now. */
    void stores(Collection<StoreLink> links) {
        timeout.register(rows(links, link -> link.timeoutMs() / 1e3), true);
        smoothed.register(rows(links, StoreLink::smoothedS), true);
        limit.register(rows(links, StoreLink::limit), true);
        inFlight.register(rows(links, StoreLink::inFlight), true);
    }

    private static List<MultiGauge.Row<?>> rows(Collection<StoreLink> links, ToDoubleFunction<StoreLink> value) {
        return links.stream()
                .<MultiGauge.Row<?>>map(link -> MultiGauge.Row.of(Tags.of("store", link.node()), link, value))
                .toList();
    }
}
