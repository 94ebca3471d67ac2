package dev.sinal.runtime.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How the peers answer the bus self-test. Decides when to heal and when to give up; asks nobody and knows no clock. */
final class PeerBook {
    private final Limits limits;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    PeerBook(Limits limits) {
        this.limits = limits;
    }

    /**
     * @param patience how long a peer that never answered keeps this node from being ready
     * @param failuresToHeal in a row
     * @param lostAfter this node cannot be healed when most peers have not answered for so long
     */
    record Limits(Duration patience, int failuresToHeal, Duration lostAfter) {}

    private static final class Entry {
        private final Peer peer;
        private final long listedAt;
        private boolean answeredOnce;
        private int failures;
        private long failingSince;

        Entry(Peer peer, long listedAt) {
            this.peer = peer;
            this.listedAt = listedAt;
        }
    }

    /** @param peers as Hazelcast lists them now @param now nanoseconds of a monotonic clock, here and below */
    void listed(Collection<Peer> peers, long now) {
        entries.keySet().retainAll(peers.stream().map(Peer::nodeId).toList());
        for (Peer peer : peers) {
            entries.computeIfAbsent(peer.nodeId(), id -> new Entry(peer, now));
        }
    }

    void answered(String nodeId) {
        Entry entry = entries.get(nodeId);
        if (entry != null) {
            entry.answeredOnce = true;
            entry.failures = 0;
        }
    }

    /**
     * A peer that was just listed may not serve its address yet: until patience ends, its silence does not count.
     *
     * @return whether it is time to read addresses again: after so many failures in a row, and again after as many more
     */
    boolean failed(String nodeId, long now) {
        Entry entry = entries.get(nodeId);
        if (entry == null || starting(entry, now)) {
            return false;
        }
        if (entry.failures++ == 0) {
            entry.failingSince = now;
        }
        return entry.failures % limits.failuresToHeal() == 0;
    }

    /** Peers whose first answer is still waited for. */
    List<String> awaited(long now) {
        return entries.values().stream()
                .filter(entry -> !entry.answeredOnce
                        && now - entry.listedAt < limits.patience().toNanos())
                .map(entry -> entry.peer.node())
                .toList();
    }

    /** One remark per peer that does not answer though it is listed. */
    List<String> remarks(long now) {
        List<String> remarks = new ArrayList<>();
        for (Entry entry : entries.values()) {
            if (failing(entry)) {
                remarks.add(entry.peer.node() + " does not answer on the bus for "
                        + Duration.ofNanos(now - entry.failingSince).toSeconds() + " s");
            }
        }
        return remarks;
    }

    int failing() {
        return (int) entries.values().stream().filter(this::failing).count();
    }

    /**
     * Most of the listed peers are out of reach for long: the fault is more likely here than there. With a single peer, both sides come to
     * this.
     */
    boolean lost(long now) {
        long gone = entries.values().stream()
                .filter(entry -> entry.failures > 0
                        && now - entry.failingSince >= limits.lostAfter().toNanos())
                .count();
        return gone * 2 > entries.size();
    }

    private boolean starting(Entry entry, long now) {
        return !entry.answeredOnce && now - entry.listedAt < limits.patience().toNanos();
    }

    private boolean failing(Entry entry) {
        return entry.failures >= limits.failuresToHeal();
    }
}
