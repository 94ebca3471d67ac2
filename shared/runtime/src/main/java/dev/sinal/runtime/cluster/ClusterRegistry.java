package dev.sinal.runtime.cluster;

import com.hazelcast.config.Config;
import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Vert.x's Hazelcast cluster manager, which here also remembers what this node has registered. */
public final class ClusterRegistry extends HazelcastClusterManager {
    private final Map<String, Set<RegistrationInfo>> own = new ConcurrentHashMap<>();

    ClusterRegistry(Config config) {
        super(config);
    }

    @Override
    public void addRegistration(String address, RegistrationInfo registration, Completable<Void> promise) {
        if (!registration.localOnly()) {
            own.computeIfAbsent(address, key -> ConcurrentHashMap.newKeySet()).add(registration);
        }
        super.addRegistration(address, registration, promise);
    }

    @Override
    public void removeRegistration(String address, RegistrationInfo registration, Completable<Void> promise) {
        forget(address, registration);
        super.removeRegistration(address, registration, promise);
    }

    /**
     * Takes an address of this node out of the cluster's list while its consumers still answer here: what was already on its way is
     * served, and nothing new is sent once the peers have heard of it.
     */
    public Future<Void> retract(String address) {
        List<Future<Void>> gone = new ArrayList<>();
        for (RegistrationInfo registration : own.getOrDefault(address, Set.of())) {
            Promise<Void> removed = Promise.promise();
            removeRegistration(address, registration, removed);
            gone.add(removed.future());
        }
        return gone.isEmpty() ? Future.succeededFuture() : Future.join(gone).mapEmpty();
    }

    private void forget(String address, RegistrationInfo registration) {
        own.computeIfPresent(address, (key, registrations) -> {
            registrations.remove(registration);
            return registrations.isEmpty() ? null : registrations;
        });
    }
}
