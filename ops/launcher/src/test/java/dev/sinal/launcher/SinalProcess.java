package dev.sinal.launcher;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A real process of the suite, as {@code ./sinal} would start it, on the classes under test. */
final class SinalProcess implements AutoCloseable {
    private static final Duration READY = Duration.ofMinutes(3);

    private final Process process;
    private final Path readyFile;
    private final Path log;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    private SinalProcess(Process process, Path readyFile, Path log) {
        this.process = process;
        this.readyFile = readyFile;
        this.log = log;
    }

    /** @param name of its files in {@code folder} */
    static SinalProcess start(Path folder, String name, Map<String, String> environment, String... arguments)
            throws IOException {
        Path readyFile = folder.resolve(name + ".ready.json");
        Files.deleteIfExists(readyFile);
        Path log = folder.resolve(name + ".log");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.net.preferIPv4Stack=true",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.sinal.launcher.Main"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--ready-file", readyFile.toString()));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        return new SinalProcess(builder.start(), readyFile, log);
    }

    /** Waits for the ready file. */
    SinalProcess awaitReady() {
        Awaitility.await("ready file of " + log)
                .atMost(READY)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> Files.exists(readyFile) || !process.isAlive());
        if (!Files.exists(readyFile)) {
            throw new IllegalStateException("the process ended early, its log:\n" + log());
        }
        return this;
    }

    JsonObject ready() throws IOException {
        return new JsonObject(Files.readString(readyFile));
    }

    long pid() {
        return process.pid();
    }

    boolean alive() {
        return process.isAlive();
    }

    String log() {
        try {
            return Files.readString(log, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "(no log: " + e.getMessage() + ")";
        }
    }

    /** SIGKILL: no handler runs, nothing is flushed. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGTERM. @return the exit code */
    int terminate() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("did not end within 60 s of SIGTERM, its log:\n" + log());
        }
        return process.exitValue();
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path).GET());
    }

    HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    HttpRequest.Builder request(String path) throws IOException {
        JsonObject ready = ready();
        return HttpRequest.newBuilder(URI.create(ready.getString("url") + path))
                .timeout(Duration.ofSeconds(90))
                .header("Authorization", "Bearer " + ready.getString("token", ""));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() throws InterruptedException {
        if (process.isAlive()) {
            process.destroy();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        }
    }
}
