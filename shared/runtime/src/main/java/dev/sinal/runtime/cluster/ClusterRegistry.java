package dev.sinal.runtime.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.config.Config;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.multimap.MultiMap;
import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.core.spi.cluster.RegistrationListener;
import io.vertx.core.spi.cluster.RegistrationUpdateEvent;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import io.vertx.spi.cluster.hazelcast.impl.HazelcastNodeInfo;
import io.vertx.spi.cluster.hazelcast.impl.HazelcastRegistrationInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Vert.x's Hazelcast cluster manager, which here also remembers what this node has registered, and puts right what a partition or a merge
 * left behind in the cluster's list of addresses. Vert.x registers anew only after a member left or a merge, and trusts that no event is
 * ever lost: an entry that went missing otherwise stays away, and one of a dead node stays, until every node restarts.
 */
public final class ClusterRegistry extends HazelcastClusterManager {
    static final String SUBSCRIPTIONS = "__vertx.subs";
    static final String NODE_INFO = "__vertx.nodeInfo";

    private final Map<String, Set<RegistrationInfo>> own = new ConcurrentHashMap<>();
    /** Addresses that the senders of this node have cached. */
    private final Set<String> cached = ConcurrentHashMap.newKeySet();

    private volatile @Nullable RegistrationListener senders;
    private Set<String> suspects = Set.of();

    ClusterRegistry(Config config) {
        super(config);
    }

    /** @param restored own registrations that were missing @param ghosts registrations of nodes that are gone, removed */
    record Audit(int restored, int ghosts) {}

    @Override
    public void registrationListener(RegistrationListener listener) {
        senders = listener;
        super.registrationListener(listener);
    }

    @Override
    public void getRegistrations(String address, Completable<List<RegistrationInfo>> promise) {
        cached.add(address);
        super.getRegistrations(address, promise);
    }

    @Override
    public void addRegistration(String address, RegistrationInfo registration, Completable<Void> promise) {
        if (!registration.localOnly()) {
            own.compute(address, (key, registrations) -> {
                Set<RegistrationInfo> more = registrations == null ? ConcurrentHashMap.newKeySet() : registrations;
                more.add(registration);
                return more;
            });
        }
        super.addRegistration(address, registration, promise);
    }

    @Override
    public void removeRegistration(String address, RegistrationInfo registration, Completable<Void> promise) {
        own.computeIfPresent(address, (key, registrations) -> {
            registrations.remove(registration);
            return registrations.isEmpty() ? null : registrations;
        });
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

    /** The other members that are nodes of ours. */
    List<Peer> peers() {
        List<Peer> peers = new ArrayList<>();
        for (Member member : getHazelcastInstance().getCluster().getMembers()) {
            Peer peer = member.localMember() ? null : Peer.from(member::getAttribute);
            if (peer != null) {
                peers.add(peer);
            }
        }
        return peers;
    }

    /** Every member, this one and strangers included. */
    int members() {
        return getHazelcastInstance().getCluster().getMembers().size();
    }

    /** Every partition has its copy. Blocks: asks every member. */
    boolean clusterSafe() {
        return getHazelcastInstance().getPartitionService().isClusterSafe();
    }

    /** The partitions of this member have their copies. */
    boolean localSafe() {
        return getHazelcastInstance().getPartitionService().isLocalMemberSafe();
    }

    /** Compares the cluster's list with what this node knows for certain. Blocks; one call at a time. */
    synchronized Audit audit() {
        HazelcastInstance hazelcast = getHazelcastInstance();
        MultiMap<String, HazelcastRegistrationInfo> subscriptions = hazelcast.getMultiMap(SUBSCRIPTIONS);
        Set<Map.Entry<String, HazelcastRegistrationInfo>> listed = subscriptions.entrySet();
        restoreNodeInfo(hazelcast);
        RegistrationListener listener = senders;
        cached.removeIf(address -> listener == null || !listener.wantsUpdatesFor(address));
        return new Audit(restoreOwn(subscriptions, listed), removeGhosts(hazelcast, subscriptions, listed));
    }

    /** What the senders of this node have cached is read again: makes up for an event of Hazelcast that never came. */
    Future<Void> refreshSenders() {
        List<Future<Void>> reads = new ArrayList<>();
        for (String address : cached) {
            Promise<List<RegistrationInfo>> read = Promise.promise();
            super.getRegistrations(address, read);
            reads.add(read.future()
                    .onSuccess(registrations -> tellSenders(address, registrations))
                    .mapEmpty());
        }
        return reads.isEmpty() ? Future.succeededFuture() : Future.join(reads).mapEmpty();
    }

    void tellSenders(String address, List<RegistrationInfo> registrations) {
        RegistrationListener listener = senders;
        if (listener != null && listener.wantsUpdatesFor(address)) {
            listener.registrationsUpdated(new RegistrationUpdateEvent(address, registrations));
        }
    }

    private int restoreOwn(
            MultiMap<String, HazelcastRegistrationInfo> subscriptions,
            Set<Map.Entry<String, HazelcastRegistrationInfo>> listed) {
        Map<String, Set<RegistrationInfo>> there = new HashMap<>();
        for (Map.Entry<String, HazelcastRegistrationInfo> entry : listed) {
            there.computeIfAbsent(entry.getKey(), key -> new HashSet<>())
                    .add(entry.getValue().unwrap());
        }
        int restored = 0;
        for (Map.Entry<String, Set<RegistrationInfo>> mine : own.entrySet()) {
            for (RegistrationInfo registration : mine.getValue()) {
                if (!there.getOrDefault(mine.getKey(), Set.of()).contains(registration)) {
                    restored += restore(subscriptions, mine.getKey(), registration);
                }
            }
        }
        return restored;
    }

    /** A consumer may end meanwhile: then its entry must not stay. */
    private int restore(
            MultiMap<String, HazelcastRegistrationInfo> subscriptions, String address, RegistrationInfo registration) {
        HazelcastRegistrationInfo value = new HazelcastRegistrationInfo(registration);
        boolean added = subscriptions.put(address, value);
        if (!own.getOrDefault(address, Set.of()).contains(registration)) {
            subscriptions.remove(address, value);
            return 0;
        }
        return added ? 1 : 0;
    }

    /** Only the oldest member cleans, and only what was already orphaned at the audit before. */
    private int removeGhosts(
            HazelcastInstance hazelcast,
            MultiMap<String, HazelcastRegistrationInfo> subscriptions,
            Set<Map.Entry<String, HazelcastRegistrationInfo>> listed) {
        Set<String> nodes = new HashSet<>(getNodes());
        Set<String> orphaned = new HashSet<>();
        int removed = 0;
        boolean oldest = hazelcast.getCluster().getMembers().iterator().next().localMember();
        for (Map.Entry<String, HazelcastRegistrationInfo> entry : listed) {
            String node = entry.getValue().unwrap().nodeId();
            if (!nodes.contains(node)) {
                orphaned.add(node);
                if (oldest && suspects.contains(node) && subscriptions.remove(entry.getKey(), entry.getValue())) {
                    removed++;
                }
            }
        }
        suspects = orphaned;
        return removed;
    }

    /** Without it peers cannot answer: a reply goes straight to the node that asked. */
    private void restoreNodeInfo(HazelcastInstance hazelcast) {
        NodeInfo mine = getNodeInfo();
        if (mine == null) {
            return;
        }
        IMap<String, HazelcastNodeInfo> infos = hazelcast.getMap(NODE_INFO);
        HazelcastNodeInfo there = infos.get(getNodeId());
        if (there == null || !Objects.equals(there.unwrap(), mine)) {
            infos.put(getNodeId(), new HazelcastNodeInfo(mine));
        }
    }
}
