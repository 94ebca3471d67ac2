package dev.sinal.store;

import static dev.sinal.store.Samples.chunk;
import static dev.sinal.store.Samples.envelope;
import static dev.sinal.store.Samples.rows;
import static dev.sinal.store.StoreUnderTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.contracts.ChunkEnvelope;
import dev.sinal.contracts.GapQuery;
import dev.sinal.contracts.GapRecord;
import dev.sinal.contracts.MarkerEntry;
import dev.sinal.contracts.MarkerQuery;
import dev.sinal.contracts.StoreAnswer;
import dev.sinal.contracts.StreamDescriptor;
import dev.sinal.contracts.StreamRecord;
import dev.sinal.contracts.read.ReadFrame;
import dev.sinal.contracts.read.ReadQuery;
import dev.sinal.testkit.TestDatabase;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StoreLaneIT {
    private static final StreamDescriptor STREAM = Samples.stream("agent", "s1", "a");
    private static final ChunkEnvelope EPOCH = envelope(STREAM, 1000, 7);

    private TestDatabase database;
    private StoreUnderTest store;

    @BeforeEach
    void start() {
        database = TestDatabase.fresh();
        store = new StoreUnderTest(database.uri(), Map.of());
    }

    @AfterEach
    void stop() {
        store.close();
        database.close();
    }

    @Test
    void storesWhatItAcknowledgesAndReadsItBackByteForByte() {
        byte[] chunk = chunk("s1", 1000, 1, 10);

        StoreAnswer answer = get(store.send(EPOCH, chunk));

        assertThat(answer).isEqualTo(StoreAnswer.acked(10));
        List<ReadFrame.Entry> read = store.readAll(ReadQuery.range("agent", List.of(), null, null, null));
        assertThat(read).hasSize(1);
        assertThat(read.get(0).chunk()).isEqualTo(chunk);
        StreamRecord record = get(store.service().stream("s1"));
        assertThat(record.samples()).isEqualTo(10);
        assertThat(record.descriptor()).isEqualTo(STREAM);
        assertThat(record.effectiveRate()).isEqualTo(250.0);
    }

    @Test
    void aLostAnswerIsMadeGoodByTheNextOne() {
        get(store.send(EPOCH, chunk("s1", 1000, 1, 10)));

        assertThat(get(store.send(EPOCH, chunk("s1", 1000, 1, 10)))).isEqualTo(StoreAnswer.acked(10));
        assertThat(get(store.send(EPOCH, chunk("s1", 1000, 3, 5)))).isEqualTo(StoreAnswer.acked(10));
        assertThat(allRows()).hasSize(10);
    }

    @Test
    void aHoleIsAskedFor() {
        get(store.send(EPOCH, chunk("s1", 1000, 1, 10)));

        assertThat(get(store.send(EPOCH, chunk("s1", 1000, 21, 30)))).isEqualTo(StoreAnswer.resendFrom(11));
        assertThat(get(store.send(EPOCH, chunk("s1", 1000, 11, 20)))).isEqualTo(StoreAnswer.acked(20));
        assertThat(allRows()).hasSize(20);
    }

    @Test
    void anOverlapAddsOnlyWhatIsNew() {
        get(store.send(EPOCH, chunk("s1", 1000, 1, 10)));

        assertThat(get(store.send(EPOCH, chunk("s1", 1000, 6, 15)))).isEqualTo(StoreAnswer.acked(15));
        assertThat(allRows()).isEqualTo(expected(1000, 15));
    }

    @Test
    void aFormerOwnerIsFenced() {
        get(store.send(EPOCH, chunk("s1", 1000, 1, 10)));

        assertThat(get(store.send(envelope(STREAM, 1000, 6), chunk("s1", 1000, 11, 20))))
                .isEqualTo(StoreAnswer.fenced());
        assertThat(allRows()).hasSize(10);
    }

    @Test
    void chunksSentAtOnceAreStoredInOrder() {
        List<Future<StoreAnswer>> answers = new ArrayList<>();
        for (int i = 7; i >= 0; i--) {
            answers.add(store.send(EPOCH, chunk("s1", 1000, i * 10 + 1, i * 10 + 10)));
        }

        // What came in one batch is put in order; what a batch was too early for is asked for, and sent again.
        assertThat(answers)
                .extracting(StoreUnderTest::get)
                .extracting(StoreAnswer::status)
                .containsAnyOf(StoreAnswer.ACKED)
                .isSubsetOf(StoreAnswer.ACKED, StoreAnswer.RESEND_FROM);
        for (int i = 0; i < 8; i++) {
            assertThat(get(store.send(EPOCH, chunk("s1", 1000, i * 10 + 1, i * 10 + 10)))
                            .status())
                    .isEqualTo(StoreAnswer.ACKED);
        }
        assertThat(allRows()).isEqualTo(expected(1000, 80));
    }

    @Test
    void aDamagedChunkGoesToQuarantineAndTheStreamGoesOn() {
        byte[] damaged = chunk("s1", 1000, 1, 10);
        damaged[damaged.length - 1] ^= 1;

        StoreAnswer answer = get(store.send(EPOCH, damaged));

        assertThat(answer.status()).isEqualTo(StoreAnswer.REJECTED);
        assertThat(answer.reason()).contains("damaged");
        assertThat(get(store.send(EPOCH, chunk("s1", 1000, 11, 20)))).isEqualTo(StoreAnswer.acked(20));
        List<GapRecord> gaps =
                get(store.service().gaps(new GapQuery("agent", List.of(), Long.MIN_VALUE, Long.MAX_VALUE, 10)));
        assertThat(gaps).singleElement().satisfies(gap -> {
            assertThat(gap.cause()).isEqualTo("quarantined");
            assertThat(gap.estimatedSamples()).isEqualTo(10);
        });
    }

    @Test
    void bytesThatAreNoChunkAreRejected() {
        assertThat(get(store.send(EPOCH, new byte[] {1, 2, 3})).status()).isEqualTo(StoreAnswer.REJECTED);
        assertThat(get(store.send(EPOCH, chunk("other", 1000, 1, 2))).reason()).contains("other");
    }

    @Test
    void aChunkOverMidnightBecomesTwoRowsWithTheSameSamples() {
        long beforeMidnight = 1_772_409_600_000_000_000L - 5 * 1_000_000_000L;

        get(store.send(EPOCH, chunk("s1", 1000, 1, 10, beforeMidnight, 1_000_000_000L)));

        List<ReadFrame.Entry> read = store.readAll(ReadQuery.range("agent", List.of(), null, null, null));
        assertThat(read).hasSize(2);
        assertThat(rows(read)).isEqualTo(expected(1000, 10));
    }

    @Test
    void samplesOfMarkerStreamsAreMarkersToo() {
        StreamDescriptor events = Samples.markers("agent", "m1");

        get(store.send(envelope(events, 5, 1), Samples.text("m1", 5, 1, Samples.START, "go", "nul\0", "stop")));
        get(store.send(envelope(events, 5, 1), Samples.text("m1", 5, 1, Samples.START, "go", "nul\0", "stop")));

        List<MarkerEntry> markers = get(store.service().markers(new MarkerQuery("agent", null, null, null, 10)));
        assertThat(markers).extracting(MarkerEntry::label).containsExactly("go", "nul\uFFFD", "stop");
        assertThat(markers).extracting(MarkerEntry::stream).containsOnly("events");
        assertThat(allRows()).containsExactly("m1/5/1=go", "m1/5/2=nul\0", "m1/5/3=stop");
    }

    @Test
    void commitsAndBatchesShowInTheMetrics() {
        List<Future<StoreAnswer>> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            answers.add(store.send(
                    envelope(Samples.stream("agent", "metrics" + i, "a"), 9, 3), chunk("metrics" + i, 9, 1, 10)));
        }
        answers.forEach(answer -> assertThat(get(answer).status()).isEqualTo(StoreAnswer.ACKED));

        var metrics = store.metrics();
        assertThat(metrics.get("sinal.store.batch.chunks").summary().totalAmount())
                .isGreaterThanOrEqualTo(20);
        assertThat(metrics.get("sinal.store.batch.chunks").summary().max()).isGreaterThan(1);
        assertThat(metrics.get("sinal.store.batch.bytes").summary().totalAmount())
                .isPositive();
        assertThat(metrics.get("sinal.store.commit").timer().takeSnapshot().histogramCounts())
                .isNotEmpty();
        assertThat(metrics.get("sinal.store.batch.wait.seconds").gauge().value())
                .isBetween(0.005, 0.05);
        assertThat(metrics.get("sinal.store.batch.limit.bytes").gauge().value()).isPositive();
        assertThat(metrics.get("sinal.store.commit.smoothed.seconds").gauge().value())
                .isPositive();
        assertThat(metrics.get("sinal.store.queue.chunks").gauge().value()).isZero();
    }

    /** A sender that forgets answers, repeats, reorders, overlaps and leaves holes, over several epochs and streams. */
    @Test
    void everySampleIsStoredOnceWhateverTheSenderDoes() {
        Random random = new Random(20260301);
        List<String> expected = new ArrayList<>();
        Set<String> statuses = new HashSet<>();
        for (int s = 0; s < 3; s++) {
            for (long epoch = 1; epoch <= 2; epoch++) {
                String id = "model" + s;
                ChunkEnvelope envelope = envelope(Samples.stream("agent", id, "a"), epoch, 3);
                send(id, envelope, 400, random, statuses);
                long of = epoch;
                LongStream.rangeClosed(1, 400)
                        .forEach(seq -> expected.add(id + "/" + of + "/" + seq + "=" + (double) seq));
            }
        }

        assertThat(allRows()).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(statuses).contains(StoreAnswer.ACKED, StoreAnswer.RESEND_FROM, StoreAnswer.FENCED);
    }

    private void send(String id, ChunkEnvelope envelope, int total, Random random, Set<String> statuses) {
        long committed = 0;
        while (committed < total) {
            List<Future<StoreAnswer>> answers = new ArrayList<>();
            for (int i = 0; i < 1 + random.nextInt(6); i++) {
                long first = Math.max(1, Math.min(total, committed + 1 + random.nextInt(30) - 12));
                long last = Math.min(total, first + random.nextInt(25));
                boolean stranger = random.nextInt(8) == 0;
                ChunkEnvelope from =
                        stranger ? new ChunkEnvelope("old", 2, envelope.epoch(), envelope.stream()) : envelope;
                boolean firstContact = committed == 0;
                if (!stranger || !firstContact) {
                    answers.add(store.send(from, chunk(id, envelope.epoch(), first, last)));
                }
            }
            for (Future<StoreAnswer> sent : answers) {
                StoreAnswer answer = get(sent);
                statuses.add(answer.status());
                if (answer.status().equals(StoreAnswer.ACKED)) {
                    committed = Math.max(committed, answer.seq());
                }
            }
        }
    }

    private List<String> allRows() {
        return rows(store.readAll(ReadQuery.range("agent", List.of(), null, null, null)));
    }

    private static List<String> expected(long epoch, int last) {
        return LongStream.rangeClosed(1, last)
                .mapToObj(seq -> "s1/" + epoch + "/" + seq + "=" + (double) seq)
                .toList();
    }
}
