package dev.sinal.bench;

import dev.sinal.testkit.TestServer;
import dev.sinal.testkit.suite.Cluster;
import dev.sinal.testkit.suite.LslTestConfig;
import dev.sinal.testkit.suite.SinalProcess;
import dev.sinal.testkit.suite.SuiteClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Committed samples a second of one of each service against two of each, on one machine, as agents are added until the suite no longer follows; with
 * the processor time of every process, which says what the limit is.
 *
 * <p>Usage: {@code TwoOfEach [CHANNELS] [HZ] [AGENTS,AGENTS,…]}.
 */
public final class TwoOfEach {
    private static final List<String> SERVICES =
            List.of("telemetry-store", "lsl-ingest", "agent-manager", "analytics", "api-gateway");
    private static final long SETTLE_S = 6;
    private static final long MEASURE_S = 15;

    private final int channels;
    private final int rateHz;
    private final List<Integer> steps;

    private TwoOfEach(int channels, int rateHz, List<Integer> steps) {
        this.channels = channels;
        this.rateHz = rateHz;
        this.steps = steps;
    }

    public static void main(String[] arguments) throws Exception {
        int channels = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 64;
        int rateHz = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1_000;
        List<Integer> steps = Stream.of((arguments.length > 2 ? arguments[2] : "4,8,16,24").split(","))
                .map(Integer::valueOf)
                .toList();
        TwoOfEach bench = new TwoOfEach(channels, rateHz, steps);
        System.out.printf(
                Locale.ROOT,
                "%d ch x %d Hz float32 an agent, %d processors; CPU in percent of one processor%n",
                channels,
                rateHz,
                Runtime.getRuntime().availableProcessors());
        System.out.println("of each | agents | offered samples/s | committed samples/s | values/s | CPU");
        bench.run(1);
        bench.run(2);
    }

    private void run(int ofEach) throws Exception {
        Path folder = Files.createTempDirectory("sinal-two-of-each-");
        int most = steps.get(steps.size() - 1);
        Process outlets = null;
        try (TestServer server = TestServer.start();
                Cluster cluster = Cluster.prepare(folder, server.database().uri(), ofEach * SERVICES.size(), "320m")) {
            Map<String, SinalProcess> processes = new LinkedHashMap<>();
            for (String service : SERVICES) {
                for (int i = 1; i <= ofEach; i++) {
                    String name = service + "-" + i;
                    processes.put(name, cluster.start(name, service));
                }
            }
            processes.values().forEach(SinalProcess::awaitReady);
            outlets = outlets(folder, most);
            SuiteClient client = cluster.client("api-gateway-1");
            Cpu cpu = new Cpu(processes, server.pid(), outlets.toHandle());
            int started = 0;
            for (int agents : steps) {
                for (; started < agents; started++) {
                    start(client, started);
                }
                TimeUnit.SECONDS.sleep(SETTLE_S);
                measure(ofEach, agents, client, cpu);
            }
        } finally {
            if (outlets != null) {
                outlets.destroy();
                outlets.waitFor();
            }
        }
    }

    private void measure(int ofEach, int agents, SuiteClient client, Cpu cpu) throws Exception {
        long samples = stored(client);
        long begin = System.nanoTime();
        Map<String, Duration> before = cpu.used();
        TimeUnit.SECONDS.sleep(MEASURE_S);
        Map<String, Duration> after = cpu.used();
        long more = stored(client) - samples;
        double seconds = (System.nanoTime() - begin) / 1e9;
        StringBuilder use = new StringBuilder();
        after.forEach((name, time) -> {
            long percent = Math.round(
                    time.minus(before.getOrDefault(name, Duration.ZERO)).toMillis() / 10.0 / seconds);
            use.append(use.isEmpty() ? "" : ", ").append(name).append(' ').append(percent);
        });
        System.out.printf(
                Locale.ROOT,
                "%d | %d | %d | %.0f | %.0f | %s%n",
                ofEach,
                agents,
                agents * rateHz,
                more / seconds,
                more * channels / seconds,
                use);
    }

    private Process outlets(Path folder, int count) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-Djava.net.preferIPv4Stack=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LoadOutlets.class.getName(),
                        Integer.toString(count),
                        Integer.toString(channels),
                        Integer.toString(rateHz))
                .redirectErrorStream(true)
                .redirectOutput(Redirect.to(folder.resolve("outlets.log").toFile()));
        builder.environment().putAll(LslTestConfig.environment(folder));
        return builder.start();
    }

    private static void start(SuiteClient client, int number) throws IOException, InterruptedException {
        JsonObject stream =
                new JsonObject().put("query", "source_id='load-" + number + "'").put("name", "load");
        client.post(
                "/agents/start",
                new JsonObject()
                        .put("agent_id", "load-" + number)
                        .put("wait_s", 60)
                        .put("require", "running")
                        .put("spec", new JsonObject().put("kind", "lsl").put("streams", new JsonArray().add(stream)))
                        .encode());
    }

    /** Committed samples of all agents. */
    private static long stored(SuiteClient client) throws IOException, InterruptedException {
        JsonArray streams = client.get("/streams").getJsonArray("streams");
        long sum = 0;
        for (int i = 0; i < streams.size(); i++) {
            sum += streams.getJsonObject(i).getLong("samples", 0L);
        }
        return sum;
    }

    /** Processor time by part: nodes of one service together, PostgreSQL with its backends, the outlets. */
    private record Cpu(Map<String, SinalProcess> processes, long postgres, ProcessHandle outlets) {
        private Map<String, Duration> used() {
            Map<String, Duration> used = new LinkedHashMap<>();
            processes.forEach((name, process) -> used.put(name, process.cpu()));
            List<ProcessHandle> servers = new ArrayList<>();
            ProcessHandle.of(postgres).ifPresent(server -> {
                servers.add(server);
                server.children().forEach(servers::add);
            });
            used.put("postgresql", sum(servers));
            used.put("outlets", sum(List.of(outlets)));
            return used;
        }

        private static Duration sum(List<ProcessHandle> handles) {
            return handles.stream()
                    .map(handle -> handle.info().totalCpuDuration().orElse(Duration.ZERO))
                    .reduce(Duration.ZERO, Duration::plus);
        }
    }
}
