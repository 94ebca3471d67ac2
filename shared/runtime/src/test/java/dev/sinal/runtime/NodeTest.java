package dev.sinal.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinal.runtime.SinalModule.Running;
import dev.sinal.runtime.SinalModule.Starter;
import dev.sinal.runtime.cluster.Discovery;
import dev.sinal.runtime.cluster.TestMembers;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NodeTest {
    private final List<String> events = Collections.synchronizedList(new ArrayList<>());

    @TempDir
    Path dataDir;

    @Test
    void modulesStartInOrderAndStopInReverse() throws Exception {
        Node node = await(Node.start(config(), modules("a", "b", "c")));

        await(node.stop());
        await(node.stop());

        assertThat(events).containsExactly("start a", "start b", "start c", "stop c", "stop b", "stop a");
    }

    @Test
    void aModuleThatFailsToStartStopsTheOthersAndIsTheReason() {
        Map<String, Starter> modules = modules("a", "b");
        modules.put("bad", context -> Future.failedFuture("no database"));

        Future<Node> start = Node.start(config(), modules);

        assertThat(failure(start)).hasMessageContaining("no database");
        assertThat(events).containsExactly("start a", "start b", "stop b", "stop a");
    }

    @Test
    void aModuleThatCannotStopDoesNotKeepTheOthersFromStopping() throws Exception {
        Map<String, Starter> modules = modules("a");
        modules.put("stuck", context -> Future.succeededFuture(() -> Future.failedFuture("still busy")));
        modules.putAll(modules("c"));

        Node node = await(Node.start(config(), modules));
        await(node.stop());

        assertThat(events).containsExactly("start a", "start c", "stop c", "stop a");
    }

    @Test
    void aStopTellsHealthAtOnceAndEndsInTimeAlsoWhenAModuleHangs() throws Exception {
        Promise<Void> hangs = Promise.promise();
        Map<String, Starter> modules = modules("a");
        modules.put(
                "hangs",
                context -> Future.succeededFuture(() -> {
                    events.add("stop hangs");
                    return hangs.future();
                }));
        NodeConfig config = new NodeConfig("test", dataDir, null, "127.0.0.1", 0, Duration.ofSeconds(2));
        Node node = await(Node.start(config, modules));

        Future<Void> stopped = node.stop();
        HttpResponse<String> ready = get(node, "/health/ready");
        await(stopped);

        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(ready.body()).contains("stopping");
        assertThat(events).containsExactly("start a", "stop hangs", "stop a");
    }

    @Test
    void readinessFollowsTheChecksAndMetricsNameTheProcess() throws Exception {
        Node node = await(Node.start(config(), Map.of()));
        try {
            assertThat(get(node, "/health/live").statusCode()).isEqualTo(200);
            assertThat(get(node, "/health/ready").statusCode()).isEqualTo(200);

            node.context().health().register("store", () -> Health.Status.notReady("database away"));

            HttpResponse<String> ready = get(node, "/health/ready");
            assertThat(ready.statusCode()).isEqualTo(503);
            assertThat(ready.body()).contains("database away");
            assertThat(get(node, "/metrics").body())
                    .contains("jvm_memory_used_bytes")
                    .contains("node=\"test\"")
                    .contains("vertx_http_server");
            assertThat(get(node, "/secret").statusCode()).isEqualTo(404);
        } finally {
            await(node.stop());
        }
    }

    /** What a person looks for first: if one of these is renamed, somebody's graph goes empty. */
    @Test
    void everyProcessMeasuresItself() throws Exception {
        NodeConfig config = new NodeConfig(
                "test",
                dataDir,
                new NodeConfig.Cluster(
                        TestMembers.HOST, TestMembers.freePort(), new Discovery.Members(List.of()), "metrics", null),
                "127.0.0.1",
                0,
                Duration.ofSeconds(20));
        Node node = await(Node.start(config, Map.of()));
        try {
            Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                get(node, "/health/ready");
                String metrics = get(node, "/metrics").body();
                assertThat(metrics)
                        .contains(
                                "process_cpu_usage{",
                                "system_cpu_usage{",
                                "process_files_open_files{",
                                "process_uptime_seconds{",
                                "jvm_memory_used_bytes{",
                                "jvm_threads_live_threads{",
                                "sinal_runtime_eventloop_lag_seconds_bucket{",
                                "sinal_runtime_eventloop_lag_seconds_max{",
                                "vertx_pool_queue_pending",
                                "pool_type=\"worker\"",
                                "vertx_http_server_response_time_seconds",
                                "vertx_eventbus_",
                                "sinal_cluster_members{node=\"test\"} 1.0",
                                "sinal_cluster_safe{node=\"test\"} 1.0",
                                "sinal_cluster_peers_failing{",
                                "sinal_cluster_ping_seconds_count{",
                                "sinal_cluster_ping_failures_total{",
                                "sinal_cluster_heals_total{node=\"test\",what=\"registrations\"}")
                        .doesNotContain("sinal.node.");
                if (Files.exists(Path.of("/proc/self/status"))) {
                    assertThat(metrics).contains("process_resident_memory_bytes{");
                }
                assertThat(metrics.lines()
                                .filter(line -> !line.startsWith("#"))
                                .filter(line -> !line.matches("(sinal|jvm|process|system|vertx)_.*")))
                        .isEmpty();
            });
        } finally {
            await(node.stop());
        }
    }

    private Map<String, Starter> modules(String... names) {
        Map<String, Starter> modules = new LinkedHashMap<>();
        for (String name : names) {
            modules.put(name, context -> {
                events.add("start " + name);
                Running running = () -> {
                    events.add("stop " + name);
                    return Future.succeededFuture();
                };
                return Future.succeededFuture(running);
            });
        }
        return modules;
    }

    private NodeConfig config() {
        return new NodeConfig("test", dataDir, null, "127.0.0.1", 0, Duration.ofSeconds(20));
    }

    private static HttpResponse<String> get(Node node, String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.managementPort() + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private static Throwable failure(Future<?> future) {
        return org.assertj.core.api.Assertions.catchThrowable(() -> await(future))
                .getCause();
    }
}
