package dev.sinal.contracts;

import com.hazelcast.config.Config;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An event bus on loopback with nothing but what the contracts bring: one Vert.x, or two members of a cluster.
 *
 * @param server where services are started
 * @param client from where they are called; the same on a local bus
 */
public record Bus(Vertx server, Vertx client) implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    private static final int WAIT_S = 60;

    /** How many processes it is like. */
    public enum Kind {
        LOCAL,
        CLUSTERED
    }

    public static Bus open(Kind kind) {
        if (kind == Kind.LOCAL) {
            Vertx vertx = Vertx.vertx();
            return new Bus(vertx, vertx);
        }
        String cluster = "contracts-" + UUID.randomUUID();
        HazelcastClusterManager first = manager(cluster, List.of());
        Vertx server = member(first);
        int port = first.getHazelcastInstance()
                .getCluster()
                .getLocalMember()
                .getAddress()
                .getPort();
        return new Bus(server, member(manager(cluster, List.of(HOST + ":" + port))));
    }

    /** On a port that the system chooses: nobody can take it in between. */
    private static HazelcastClusterManager manager(String cluster, List<String> members) {
        Config config = new Config().setClusterName(cluster);
        config.setProperty("hazelcast.logging.type", "slf4j");
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.wait.seconds.before.join", "0");
        config.setProperty("hazelcast.socket.bind.any", "false");
        config.getMetricsConfig().setEnabled(false);
        config.getJetConfig().setEnabled(false);
        var network = config.getNetworkConfig().setPort(0).setPortAutoIncrement(false);
        network.getInterfaces().setEnabled(true).addInterface(HOST);
        network.getJoin().getAutoDetectionConfig().setEnabled(false);
        network.getJoin().getMulticastConfig().setEnabled(false);
        network.getJoin().getTcpIpConfig().setEnabled(true).setMembers(members);
        return new HazelcastClusterManager(config);
    }

    private static Vertx member(HazelcastClusterManager manager) {
        return await(Vertx.builder()
                .with(new VertxOptions().setEventBusOptions(new EventBusOptions().setHost(HOST)))
                .withClusterManager(manager)
                .buildClustered());
    }

    @Override
    public void close() {
        await(client.close());
        if (server != client) {
            await(server.close());
        }
    }

    /** Waits from the test's own thread; a failure is the cause of the exception. */
    public static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(WAIT_S, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            throw new CompletionException(failed.getCause());
        } catch (TimeoutException | InterruptedException late) {
            throw new CompletionException("nothing within " + WAIT_S + " s", late);
        }
    }
}
