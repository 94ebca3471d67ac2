package dev.sinal.ingest.bus;

import dev.sinal.contracts.Addresses;
import dev.sinal.ingest.domain.Placement;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How an agent changes its node while it is collected. The one who comes takes the lease, begins beside the one who goes, and writes into the lease at
 * which stamp of each stream its own part begins; the other answers there. Both look at the row; the bus only says when. Used on one event loop.
 */
final class HandOvers {
    private static final Logger LOG = LoggerFactory.getLogger(HandOvers.class);
    /** One who goes and says nothing for so long is gone, seconds. */
    private static final double ANSWER_S = 4;
    /** Longest arrival, seconds. */
    private static final double ARRIVE_S = 12;
    /** One who goes stays at most so long after the other's arrival, seconds. */
    private static final double LEAVE_S = 90;

    private static final long INVITE_AGAIN_NS = 5_000_000_000L;
    private static final long AFTER_FAILURE_NS = 30_000_000_000L;

    /** How an arrival stands. */
    enum Arrival {
        UNDER_WAY,
        DONE,
        /** Nothing of what the other one collects is heard here. */
        GIVEN_BACK
    }

    private final Vertx vertx;
    private final String node;
    private final Leases leases;
    private final MeterRegistry metrics;
    private boolean noMorePromises;

    HandOvers(Vertx vertx, String node, Leases leases, MeterRegistry metrics) {
        this.vertx = vertx;
        this.node = node;
        this.leases = leases;
        this.metrics = metrics;
    }

    /** Says to the other nodes that they should look at the leases. */
    void tell(String agentId) {
        vertx.eventBus().publish(Addresses.LEASES_CHANGED, new JsonObject().put("agent_id", agentId));
    }

    /** Whether this node is to take the agent over from another that collects it. */
    boolean toBeTaken(RosterEntry entry) {
        LeaseRow row = leases.row(entry.agentId());
        if (row == null || row.owner() == null || row.owner().equals(leases.owner()) || !row.arrived()) {
            return false;
        }
        Long notBefore = entry.notBeforeNs;
        if (entry.desired.spec().alone() || (notBefore != null && System.nanoTime() - notBefore < 0)) {
            return false;
        }
        boolean there = isHere(row.owner());
        boolean asked = leases.owner().equals(row.heir()) || node.equals(entry.desired.node());
        return there && row.leftMs() > 0 && asked;
    }

    private boolean isHere(String owner) {
        return leases.others().stream().anyMatch(one -> one.owner().equals(owner));
    }

    /** @return whether it is taken */
    Future<Boolean> take(RosterEntry entry) {
        return leases.takeOver(entry.agentId()).onSuccess(taken -> {
            if (taken) {
                entry.begin(RosterEntry.Change.COMING);
                tell(entry.agentId());
            }
        });
    }

    /** The one who comes: says where it begins, hears what the other says. */
    Arrival come(RosterEntry entry, CollectingAgent here) {
        LeaseRow row = leases.row(entry.agentId());
        JsonObject answer = row == null || row.fence() != entry.fence ? null : row.answer();
        propose(entry, here);
        if (leases.answering() && (row == null || row.former() == null || !isHere(row.former()))) {
            return arrive(entry, here, "unanswered"); // it has stopped, or died
        }
        boolean late = entry.changingS() > ARRIVE_S;
        if (answer == null) {
            return late || entry.changingS() > ANSWER_S ? arrive(entry, here, "unanswered") : Arrival.UNDER_WAY;
        }
        Map<String, Boolean> keepsTo = new HashMap<>();
        answer.getJsonObject("cuts").forEach(cut -> keepsTo.put(cut.getKey(), Boolean.TRUE.equals(cut.getValue())));
        here.answered(keepsTo);
        Set<String> theirs = new HashSet<>();
        answer.getJsonArray("streams").forEach(id -> theirs.add(String.valueOf(id)));
        Set<String> decided = here.decided();
        if (decided.containsAll(theirs)) {
            return arrive(entry, here, "done");
        }
        if (!late) {
            return Arrival.UNDER_WAY;
        }
        theirs.retainAll(decided);
        return theirs.isEmpty() ? giveBack(entry) : arrive(entry, here, "partly");
    }

    private void propose(RosterEntry entry, CollectingAgent here) {
        JsonObject cuts = new JsonObject();
        here.proposals().forEach(cuts::put);
        if (!cuts.isEmpty() && !cuts.equals(entry.said)) {
            entry.said = cuts;
            leases.propose(entry.agentId(), cuts).onComplete(done -> tell(entry.agentId()));
        }
    }

    private Arrival arrive(RosterEntry entry, CollectingAgent here, String outcome) {
        here.arrive();
        leases.arrived(entry.agentId()).onComplete(done -> tell(entry.agentId()));
        count(outcome);
        LOG.info("an agent has changed its node agent={} to={} outcome={}", entry.agentId(), node, outcome);
        return Arrival.DONE;
    }

    private Arrival giveBack(RosterEntry entry) {
        LOG.warn("an agent cannot be taken over, its streams are not heard here agent={}", entry.agentId());
        entry.notBeforeNs = System.nanoTime() + AFTER_FAILURE_NS;
        leases.giveBack(entry.agentId()).onComplete(done -> tell(entry.agentId()));
        count("given_back");
        return Arrival.GIVEN_BACK;
    }

    private void count(String outcome) {
        metrics.counter("sinal.ingest.handovers", "outcome", outcome).increment();
    }

    /** Whether the lease, which this node no longer has, went to one who means to go on where this one ends. */
    boolean followed(RosterEntry entry) {
        LeaseRow row = leases.row(entry.agentId());
        return row != null && row.passedFrom(leases.owner(), entry.fence) && row.leftMs() > 0;
    }

    /** The one who goes: answers, and collects up to where the other begins. @return whether it is done */
    boolean go(RosterEntry entry, CollectingAgent here) {
        LeaseRow row = leases.row(entry.agentId());
        boolean ours = row != null && row.passedFrom(leases.owner(), entry.fence);
        if (row != null && ours && !entry.arrived && !noMorePromises) {
            answer(entry, here, row);
        }
        if (leases.answering() && (row == null || !ours || row.arrived())) {
            entry.arrived = true;
        }
        return (entry.arrived && here.finishCuts()) || entry.changingS() > LEAVE_S;
    }

    private void answer(RosterEntry entry, CollectingAgent here, LeaseRow row) {
        Map<String, Double> cuts = new HashMap<>();
        row.cuts().forEach(cut -> cuts.put(cut.getKey(), ((Number) cut.getValue()).doubleValue()));
        Set<String> streams = here.streams();
        JsonObject kept = new JsonObject();
        here.cutAt(cuts).forEach(kept::put);
        streams.addAll(kept.fieldNames());
        JsonObject answer = new JsonObject()
                .put("streams", new JsonArray(streams.stream().sorted().toList()))
                .put("cuts", kept);
        if (!answer.equals(entry.said)) {
            entry.said = answer;
            leases.answer(entry.agentId(), entry.fence, answer).onComplete(done -> tell(entry.agentId()));
        }
    }

    /** Who is to have an agent that this node holds; null = this node. @param leaving this node gives everything away */
    @Nullable
    String heir(RosterEntry entry, boolean leaving) {
        String wished = entry.desired.node();
        List<Placement.Node> takers = leases.others().stream()
                .filter(one -> !one.draining())
                .map(Member::placed)
                .toList();
        boolean elsewhere = wished != null
                && !wished.equals(node)
                && takers.stream().anyMatch(one -> one.node().equals(wished));
        return leaving || elsewhere ? Placement.heir(takers, new Placement.Free(entry.agentId(), wished, null)) : null;
    }

    /** Keeps to no more cuts: this node ends soon. */
    void promiseNoMore() {
        noMorePromises = true;
    }

    /** Whether an agent may be given to another node: not when that was tried a moment ago, and it came back. */
    boolean mayGive(RosterEntry entry) {
        Long notBefore = entry.notBeforeNs;
        return notBefore == null || System.nanoTime() - notBefore >= 0;
    }

    /** Leaves an agent that is not collected here to another node. */
    void give(RosterEntry entry, String heir) {
        entry.notBeforeNs = System.nanoTime() + AFTER_FAILURE_NS;
        leases.release(entry.agentId(), heir).onComplete(done -> tell(entry.agentId()));
    }

    /** Asks another node to take an agent over; again when that one does not. */
    void invite(RosterEntry entry, String heir) {
        Long invited = entry.invitedNs;
        if (invited == null || System.nanoTime() - invited > INVITE_AGAIN_NS) {
            entry.invitedNs = System.nanoTime();
            leases.invite(entry.agentId(), heir).onComplete(done -> tell(entry.agentId()));
        }
    }
}
