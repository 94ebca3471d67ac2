package dev.sinal.runtime.cluster;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Clustered Vert.x instances on loopback, on ports that were free a moment ago. */
public final class TestMembers implements AutoCloseable {
    public static final String HOST = "127.0.0.1";

    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private final String name = "test-" + UUID.randomUUID();
    private final List<Integer> ports;
    private final List<Vertx> members = new ArrayList<>();

    public TestMembers(int size) {
        ports = Stream.generate(TestMembers::freePort).limit(size).toList();
    }

    public String name() {
        return name;
    }

    public int port(int member) {
        return ports.get(member);
    }

    public List<String> addresses() {
        return ports.stream().map(port -> HOST + ":" + port).toList();
    }

    /** The next one joins. */
    public Vertx join() throws Exception {
        Vertx vertx = await(Vertx.builder()
                .with(new VertxOptions().setEventBusOptions(new EventBusOptions().setHost(HOST)))
                .withClusterManager(ClusterConfig.manager(HOST, ports.get(members.size()), addresses(), name))
                .buildClustered());
        members.add(vertx);
        return vertx;
    }

    @Override
    public void close() throws Exception {
        for (Vertx vertx : members) {
            await(vertx.close());
        }
    }

    public static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    /** Below what the system gives away by itself, so that nobody's outgoing connection has it a moment later; no port twice. */
    public static int freePort() {
        for (int attempt = 0; attempt < 1_000; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(10_000, 20_000);
            try (ServerSocket socket = new ServerSocket(port)) {
                if (socket.isBound() && GIVEN.add(port)) {
                    return port;
                }
            } catch (IOException taken) {
                // The next one, then.
            }
        }
        throw new IllegalStateException("no free port");
    }
}
