package dev.sinal.testkit;

import dev.sinal.runtime.cluster.ClusterConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.serviceproxy.ServiceException;
import io.vertx.serviceproxy.ServiceExceptionMessageCodec;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An event bus for a test, on loopback.
 *
 * @param server where services are started
 * @param client from where they are called; the same as {@code server} on a local bus
 */
public record TestBus(BusKind kind, Vertx server, Vertx client) implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final int TRIES = 3;
    private static final int START_S = 60;

    static TestBus local() {
        Vertx vertx = withCodecs(Vertx.vertx());
        return new TestBus(BusKind.LOCAL, vertx, vertx);
    }

    /** Hazelcast wants to know its ports beforehand; when another process takes one meanwhile, the next pair is tried. */
    static TestBus clustered() {
        for (int attempt = 1; ; attempt++) {
            int first = FreePorts.one();
            int second = FreePorts.one();
            List<String> peers = List.of(HOST + ":" + first, HOST + ":" + second);
            String cluster = "test-" + UUID.randomUUID();
            Vertx server = null;
            try {
                server = member(first, peers, cluster);
                return new TestBus(BusKind.CLUSTERED, server, member(second, peers, cluster));
            } catch (CompletionException taken) {
                if (server != null) {
                    await(server.close());
                }
                if (attempt == TRIES) {
                    throw taken;
                }
            }
        }
    }

    @Override
    public void close() {
        await(client.close());
        if (server != client) {
            await(server.close());
        }
    }

    /** Waits for a future from the test's own thread. */
    public static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(START_S, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            throw new CompletionException(failed.getCause());
        } catch (TimeoutException late) {
            throw new CompletionException("nothing within " + START_S + " s", late);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new CompletionException(stopped);
        }
    }

    private static Vertx member(int port, List<String> peers, String cluster) {
        VertxOptions options = new VertxOptions().setEventBusOptions(new EventBusOptions().setHost(HOST));
        return withCodecs(await(Vertx.builder()
                .with(options)
                .withClusterManager(ClusterConfig.manager(HOST, port, peers, cluster))
                .buildClustered()));
    }

    /** As every node does: typed failures cross the bus. */
    private static Vertx withCodecs(Vertx vertx) {
        vertx.eventBus().registerDefaultCodec(ServiceException.class, new ServiceExceptionMessageCodec());
        return vertx;
    }
}
