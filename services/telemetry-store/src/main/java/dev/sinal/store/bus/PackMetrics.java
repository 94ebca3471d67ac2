package dev.sinal.store.bus;

import dev.sinal.store.domain.PackedChunk;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;

/** What packing measures: {@code sinal.store.pack.*}. */
public final class PackMetrics {
    private final Counter chunks;
    private final Counter rows;
    private final Counter samples;
    private final Counter bytesIn;
    private final Counter bytesOut;
    private final Counter failures;
    private final Counter dropped;
    private final Timer duration;
    private final AtomicLong backlog = new AtomicLong();

    /** @param oldestHours age of the oldest hour that is still hot */
    public PackMetrics(MeterRegistry registry, IntSupplier oldestHours) {
        chunks = registry.counter("sinal.store.pack.chunks");
        rows = registry.counter("sinal.store.pack.rows");
        samples = registry.counter("sinal.store.pack.samples");
        bytesIn = registry.counter("sinal.store.pack.bytes.in");
        bytesOut = registry.counter("sinal.store.pack.bytes.out");
        failures = registry.counter("sinal.store.pack.failures");
        dropped = registry.counter("sinal.store.pack.partitions.dropped");
        duration = Timer.builder("sinal.store.pack.duration")
                .description("one packed chunk, from asking for its rows to its commit")
                .publishPercentiles(0.5, 0.99)
                .register(registry);
        Gauge.builder("sinal.store.pack.backlog.samples", backlog, AtomicLong::get)
                .register(registry);
        Gauge.builder("sinal.store.pack.oldest.hours", oldestHours::getAsInt)
                .description("age of the oldest hour of arrival, but this and the last, that is not dropped")
                .register(registry);
    }

    void packed(Iterable<PackedChunk> made, long nanos) {
        for (PackedChunk chunk : made) {
            chunks.increment();
            rows.increment(chunk.hotRows());
            samples.increment(chunk.row().count());
            bytesIn.increment(chunk.hotBytes());
            bytesOut.increment(chunk.row().chunk().length);
        }
        duration.record(Duration.ofNanos(nanos));
    }

    void failed() {
        failures.increment();
    }

    void dropped(int partitions) {
        dropped.increment(partitions);
    }

    void backlog(long waiting) {
        backlog.set(waiting);
    }
}
