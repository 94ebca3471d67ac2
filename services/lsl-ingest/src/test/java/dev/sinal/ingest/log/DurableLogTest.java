package dev.sinal.ingest.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sinal.chunk.ChunkDecoder;
import dev.sinal.contracts.UtcNanos;
import dev.sinal.ingest.LogEntries;
import io.vertx.core.Future;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DurableLogTest {
    @TempDir
    Path folder;

    @Test
    void whatWasAcceptedIsReadBackInOrderAfterReopening() throws Exception {
        DurableLog log = open(8 << 20);
        for (int c = 0; c < 10; c++) {
            get(log.append(LogEntries.entry("s1", 1000, 1 + c * 10L, 10)));
        }
        String id = log.id();
        get(log.close());

        DurableLog again = open(8 << 20);

        List<LoggedChunk> chunks = get(again.read("s1", 0, 100, 1 << 20));
        assertThat(chunks)
                .extracting(LoggedChunk::firstSeq)
                .containsExactly(1L, 11L, 21L, 31L, 41L, 51L, 61L, 71L, 81L, 91L);
        assertThat(ChunkDecoder.decode(chunks.get(3).body())).isEqualTo(LogEntries.block("s1", 1000, 31, 10));
        assertThat(again.id()).isEqualTo(id);
        assertThat(get(again.previousEnd("s1")).orElseThrow().epoch()).isEqualTo(1000);
        get(again.close());
    }

    @Test
    void anEpochHasNoHoles() throws Exception {
        DurableLog log = open(8 << 20);
        get(log.append(LogEntries.entry("s1", 1000, 1, 10)));

        assertThatThrownBy(() -> get(log.append(LogEntries.entry("s1", 1000, 21, 10))))
                .cause()
                .isInstanceOfSatisfying(
                        LogRefused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(LogRefused.Reason.NOT_CONTIGUOUS));
        get(log.append(LogEntries.entry("s1", 2000, 1, 10)));
        get(log.close());
    }

    @Test
    void aFullLogRefusesNewChunksKeepsAllOldOnesAndTakesMoreOnceThereIsRoom() throws Exception {
        DurableLog log = open(LogLimits.SMALLEST);
        long accepted = 0;
        LogRefused refused = null;
        for (long seq = 1; refused == null; seq += 1000) {
            try {
                get(log.append(LogEntries.entry("s1", 1000, seq, 1000)));
                accepted++;
            } catch (ExecutionException e) {
                refused = (LogRefused) e.getCause();
            }
        }
        assertThat(refused.reason()).isEqualTo(LogRefused.Reason.FULL);
        List<LoggedChunk> held = get(log.read("s1", 0, 1000, 1 << 30));
        assertThat(held).hasSize((int) accepted);
        assertThat(Files.size(folder.resolve("ingest.db"))).isLessThanOrEqualTo(LogLimits.SMALLEST);
        get(log.note("agent", "s1", 1000, held.get(0).head(), "gap", "{}", false));

        get(log.delete(held.stream().limit(5).map(LoggedChunk::id).toList()));

        await().until(() -> {
            try {
                get(log.append(LogEntries.entry("s1", 2000 + System.nanoTime(), 1, 1000)));
                return true;
            } catch (ExecutionException e) {
                return false;
            }
        });
        get(log.close());
    }

    @Test
    void aFileThatIsNoDatabaseIsSetAsideAndTheLogBeginsEmpty() throws Exception {
        Files.writeString(folder.resolve("ingest.db"), "this is not a database, whatever it once was".repeat(200));

        DurableLog log = open(8 << 20);

        assertThat(log.damage()).isNotNull();
        assertThat(log.damage().aside()).exists();
        get(log.append(LogEntries.entry("s1", 1000, 1, 10)));
        get(log.close());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void aDamagedFileNeverStopsTheStartAndNeverGivesWrongSamples(long seed) throws Exception {
        DurableLog log = open(8 << 20);
        for (int c = 0; c < 40; c++) {
            get(log.append(LogEntries.entry("s1", 1000, 1 + c * 500L, 500)));
        }
        get(log.close());
        Random random = new Random(seed);
        try (RandomAccessFile file =
                new RandomAccessFile(folder.resolve("ingest.db").toFile(), "rw")) {
            for (int n = 0; n < 20; n++) {
                file.seek(random.nextLong(file.length()));
                file.write(random.nextInt(256));
            }
        }

        DurableLog again = open(8 << 20);

        List<LoggedChunk> chunks = get(again.read("s1", 0, 100, 1 << 30));
        for (LoggedChunk chunk : chunks) {
            if (chunk.damaged().isEmpty()) {
                assertThat(ChunkDecoder.decode(chunk.body()))
                        .isEqualTo(LogEntries.block("s1", 1000, chunk.firstSeq(), 500));
            }
        }
        assertThat(chunks.size()).isBetween(1, 40);
        get(again.append(LogEntries.entry("s1", 3000, 1, 10)));
        get(again.close());
    }

    @Test
    void nothingThatWasAcceptedIsLostWhenTheProcessIsKilled() throws Exception {
        for (int round = 0; round < 3; round++) {
            Path own = folder.resolve("round-" + round);
            Process child = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx128m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            AppendingProcess.class.getName(),
                            own.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            long acknowledged = 0;
            try (BufferedReader out =
                    new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
                int enough = 60 + round * 35;
                for (String line = out.readLine(); line != null; line = out.readLine()) {
                    acknowledged = Long.parseLong(line);
                    if (--enough == 0) {
                        child.toHandle().destroyForcibly(); // SIGKILL; its output can still be read
                    }
                }
            }
            child.waitFor();

            DurableLog log = DurableLog.open(own, LogLimits.of(64 << 20, 0), Runnable::run, UtcNanos::now);
            List<LoggedChunk> chunks = get(log.read("s1", 0, 1_000_000, 1 << 30));
            List<Long> expected = new ArrayList<>();
            for (long seq = 1; seq <= chunks.size() * 10L; seq += 10) {
                expected.add(seq);
            }
            assertThat(chunks).extracting(LoggedChunk::firstSeq).containsExactlyElementsOf(expected);
            assertThat(chunks.get(chunks.size() - 1).lastSeq()).isGreaterThanOrEqualTo(acknowledged);
            get(log.close());
        }
    }

    @Test
    void aSecondProcessCannotOpenIt() throws Exception {
        DurableLog log = open(8 << 20);
        get(log.append(LogEntries.entry("s1", 1000, 1, 10)));

        assertThatThrownBy(() -> open(8 << 20)).hasMessageContaining("locked");
        get(log.close());
    }

    private DurableLog open(long maxBytes) throws Exception {
        return DurableLog.open(folder, LogLimits.of(maxBytes, 0), Runnable::run, UtcNanos::now);
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}
