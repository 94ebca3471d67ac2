package dev.sinal.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sinal.testkit.suite.LslTestConfig;
import dev.sinal.testkit.suite.SinalProcess;
import io.vertx.core.json.JsonObject;
import java.lang.ProcessBuilder.Redirect;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real liblsl sends; history returns every sample bit for bit, in order. */
final class NativeLslIT {
    private static final int COUNT = 3_000;
    private static final double RATE_HZ = 500;

    @TempDir
    Path folder;

    @Test
    void historyReturnsWhatANativeOutletSent() throws Exception {
        String library = System.getenv("SINAL_LIBLSL");
        boolean present = library != null && Files.exists(Path.of(library));
        if (System.getenv("SINAL_CI") == null) {
            assumeTrue(present, "skipped: no liblsl, set SINAL_LIBLSL=<path of the shared library>");
        }
        assertThat(present).as("SINAL_LIBLSL must name a liblsl in CI").isTrue();

        var environment = LslTestConfig.environment(folder);
        Process outlet = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        NativeNumbers.class.getName(),
                        Path.of(library).toAbsolutePath().toString(),
                        Integer.toString(COUNT),
                        Double.toString(RATE_HZ))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(Redirect.to(folder.resolve("native.log").toFile()))
                .start();
        try (SinalProcess demo = SinalProcess.start(
                        folder,
                        "demo",
                        environment,
                        "demo",
                        "--port",
                        "0",
                        "--data-dir",
                        folder.resolve("data").toString())
                .awaitReady()) {
            HttpResponse<String> started = demo.post("/agents/start", """
                    {"agent_id": "native", "wait_s": 60,
                     "spec": {"kind": "lsl", "streams": [{"query": "source_id='native-1'", "name": "numbers"}]}}""");
            assertThat(started.statusCode()).as(started.body()).isEqualTo(200);

            List<JsonObject> rows = Awaitility.await()
                    .atMost(Duration.ofMinutes(2))
                    .failFast("the native outlet died", () -> !outlet.isAlive())
                    .ignoreExceptions() // the stream is unknown until its first sample is committed
                    .until(() -> History.rows(demo, "native", "numbers"), all -> all.size() >= COUNT);

            assertThat(rows).hasSize(COUNT);
            for (int i = 0; i < COUNT; i++) {
                double[] expected = NativeNumbers.sample(i);
                JsonObject metrics = rows.get(i).getJsonObject("metrics");
                assertThat(rows.get(i).getLong("seq")).isEqualTo(i + 1);
                for (int c = 0; c < NativeNumbers.CHANNELS; c++) {
                    assertThat(Double.doubleToRawLongBits(metrics.getDouble("ch" + (c + 1))))
                            .as("sample %d channel %d", i, c)
                            .isEqualTo(Double.doubleToRawLongBits(expected[c]));
                }
            }
        } finally {
            outlet.destroyForcibly().waitFor();
        }
    }
}
