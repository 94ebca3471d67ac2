package dev.sinal.ingest.bus;

import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Who collects an outlet, on any node. Without the database it is known of this node only. */
public final class CollectedOutlets {
    private final CollectingAgent.Factory here;
    private final Leases leases;

    public CollectedOutlets(CollectingAgent.Factory here, Leases leases) {
        this.here = here;
        this.leases = leases;
    }

    /** Agents by uid, of these outlets. Never fails. */
    public Future<Map<String, List<String>>> of(Set<String> uids) {
        Map<String, List<String>> own = here.outlets();
        if (leases.others().isEmpty()) {
            return Future.succeededFuture(own);
        }
        return leases.collectedElsewhere(uids).map(elsewhere -> {
            Map<String, List<String>> all = new HashMap<>(own);
            elsewhere.forEach((uid, agents) -> {
                Set<String> both = new TreeSet<>(agents);
                both.addAll(own.getOrDefault(uid, List.of()));
                all.put(uid, List.copyOf(both));
            });
            return all;
        });
    }
}
