package org.example.lsl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.testkit.suite.LslTestConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each program as its user runs it, in a process of its own; all see the same LSL on loopback. */
class ExamplesTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void stop() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void whatSendSendsReceiveReceives() throws Exception {
        Process sender = run(Send.class, "Test waves", "500");
        Process receiver = run(Receive.class, "name='Test waves'", "500");

        end(receiver, Receive.class);
        end(sender, Send.class);

        assertThat(said(Receive.class)).contains("500 samples, the last at").contains("received, dropped: 0");
        assertThat(said(Send.class)).contains("sent, dropped: 0");
    }

    @Test
    void markersAreHeardInTheirOrder() throws Exception {
        Process listener = run(Listen.class, "type='Markers'", "3");
        Process sender = run(Markers.class, "start", "stimulus 1", "stop");

        end(listener, Listen.class);
        end(sender, Markers.class);

        assertThat(said(Listen.class)).containsSubsequence("reading: Markers", ": start", ": stimulus 1", ": stop");
    }

    @Test
    void resolveSaysWhoIsThereAndWhoGoes() throws Exception {
        Process sender = run(Send.class, "Found");
        Awaitility.await().atMost(PATIENCE).until(() -> said(Send.class).contains("waiting"));
        run(Resolve.class, "name='Found'", "3600");
        Awaitility.await().atMost(PATIENCE).until(() -> said(Resolve.class).contains("appeared: Found"));

        sender.destroyForcibly();

        Awaitility.await().atMost(PATIENCE).until(() -> said(Resolve.class).contains("vanished: Found"));
        assertThat(said(Resolve.class))
                .contains("is here: Found, EEG, 8 channels of float32 at 250.0 Hz")
                .contains("label=sine1, unit=microvolts");
    }

    private Process run(Class<?> program, String... arguments) throws IOException {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dstdout.encoding=UTF-8",
                "-Dfile.encoding=UTF-8",
                "-Dsun.jnu.encoding=UTF-8",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
        line.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(output(program).toFile());
        builder.environment().putAll(LslTestConfig.environment(folder));
        builder.environment().put("LC_ALL", "C.UTF-8");
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private void end(Process process, Class<?> program) throws Exception {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as(said(program))
                .isTrue();
        assertThat(process.exitValue()).as(said(program)).isZero();
    }

    private Path output(Class<?> program) {
        return folder.resolve(program.getSimpleName() + ".out");
    }

    private String said(Class<?> program) throws IOException {
        return Files.readString(output(program));
    }
}
