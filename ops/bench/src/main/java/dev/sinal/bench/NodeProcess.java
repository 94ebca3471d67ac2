package dev.sinal.bench;

import dev.sinal.testkit.FreePorts;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Some services of the suite in a process of their own, whose heap is watched from outside. */
public final class NodeProcess implements AutoCloseable {
    private static final Pattern USED_KIB = Pattern.compile("used (\\d+)K");
    private static final Pattern RESIDENT_KIB = Pattern.compile("VmHWM:\\s+(\\d+) kB");
    private static final long READY_S = 120;

    private final String name;
    private final Process process;
    private final Path readyFile;
    private final int managementPort;
    private volatile long peakHeapKiB;

    private NodeProcess(String name, Process process, Path readyFile, int managementPort) {
        this.name = name;
        this.process = process;
        this.readyFile = readyFile;
        this.managementPort = managementPort;
    }

    /** @param command the suite's own, for example {@code ./sinal} @param heap of the process, MiB @param arguments {@code node} or {@code up} first */
    public static NodeProcess start(
            Path command, Path folder, String name, int heap, Map<String, String> environment, List<String> arguments)
            throws IOException {
        Path readyFile = folder.resolve(name + ".ready.json");
        int management = FreePorts.one();
        List<String> line = new ArrayList<>(List.of(command.toString()));
        line.addAll(arguments);
        line.addAll(List.of("--ready-file", readyFile.toString(), "--set", "management.port=" + management));
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(folder.resolve(name + ".log").toFile()));
        builder.environment().putAll(environment);
        builder.environment().put("SINAL_NO_BUILD", "1");
        builder.environment().put("SINAL_JAVA_OPTS", "-Xms64m -Xmx" + heap + "m -XX:+UseSerialGC");
        return new NodeProcess(name, builder.start(), readyFile, management);
    }

    public JsonObject awaitReady() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_S);
        while (!Files.exists(readyFile)) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IOException(name + " did not get ready; its log is beside " + readyFile);
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        return new JsonObject(Files.readString(readyFile));
    }

    /** Runs a command of the suite to its end. @return what it printed */
    public static String say(Path command, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(command.toString()));
        line.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        builder.environment().put("SINAL_NO_BUILD", "1");
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(line + " failed");
        }
        return said.strip();
    }

    /** Of the JVM: the command runs it in its own place. */
    public long pid() {
        return process.pid();
    }

    String name() {
        return name;
    }

    void kill() {
        process.destroyForcibly();
    }

    /** Used heap now, garbage included, MiB; remembered as the peak when it is. */
    double heapMiB() throws IOException {
        long used = 0;
        Matcher found = USED_KIB.matcher(jcmd("GC.heap_info"));
        // Young and old generation come first; metaspace and class space are no heap.
        for (int generation = 0; generation < 2 && found.find(); generation++) {
            used += Long.parseLong(found.group(1));
        }
        peakHeapKiB = Math.max(peakHeapKiB, used);
        return used / 1024.0;
    }

    double peakHeapMiB() {
        return peakHeapKiB / 1024.0;
    }

    /** Used heap right after a full collection, MiB. */
    double liveMiB() throws IOException {
        jcmd("GC.run");
        return heapMiB();
    }

    /** Largest resident size so far, MiB; NaN where the system does not tell. */
    double peakResidentMiB() throws IOException {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        if (!Files.exists(status)) {
            return Double.NaN;
        }
        Matcher found = RESIDENT_KIB.matcher(Files.readString(status));
        return found.find() ? Long.parseLong(found.group(1)) / 1024.0 : Double.NaN;
    }

    /** The value of one metric on the management port; NaN when it is not there. */
    double metric(HttpClient http, String metric) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + "/metrics"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return answer.body()
                .lines()
                .filter(line -> line.startsWith(metric + " ") || line.startsWith(metric + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElse(Double.NaN);
    }

    private String jcmd(String what) throws IOException {
        Path tool = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process asked = new ProcessBuilder(tool.toString(), Long.toString(process.pid()), what)
                .redirectErrorStream(true)
                .start();
        return new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
