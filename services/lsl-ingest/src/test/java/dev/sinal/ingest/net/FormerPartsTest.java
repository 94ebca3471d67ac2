package dev.sinal.ingest.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sinal.contracts.EpochRecord;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.ingest.domain.FormerPart;
import dev.sinal.ingest.domain.GapFinding;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What one is told of the other's part depends on what the store says in the course of time. */
class FormerPartsTest {
    private static final long S = 1_000_000_000L;
    private static final FormerPart PART = new FormerPart("here", 20, 100 * S, 100);

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger asked = new AtomicInteger();
    private final List<GapFinding> gaps = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void aPartThatStaysShortIsToldOnce() {
        new FormerParts(vertx, id -> stored(98 * S), 1).look("s", PART, gaps::add);

        await().atMost(Duration.ofSeconds(20)).until(() -> gaps.size() == 1);
        assertThat(gaps.get(0).estimated()).isEqualTo(199);
    }

    @Test
    void aPartThatArrivesLateIsNotTold() {
        new FormerParts(vertx, id -> stored(asked.get() < 4 ? 98 * S : 100 * S - 1), 1).look("s", PART, gaps::add);

        await().atMost(Duration.ofSeconds(20)).until(() -> asked.get() >= 5);
        new FormerParts(vertx, id -> stored(98 * S), 1)
                .look("s", PART, gaps::add); // runs to its end after the first would have
        await().atMost(Duration.ofSeconds(20)).until(() -> !gaps.isEmpty());
        assertThat(gaps).hasSize(1);
    }

    @Test
    void aStoreThatIsAwayIsAskedAgain() {
        new FormerParts(vertx, id -> asked.get() < 30 ? away() : stored(98 * S), 1).look("s", PART, gaps::add);

        await().atMost(Duration.ofSeconds(20)).until(() -> gaps.size() == 1);
        assertThat(asked.get()).isGreaterThanOrEqualTo(36);
    }

    private Future<List<EpochRecord>> away() {
        asked.incrementAndGet();
        return Future.failedFuture("away");
    }

    private Future<List<EpochRecord>> stored(long last) {
        asked.incrementAndGet();
        StreamDescriptor stream = new StreamDescriptor(
                "s", "a", "eeg", "EEG", "EEG", "id", "host", "uid", "default", "double64", 100, null, List.of());
        return Future.succeededFuture(
                List.of(new EpochRecord(10, "there", 1, 1, S, null, null, S, last, "lsl", stream)));
    }
}
