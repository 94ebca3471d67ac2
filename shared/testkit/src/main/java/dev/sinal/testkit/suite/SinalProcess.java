package dev.sinal.testkit.suite;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
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
public final class SinalProcess implements AutoCloseable {
    private static final Duration READY = Duration.ofMinutes(3);
    private static final String MAIN = "dev.sinal.launcher.Main";

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

    /**
     * How the process is run.
     *
     * @param heap largest heap, as for {@code -Xmx}
     * @param under command in front of it, which must become it (exec), e.g. {@code ip netns exec NAME}
     */
    public record Shape(String heap, List<String> under) {
        public static final Shape DEFAULT = new Shape("384m", List.of());

        public Shape {
            under = List.copyOf(under);
        }
    }

    /** @param name of its files in {@code folder} */
    public static SinalProcess start(Path folder, String name, Map<String, String> environment, String... arguments)
            throws IOException {
        return start(Shape.DEFAULT, folder, name, environment, List.of(arguments));
    }

    public static SinalProcess start(
            Shape shape, Path folder, String name, Map<String, String> environment, List<String> arguments)
            throws IOException {
        Path readyFile = folder.resolve(name + ".ready.json");
        Files.deleteIfExists(readyFile);
        Path log = folder.resolve(name + ".log");
        List<String> command = command(shape, MAIN, arguments);
        command.addAll(List.of("--ready-file", readyFile.toString()));
        return new SinalProcess(launch(command, environment, log), readyFile, log);
    }

    /**
     * A command that does its work and ends.
     *
     * @return what it printed on standard output
     */
    public static String run(Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command(Shape.DEFAULT, MAIN, List.of(arguments))).redirectError(Redirect.INHERIT);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", arguments) + " ended with " + process.exitValue());
        }
        return printed.strip();
    }

    /** Java with the class path of this JVM. */
    static List<String> command(Shape shape, String main, List<String> arguments) {
        List<String> command = new ArrayList<>(shape.under());
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + shape.heap(),
                "-Xss512k",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.net.preferIPv4Stack=true",
                "-cp",
                System.getProperty("java.class.path"),
                main));
        command.addAll(arguments);
        return command;
    }

    static Process launch(List<String> command, Map<String, String> environment, Path log) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** Waits for the ready file. */
    public SinalProcess awaitReady() {
        Awaitility.await("ready file of " + log)
                .atMost(READY)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> Files.exists(readyFile) || !process.isAlive());
        if (!Files.exists(readyFile)) {
            throw new IllegalStateException("the process ended early, its log:\n" + log());
        }
        return this;
    }

    public JsonObject ready() throws IOException {
        return new JsonObject(Files.readString(readyFile));
    }

    public long pid() {
        return process.pid();
    }

    public boolean alive() {
        return process.isAlive();
    }

    /** Processor time used so far. */
    public Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    public String log() {
        try {
            return Files.readString(log, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "(no log: " + e.getMessage() + ")";
        }
    }

    /** SIGKILL: no handler runs, nothing is flushed. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGTERM. @return the exit code */
    public int terminate() throws InterruptedException {
        process.destroy();
        return awaitEnd();
    }

    /** SIGTERM, without waiting for the end. */
    public void askToStop() {
        process.destroy();
    }

    /** @return the exit code */
    public int awaitEnd() throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("did not end within 60 s of SIGTERM, its log:\n" + log());
        }
        return process.exitValue();
    }

    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path).GET());
    }

    public HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    /** With the token of the ready file, if there is one. */
    public HttpRequest.Builder request(String path) throws IOException {
        JsonObject ready = ready();
        return HttpRequest.newBuilder(URI.create(ready.getString("url") + path))
                .timeout(Duration.ofSeconds(90))
                .header("Authorization", "Bearer " + ready.getString("token", ""));
    }

    public HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("interrupted while a process was stopped", e));
        }
    }
}
