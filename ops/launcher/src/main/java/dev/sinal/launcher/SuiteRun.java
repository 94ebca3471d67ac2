package dev.sinal.launcher;

import dev.sinal.gateway.RunningGateway;
import dev.sinal.runtime.ConfigException;
import dev.sinal.runtime.Health;
import dev.sinal.runtime.Node;
import dev.sinal.runtime.NodeConfig;
import dev.sinal.runtime.Settings;
import dev.sinal.runtime.SinalModule.Starter;
import dev.sinal.runtime.StartRefusedException;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One life of a process: start, tell that it is ready, wait for the signal, stop. Runs on the main thread, which may block. */
final class SuiteRun {
    private static final Logger LOG = LoggerFactory.getLogger(SuiteRun.class);
    private static final long READY_WAIT_S = 120;
    private static final long READY_POLL_MS = 50;
    private static final long LOST_POLL_MS = 1_000;
    /** Longer than {@code node.stopWithin} can be. */
    private static final long STOP_WAIT_S = 130;

    private final StopSignal stop = StopSignal.install();
    private final FreshStarts freshStarts = new FreshStarts();
    private final NodeConfig config;
    private final Settings settings;
    private final Set<String> services;
    private Node node;
    private String gatewayHost = "127.0.0.1";
    private @Nullable Path readyFile;
    private @Nullable String readyToken;

    private SuiteRun(NodeConfig config, Settings settings, Set<String> services, Node node) {
        this.config = config;
        this.settings = settings;
        this.services = services;
        this.node = node;
    }

    /**
     * @param wanted modules by name
     * @throws ConfigException for a setting that stops the start
     */
    static SuiteRun start(Settings settings, Set<String> wanted, boolean clustered, Path nodeDir, String nodeName)
            throws IOException, InterruptedException {
        NodeConfig config = NodeConfig.from(settings, clustered, nodeDir, nodeName);
        Map<String, Starter> modules = Suite.configure(settings, wanted);
        settings.refuseUnknown();
        try {
            Node node = await(Node.start(config, modules), READY_WAIT_S);
            return new SuiteRun(config, settings, modules.keySet(), node);
        } catch (IOException e) {
            if (e.getCause() instanceof BindException) {
                throw new IOException(
                        "port " + settings.text("http.port", "8080")
                                + " is in use by another program; choose one with --port N (0 = any free one)",
                        e);
            }
            throw e;
        }
    }

    /** @throws ConfigException as {@link #start} would */
    static void check(Settings settings, Set<String> wanted) {
        NodeConfig.from(settings, false, Path.of("unused"), "unused");
        Suite.configure(settings, wanted);
        settings.refuseUnknown();
    }

    Node node() {
        return node;
    }

    /** Where the gateway answers; null when it does not run here. */
    @Nullable
    String url(String host) {
        gatewayHost = host;
        return node.module(Suite.GATEWAY) instanceof RunningGateway gateway
                ? "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + gateway.port()
                : null;
    }

    /** Waits until every health check of this process says ready, or the process is told to stop. */
    boolean awaitReady() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_WAIT_S);
        while (!node.context().health().ready()) {
            if (stop.asked()) {
                return false;
            }
            if (System.nanoTime() > deadline) {
                throw new IOException("not ready after " + READY_WAIT_S + " s: "
                        + node.context().health().toJson().encode());
            }
            TimeUnit.MILLISECONDS.sleep(READY_POLL_MS);
        }
        return true;
    }

    /** Says on the terminal who speaks LSL, where that is not the usual one. */
    void tellBackend() {
        Health.Status lsl = node.context().health().statuses().get("lsl");
        if (lsl != null && lsl.detail() != null && lsl.detail().startsWith("native")) {
            System.out.println("LSL backend: " + lsl.detail());
        }
    }

    void writeReadyFile(@Nullable Path file, @Nullable String url, @Nullable String token) throws IOException {
        if (file == null) {
            return;
        }
        readyFile = file;
        readyToken = token;
        JsonObject content = new JsonObject()
                .put("url", url)
                .put("pid", ProcessHandle.current().pid())
                .put("services", new JsonArray(List.copyOf(services)))
                .put("management", "http://127.0.0.1:" + node.managementPort());
        if (token != null) {
            content.put("token", token);
        }
        ReadyFile.write(file, content);
    }

    boolean stopAsked() {
        return stop.asked();
    }

    /**
     * Blocks until SIGTERM or SIGINT. Meanwhile, a node whose part of the bus cannot be healed is started anew in this process, a bounded
     * number of times.
     */
    void awaitStop() throws IOException, InterruptedException {
        Node givenUp = null;
        while (!stop.await(LOST_POLL_MS)) {
            if (node != givenUp && node.lost().isComplete()) {
                if (freshStarts.take(System.nanoTime())) {
                    startAnew();
                } else {
                    LOG.error(
                            "the cluster is out of reach and fresh starts did not help: look at the network of this node");
                    givenUp = node;
                }
            }
        }
    }

    private void startAnew() throws IOException, InterruptedException {
        LOG.warn(
                "the bus cannot be healed, starting anew reason={}", node.lost().result());
        await(node.stop(), STOP_WAIT_S);
        node = await(Node.start(config, Suite.configure(settings, services)), READY_WAIT_S);
        // With port 0 the gateway and the management port are elsewhere now.
        writeReadyFile(readyFile, url(gatewayHost), readyToken);
    }

    void stopAll() throws IOException, InterruptedException {
        LOG.info("stopping");
        await(node.stop(), STOP_WAIT_S);
    }

    /** Blocks the calling thread, which is none of Vert.x's. */
    static <T> T await(Future<T> future, long seconds) throws IOException, InterruptedException {
        try {
            return future.toCompletionStage().toCompletableFuture().get(seconds, TimeUnit.SECONDS);
        } catch (ExecutionException | CompletionException e) {
            if (e.getCause() instanceof ConfigException config) {
                throw config;
            }
            if (e.getCause() instanceof StartRefusedException refused) {
                throw new IOException(refused.getMessage(), refused);
            }
            throw new IOException(
                    e.getCause() == null ? e.toString() : e.getCause().toString(), e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("no answer within " + seconds + " s", e);
        }
    }
}
