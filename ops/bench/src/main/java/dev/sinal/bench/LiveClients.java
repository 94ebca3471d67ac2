package dev.sinal.bench;

import dev.sinal.lsl.ChannelFormat;
import dev.sinal.lsl.Lsl;
import dev.sinal.lsl.LslClock;
import dev.sinal.lsl.LslConfig;
import dev.sinal.lsl.Outlet;
import dev.sinal.lsl.OutletOptions;
import dev.sinal.lsl.StreamInfo;
import dev.sinal.testkit.suite.SuiteClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Many WebSocket viewers of one gateway against a single one, in the same run: two streams of 250 Hz and 8 channels, formats and modes mixed. The first channel of
 * each sample carries the clock reading of its push; this process pushes and reads, the suite runs in another on the same machine.
 *
 * <p>Usage: {@code LiveClients READY_FILE [SECONDS [CLIENTS]]}, with the {@code LSLAPICFG} of the running suite, or none for a demo.
 */
public final class LiveClients {
    private static final double RATE_HZ = 250;
    private static final int CHANNELS = 8;
    private static final int STREAMS = 2;
    private static final String AGENT = "bench-clients";
    private static final long WARM_UP_S = 5;
    private static final int LOOPS = 2;
    private static final String[] FORMATS = {"json", "msgpack", "binary"};
    /** Of ten viewers. */
    private static final String[] MODES = {
        "all", "all", "all", "all", "all", "all", "decimate", "decimate", "latest", "latest"
    };

    private final HttpClient http = HttpClient.newHttpClient();
    private final String url;
    private final String token;
    private final String management;
    private final long suite;

    private LiveClients(JsonObject ready) {
        this.url = ready.getString("url");
        this.token = ready.getString("token");
        this.management = ready.getString("management", "");
        this.suite = ready.getLong("pid");
    }

    public static void main(String[] arguments) throws Exception {
        JsonObject ready = new JsonObject(Files.readString(Path.of(arguments[0])));
        long seconds = arguments.length > 1 ? Long.parseLong(arguments[1]) : 20;
        int clients = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 200;
        new LiveClients(ready).run(seconds, clients);
    }

    private void run(long seconds, int clients) throws Exception {
        Vertx vertx = Vertx.vertx();
        LslConfig config = System.getenv("LSLAPICFG") == null ? LslConfig.loopback() : LslConfig.load();
        Lsl lsl = Lsl.create(vertx, config);
        List<Outlet> outlets = new ArrayList<>();
        JsonArray queries = new JsonArray();
        for (int s = 1; s <= STREAMS; s++) {
            String source = "sinal-bench-clients-" + s;
            StreamInfo.Builder info =
                    StreamInfo.builder("Bench " + s, "Bench", CHANNELS, RATE_HZ, ChannelFormat.DOUBLE64, source);
            for (int c = 1; c <= CHANNELS; c++) {
                info.channel(c == 1 ? "pushed_at" : "ch" + c, c == 1 ? "s" : "uV", "Clock");
            }
            outlets.add(await(lsl.openOutlet(info.build(), OutletOptions.defaults())));
            queries.add(
                    new JsonObject().put("query", "source_id='" + source + "'").put("name", "bench" + s));
        }
        post(
                "/agents/start",
                new JsonObject()
                        .put("agent_id", AGENT)
                        .put("wait_s", 30)
                        .put("spec", new JsonObject().put("kind", "lsl").put("streams", queries)));
        ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor();
        long[] number = {0};
        pace.scheduleAtFixedRate(() -> push(outlets, number[0]++), 0, (long) (1e9 / RATE_HZ), TimeUnit.NANOSECONDS);

        double single = measure(vertx, "one client", 1, seconds);
        double many = measure(vertx, clients + " clients", clients, seconds);
        System.out.printf(Locale.ROOT, "p99 of mode all, %d clients : 1 client = %.2f%n", clients, many / single);

        pace.shutdownNow();
        post("/agents/stop", new JsonObject().put("agent_id", AGENT));
        await(lsl.close());
        await(vertx.close());
    }

    private static void push(List<Outlet> outlets, long number) {
        double[] sample = new double[CHANNELS];
        for (int c = 1; c < CHANNELS; c++) {
            sample[c] = 40 * Math.sin(2 * Math.PI * (c + 3) * number / RATE_HZ);
        }
        for (Outlet outlet : outlets) {
            sample[0] = LslClock.now();
            outlet.push(sample, 0);
        }
    }

    /** @return p99 of mode all, ms */
    private double measure(Vertx vertx, String title, int clients, long seconds) throws Exception {
        Map<String, Latencies> latencies = new TreeMap<>();
        List<WebSocketClient> loops = new ArrayList<>();
        for (int i = 0; i < Math.min(LOOPS, clients); i++) {
            loops.add(vertx.createWebSocketClient(
                    new WebSocketClientOptions().setMaxConnections(clients).setMaxMessageSize(1 << 20)));
        }
        List<LiveReader> readers = new ArrayList<>();
        List<WebSocket> sockets = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            String mode = MODES[i / FORMATS.length % MODES.length];
            Latencies of = latencies.computeIfAbsent(mode, m -> new Latencies());
            LiveReader reader = new LiveReader(AGENT, mode, FORMATS[i % FORMATS.length], of);
            readers.add(reader);
            sockets.add(await(reader.open(loops.get(i % loops.size()), url, token)));
        }
        TimeUnit.SECONDS.sleep(WARM_UP_S);
        latencies.values().forEach(Latencies::clear);
        Duration suiteBefore = cpu(suite);
        Duration ownBefore = cpu(ProcessHandle.current().pid());
        long began = System.nanoTime();
        TimeUnit.SECONDS.sleep(seconds);
        double took = (System.nanoTime() - began) * 1e-9;
        double suiteCpu = (cpu(suite).minus(suiteBefore)).toNanos() * 1e-9 / took;
        double ownCpu = cpu(ProcessHandle.current().pid()).minus(ownBefore).toNanos() * 1e-9 / took;
        report(title, latencies, readers);
        System.out.printf(
                Locale.ROOT,
                "  CPU of the suite %.0f %% of a core, of these clients %.0f %%; heap of the suite in use %s%n",
                suiteCpu * 100,
                ownCpu * 100,
                heap());
        for (WebSocket socket : sockets) {
            await(socket.close().otherwiseEmpty());
        }
        return latencies.getOrDefault("all", new Latencies()).quantile(0.99);
    }

    private static void report(String title, Map<String, Latencies> latencies, List<LiveReader> readers) {
        System.out.println(title + ", push to the client's handler:");
        latencies.forEach((mode, of) -> {
            List<LiveReader> same =
                    readers.stream().filter(r -> r.kind().startsWith(mode)).toList();
            System.out.printf(
                    Locale.ROOT,
                    "  %-8s viewers=%d  p50 %.2f ms  p99 %.2f ms  samples=%d  missing=%d  repeated=%d  gap notices=%d%n",
                    mode,
                    same.size(),
                    of.quantile(0.5),
                    of.quantile(0.99),
                    same.stream().mapToLong(LiveReader::samples).sum(),
                    same.stream().mapToLong(LiveReader::missing).sum(),
                    same.stream().mapToLong(LiveReader::repeated).sum(),
                    same.stream().mapToLong(LiveReader::notices).sum());
        });
    }

    private static Duration cpu(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().totalCpuDuration())
                .orElse(Duration.ZERO);
    }

    /** From the metrics of the suite's process. */
    private String heap() throws IOException, InterruptedException {
        if (management.isEmpty()) {
            return "unknown";
        }
        HttpResponse<String> metrics = http.send(
                HttpRequest.newBuilder(URI.create(management + "/metrics")).build(),
                HttpResponse.BodyHandlers.ofString());
        double bytes = metrics.body()
                .lines()
                .filter(line -> line.contains("jvm_memory_used_bytes{") && line.contains("area=\"heap\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
        return Math.round(bytes / (1 << 20)) + " MiB";
    }

    private void post(String path, JsonObject body) throws IOException, InterruptedException {
        new SuiteClient(url, token).post(path, body.encode());
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }
}
