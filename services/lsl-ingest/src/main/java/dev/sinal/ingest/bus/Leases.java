package dev.sinal.ingest.bus;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which agents this node may collect. Used on one event loop. */
public interface Leases {
    /** What this node says of itself, and which agents it would collect. */
    record Round(List<Wanted> wanted, double load, boolean draining, Map<String, List<String>> outlets) {
        public Round {
            wanted = List.copyOf(wanted);
            outlets = Map.copyOf(outlets);
        }

        /** Of agents without wishes, by a node without load. */
        public static Round of(List<String> agents) {
            return new Round(agents.stream().map(id -> new Wanted(id, null)).toList(), 0, false, Map.of());
        }
    }

    /** @param node name of the node that shall have it, while that is there */
    record Wanted(String agentId, @Nullable String node) {}

    /** Identity of this node in leases. */
    String owner();

    /** Agents held, with their fences. */
    Map<String, Long> held();

    /** Fence of an agent that is held; 0 when it is not. */
    long fence(String agentId);

    /** Whether a lease is held that cannot have expired, whatever has happened since it was last renewed. */
    boolean certain(String agentId);

    /** Whether the database answered the last time. */
    boolean answering();

    /** Other nodes, as of the last round. */
    List<Member> others();

    /** The lease of a wanted agent as of the last round; null when there is none. */
    @Nullable
    LeaseRow row(String agentId);

    /** Goes on under a lease of the last run while the database cannot be asked. */
    void assume(String agentId, long fence);

    /** Renews what is held and takes what is free and this node's turn. Never fails. */
    Future<Void> round(Round round);

    /** In how many milliseconds the next round is due, after the last one. */
    long nextRoundMs();

    /** Takes over from a node that collects. @return false when the lease is not as it was in the last round */
    Future<Boolean> takeOver(String agentId);

    /** As the one who comes: where each stream shall begin. */
    Future<Void> propose(String agentId, JsonObject cuts);

    /** As the one who comes: everything needed is here. */
    Future<Void> arrived(String agentId);

    /** As the one who comes, and hears nothing: the one before shall go on. */
    Future<Void> giveBack(String agentId);

    /** As the one who goes: what it collects, and which cuts it keeps to. @param fence under which it collected */
    Future<Void> answer(String agentId, long fence, JsonObject answer);

    /** Asks another node to take an agent over that is held. */
    Future<Void> invite(String agentId, String heir);

    /** Lets go; another node may take it at once. @param heir who shall have it; null = anybody */
    Future<Void> release(String agentId, @Nullable String heir);

    /** Agents that other nodes collect, by uid of the outlet; of these outlets. */
    Future<Map<String, List<String>>> collectedElsewhere(Set<String> uids);
}
