package dev.sinal.bench;

import dev.sinal.testkit.FreePorts;
import dev.sinal.testkit.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
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
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Reads a whole recording of ten million rows through two processes, store and gateway, with small heaps: each format by a fast reader, then NDJSON by a
 * slow one that goes away in the middle, and by one whose gateway is killed. Prints rows a second and the heap of every process while it goes on.
 *
 * <p>Usage: {@code WholeRange SINAL_COMMAND [ROWS [HEAP_MIB [CHUNK_ROWS]]]}.
 */
public final class WholeRange {
    private static final int MIB = 1 << 20;
    private static final Duration SLOW = Duration.ofSeconds(45);
    private static final int SLOW_BYTES_A_SECOND = 2 * MIB;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final NodeProcess store;
    private final NodeProcess gateway;
    private final String history;
    private final String token;

    private WholeRange(NodeProcess store, NodeProcess gateway, String url, String token) {
        this.store = store;
        this.gateway = gateway;
        this.history = url + "/telemetry/history?agent_id=" + FilledStore.AGENT;
        this.token = token;
    }

    public static void main(String[] arguments) throws Exception {
        Path command = Path.of(arguments[0]).toAbsolutePath();
        long rows = arguments.length > 1 ? Long.parseLong(arguments[1]) : 10_000_000;
        int heap = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 256;
        int chunkRows = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 1_000;
        Path folder = Files.createTempDirectory("sinal-whole-range-");
        Map<String, String> keys =
                Map.of("SINAL_AUTH_KEY_FILE", folder.resolve("keys.json").toString());
        NodeProcess.say(command, keys, "keys", "init");
        String token = NodeProcess.say(command, keys, "token", "--role", "admin");
        try (TestDatabase database = TestDatabase.fresh()) {
            long started = System.nanoTime();
            FilledStore.fill(database.uri(), rows, chunkRows);
            System.out.printf(
                    Locale.ROOT, "%d rows of 8 channels stored in %.1f s%n", rows, (System.nanoTime() - started) / 1e9);
            Map<String, String> environment = Map.of(
                    "SINAL_DATABASE_URI",
                    database.uri(),
                    "SINAL_AUTH_KEY_FILE",
                    folder.resolve("keys.json").toString());
            List<Integer> ports = FreePorts.many(2);
            try (NodeProcess store = node(command, folder, heap, environment, "store", ports, 0, "telemetry-store");
                    NodeProcess gateway = node(
                            command, folder, heap, environment, "gateway", ports, 1, "agent-manager", "api-gateway")) {
                store.awaitReady();
                String url = gateway.awaitReady().getString("url");
                new WholeRange(store, gateway, url, token).run(rows);
            }
        }
        System.exit(0);
    }

    private static NodeProcess node(
            Path command,
            Path folder,
            int heap,
            Map<String, String> environment,
            String name,
            List<Integer> ports,
            int number,
            String... services)
            throws IOException {
        List<String> arguments = new ArrayList<>(List.of("node"));
        arguments.addAll(List.of(services));
        arguments.addAll(List.of(
                "--cluster",
                "--node-name",
                name,
                "--cluster-port",
                ports.get(number).toString(),
                "--join",
                "127.0.0.1:" + ports.get(0) + ",127.0.0.1:" + ports.get(1),
                "--data-dir",
                folder.resolve("data-" + name).toString(),
                "--port",
                "0"));
        return NodeProcess.start(command, folder, name, heap, environment, arguments);
    }

    private void run(long rows) throws Exception {
        read("warm up", "application/x-ndjson", "&end_date=2026-03-01T00:02:00Z", Math.min(rows, 120_000));
        read("NDJSON", "application/x-ndjson", "", rows);
        read("CSV", "text/csv", "", rows + 1);
        read("MessagePack", "application/msgpack", "", -1);
        read("chunks", "application/vnd.sinal.chunk", "", -1);
        slowThenGone();
        gatewayKilled();
    }

    /** @param lines to be there; -1 = no lines */
    private void read(String name, String accept, String more, long lines) throws Exception {
        ScheduledExecutorService watch = watch();
        long started = System.nanoTime();
        long bytes = 0;
        long found = 0;
        byte[] part = new byte[64 * 1024];
        try (InputStream in = open(accept, more)) {
            for (int n = in.read(part); n >= 0; n = in.read(part)) {
                bytes += n;
                for (int i = 0; lines >= 0 && i < n; i++) {
                    found += part[i] == '\n' ? 1 : 0;
                }
            }
        } finally {
            watch.shutdownNow();
        }
        double seconds = (System.nanoTime() - started) / 1e9;
        if (lines >= 0 && found != lines) {
            throw new IOException(name + " has " + found + " lines instead of " + lines);
        }
        System.out.printf(
                Locale.ROOT,
                "%-12s %8.1f MB in %6.1f s  %s%n",
                name,
                bytes / 1e6,
                seconds,
                lines < 0 ? "" : String.format(Locale.ROOT, "%.0f rows/s", found / seconds));
        report();
    }

    private InputStream open(String accept, String more) throws Exception {
        HttpResponse<InputStream> answer = http.send(
                HttpRequest.newBuilder(URI.create(history + more))
                        .header("Authorization", "Bearer " + token)
                        .header("Accept", accept)
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        if (answer.statusCode() != 200) {
            throw new IOException("answered " + answer.statusCode() + ": "
                    + new String(answer.body().readAllBytes(), StandardCharsets.UTF_8));
        }
        return answer.body();
    }

    private void slowThenGone() throws Exception {
        ScheduledExecutorService watch = watch();
        long until = System.nanoTime() + SLOW.toNanos();
        long bytes = 0;
        try (InputStream in = open("application/x-ndjson", "")) {
            while (System.nanoTime() < until) {
                bytes += in.readNBytes(SLOW_BYTES_A_SECOND / 10).length;
                TimeUnit.MILLISECONDS.sleep(100);
            }
            System.out.printf(
                    Locale.ROOT,
                    "slow reader  %8.1f MB in %6.1f s, then gone; open reads meanwhile %.0f%n",
                    bytes / 1e6,
                    SLOW.toMillis() / 1e3,
                    store.metric(http, "sinal_store_reads_open"));
        } finally {
            watch.shutdownNow();
        }
        report();
        long gone = System.nanoTime();
        while (store.metric(http, "sinal_store_reads_open") > 0) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        System.out.printf(Locale.ROOT, "store free of it %.1f s later%n", (System.nanoTime() - gone) / 1e9);
    }

    /** Nobody tells the store that this reader is gone: its own patience must end. */
    private void gatewayKilled() throws Exception {
        try (InputStream in = open("application/x-ndjson", "")) {
            in.readNBytes(SLOW_BYTES_A_SECOND);
            gateway.kill();
        } catch (IOException expected) {
            System.out.println("the reader of a killed gateway sees: " + expected.getMessage());
        }
        long killed = System.nanoTime();
        while (store.metric(http, "sinal_store_reads_open") > 0) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
        System.out.printf(
                Locale.ROOT, "store free of a killed gateway %.1f s later%n", (System.nanoTime() - killed) / 1e9);
    }

    private ScheduledExecutorService watch() {
        ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor();
        watch.scheduleWithFixedDelay(
                () -> {
                    try {
                        store.heapMiB();
                        gateway.heapMiB();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                500,
                1_000,
                TimeUnit.MILLISECONDS);
        return watch;
    }

    private void report() throws IOException {
        for (NodeProcess process : List.of(store, gateway)) {
            System.out.printf(
                    Locale.ROOT,
                    "  %-8s heap used at most %.0f MiB, after a full collection %.0f MiB, resident at most %.0f MiB%n",
                    process.name(),
                    process.peakHeapMiB(),
                    process.liveMiB(),
                    process.peakResidentMiB());
        }
    }
}
