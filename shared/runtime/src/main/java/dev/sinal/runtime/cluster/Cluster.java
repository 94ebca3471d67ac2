package dev.sinal.runtime.cluster;

import dev.sinal.runtime.StartRefusedException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A joined cluster. */
public record Cluster(Vertx vertx, ClusterRegistry registry, Peer self) {
    private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);

    /**
     * Joins; leaves again when a member speaks another version of the bus, which the members that were there do not notice.
     *
     * @param builder with its options
     * @return fails with {@link StartRefusedException} naming both versions and the member
     */
    public static Future<Cluster> join(VertxBuilder builder, ClusterConfig config, Peer self) {
        ClusterRegistry registry = new ClusterRegistry(config.toHazelcast(self));
        Promise<Cluster> joined = Promise.promise();
        builder.withClusterManager(registry)
                .buildClustered()
                .onFailure(joined::fail)
                .onSuccess(vertx -> {
                    Cluster cluster = new Cluster(vertx, registry, self);
                    StartRefusedException refusal = cluster.refusal();
                    if (refusal == null) {
                        LOG.info("joined the cluster name={} members={}", config.name(), registry.members());
                        joined.complete(cluster);
                    } else {
                        vertx.close().onComplete(left -> joined.fail(refusal));
                    }
                });
        return joined.future();
    }

    private @Nullable StartRefusedException refusal() {
        return registry.peers().stream()
                .filter(peer -> peer.bus() != self.bus())
                .findFirst()
                .map(peer -> new StartRefusedException("this is release " + self.release() + " with bus version "
                        + self.bus() + ", but node " + peer.node() + " in this cluster is release " + peer.release()
                        + " with bus version " + peer.bus()
                        + ": stop the nodes of the other version first, or start this one with another cluster.name"))
                .orElse(null);
    }
}
