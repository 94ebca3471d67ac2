package dev.sinal.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.testkit.FreePorts;
import dev.sinal.testkit.TestDatabase;
import dev.sinal.testkit.suite.Cluster;
import dev.sinal.testkit.suite.SuiteClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another team's program, which knows the contracts alone, on a bus of separate processes: it joins, and receives every sample. */
final class ConsumerIT {
    private static final Path MODULE = Path.of("../../clients/java-consumer/target");
    private static final int SAMPLES = 2_000;
    private static final int BATCH = 50;

    @TempDir
    Path folder;

    @Test
    void aStrangerReceivesEverySample() throws Exception {
        try (TestDatabase database = TestDatabase.fresh();
                Cluster cluster = Cluster.prepare(folder, database.uri(), 2, "256m")) {
            cluster.start("back", "telemetry-store", "agent-manager", "lsl-ingest");
            cluster.start("gateway", "api-gateway");
            cluster.node("back").awaitReady();
            cluster.node("gateway").awaitReady();
            SuiteClient client = cluster.client("gateway");
            client.post("/agents/start", "{\"agent_id\": \"pushed\", \"spec\": {\"kind\": \"external\"}}");

            Path printed = folder.resolve("consumer.out");
            Process consumer = consumer(cluster.place("back").clusterPort(), printed);
            try {
                await("it watches").until(() -> text(printed).contains("watching pushed"));
                await("it knows the agent").until(() -> text(printed).contains("agents: [pushed]"));

                for (int first = 1; first <= SAMPLES; first += BATCH) {
                    client.post("/telemetry", batch(first));
                }

                await("every sample is received").until(() -> received(printed)[0] >= SAMPLES);
                long[] seen = received(printed);
                assertThat(seen[0]).as("samples, none of them twice").isEqualTo(SAMPLES);
                assertThat(seen[1]).as("missed, by their numbers").isZero();
                assertThat(seen[2]).as("sum of what they say").isEqualTo(SAMPLES * (SAMPLES + 1L) / 2);
            } finally {
                consumer.destroy();
                consumer.onExit()
                        .orTimeout(20, TimeUnit.SECONDS)
                        .exceptionally(late -> consumer.destroyForcibly())
                        .join();
            }
        }
    }

    private Process consumer(int peer, Path printed) throws IOException {
        int port = FreePorts.one();
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classes = MODULE.resolve("classes").toAbsolutePath() + File.pathSeparator
                + MODULE.resolve("lib").toAbsolutePath() + "/*";
        return new ProcessBuilder(
                        java,
                        "-Xmx128m",
                        "-cp",
                        classes,
                        "org.example.lab.Consumer",
                        Integer.toString(port),
                        "127.0.0.1:" + peer,
                        "pushed")
                .redirectOutput(printed.toFile())
                .redirectError(folder.resolve("consumer.err").toFile())
                .start();
    }

    private static String batch(int first) {
        JsonArray messages = new JsonArray();
        for (int n = first; n < first + BATCH; n++) {
            messages.add(new JsonObject()
                    .put("type", "telemetry_update")
                    .put(
                            "payload",
                            new JsonObject().put("agent_id", "pushed").put("metrics", new JsonObject().put("n", n)))
                    .put("timestamp", "2026-01-01T00:%02d:%02d.%03dZ".formatted(n / 60, n % 60, 0)));
        }
        return messages.encode();
    }

    /** @return samples, missed, sum of the metric n */
    private static long[] received(Path printed) throws IOException {
        long[] sums = new long[3];
        for (String line : text(printed).lines().toList()) {
            if (line.startsWith("samples=")) {
                List<String> parts = List.of(line.split(" "));
                long samples = Long.parseLong(parts.get(0).substring("samples=".length()));
                sums[0] += samples;
                sums[1] += Long.parseLong(parts.get(1).substring("missed=".length()));
                sums[2] += Math.round(samples * Double.parseDouble(parts.get(2).substring("n=".length())));
            }
        }
        return sums;
    }

    /** Whole lines so far. */
    private static String text(Path printed) throws IOException {
        String text = Files.readString(printed, StandardCharsets.UTF_8);
        return text.substring(0, text.lastIndexOf('\n') + 1);
    }

    private ConditionFactory await(String what) {
        return Awaitility.await(what).atMost(Duration.ofSeconds(90)).pollInterval(Duration.ofMillis(100));
    }
}
