package dev.sinal.store.bus;

import dev.sinal.contracts.StoreAnswer;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** What the store measures: {@code sinal.store.*}. */
public final class StoreMetrics {
    private final MeterRegistry registry;
    private final Map<String, Counter> answers = new HashMap<>();
    private final Counter chunks;
    private final Counter samples;
    private final Counter externalSamples;
    private final Counter externalRefused;
    private final Timer externalCommit;
    private final DistributionSummary externalWrites;
    private final Counter notes;
    private final Timer commit;
    private final DistributionSummary batchChunks;
    private final DistributionSummary batchBytes;

    public StoreMetrics(MeterRegistry registry) {
        this.registry = registry;
        chunks = registry.counter("sinal.store.chunks");
        samples = registry.counter("sinal.store.samples");
        externalSamples = registry.counter("sinal.store.external.samples");
        externalRefused = Counter.builder("sinal.store.external.refused")
                .description("writes of external agents that found the waiting line full")
                .register(registry);
        externalCommit = Timer.builder("sinal.store.external.commit")
                .description("one transaction of writes of external agents")
                .publishPercentiles(0.5, 0.99)
                .register(registry);
        externalWrites = DistributionSummary.builder("sinal.store.external.writes")
                .description("writes of external agents in one transaction")
                .serviceLevelObjectives(1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
                .register(registry);
        notes = registry.counter("sinal.store.notes");
        commit = Timer.builder("sinal.store.commit")
                .description("one write statement, from sending it to its commit")
                .publishPercentiles(0.5, 0.99)
                .serviceLevelObjectives(
                        Duration.ofMillis(5),
                        Duration.ofMillis(10),
                        Duration.ofMillis(25),
                        Duration.ofMillis(50),
                        Duration.ofMillis(100),
                        Duration.ofMillis(250),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(10))
                .register(registry);
        batchChunks = DistributionSummary.builder("sinal.store.batch.chunks")
                .description("chunks of one write statement")
                .serviceLevelObjectives(1, 2, 4, 8, 16, 32, 64, 128, 256)
                .register(registry);
        batchBytes = DistributionSummary.builder("sinal.store.batch.bytes")
                .description("bytes of the chunks of one write statement")
                .register(registry);
        for (String status : new String[] {
            StoreAnswer.ACKED, StoreAnswer.RESEND_FROM, StoreAnswer.FENCED, StoreAnswer.BUSY, StoreAnswer.REJECTED
        }) {
            answers.put(status, registry.counter("sinal.store.answers", "status", status));
        }
    }

    void answered(StoreAnswer answer) {
        Counter counter = answers.get(answer.status());
        if (counter != null) {
            counter.increment();
        }
    }

    void stored(int storedChunks, long storedSamples) {
        chunks.increment(storedChunks);
        samples.increment(storedSamples);
    }

    void storedExternal(int storedChunks, long storedSamples) {
        stored(storedChunks, storedSamples);
        externalSamples.increment(storedSamples);
    }

    void refusedExternal() {
        externalRefused.increment();
    }

    void committedExternal(long nanos, int inTransaction) {
        externalCommit.record(Duration.ofNanos(nanos));
        externalWrites.record(inTransaction);
    }

    void storedNotes(int count) {
        notes.increment(count);
    }

    void committed(long nanos, int inStatement, long bytes) {
        commit.record(Duration.ofNanos(nanos));
        batchChunks.record(inStatement);
        batchBytes.record(bytes);
    }

    /** @param reason read to its end, closed by its reader, idle, failed, refused, stopped */
    void readEnded(String reason) {
        registry.counter("sinal.store.reads.ended", "reason", reason).increment();
    }

    /** @param outcome of a stream in a read of the last rows: memory, added, filled, database; or evicted */
    public void recentRead(String outcome) {
        registry.counter("sinal.store.recent", "outcome", outcome).increment();
    }

    /** @param outcome of a page: at_once, or why it was not: unknown, changed, not_plain, large */
    public void pageRead(String outcome) {
        registry.counter("sinal.store.pages", "outcome", outcome).increment();
    }

    /** @param name without the common beginning */
    public void gauge(String name, Supplier<Number> value) {
        Gauge.builder("sinal.store." + name, value).register(registry);
    }
}
