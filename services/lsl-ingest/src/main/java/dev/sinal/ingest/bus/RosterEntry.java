package dev.sinal.ingest.bus;

import dev.sinal.contracts.DesiredAgent;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** What a node knows of one agent. Mutable; used on one event loop. */
final class RosterEntry {
    /** Where it is between two nodes. */
    enum Change {
        NONE,
        /** Another node collects it still, and this one begins. */
        COMING,
        /** This node collects it still, and another one begins. */
        GOING
    }

    DesiredAgent desired;

    /** null while it does not run here. */
    @Nullable
    CollectingAgent collecting;

    boolean stopping;
    boolean stopped;
    String state = "";
    /** Of the lease under which it is or was collected here. */
    long fence;

    Change change = Change.NONE;
    /** When the change began, System.nanoTime(). */
    long changeNs;
    /** Going: the other one has all it needs, and speaks for the agent. */
    boolean arrived;
    /** What this node has said last about the change. */
    JsonObject said = new JsonObject();
    /** It is not taken over before, System.nanoTime(); null = any time. */
    @Nullable
    Long notBeforeNs;
    /** When another node was asked to take it over; null = not. */
    @Nullable
    Long invitedNs;

    RosterEntry(DesiredAgent desired) {
        this.desired = desired;
    }

    String agentId() {
        return desired.agentId();
    }

    void begin(Change next) {
        change = next;
        changeNs = System.nanoTime();
        arrived = false;
        said = new JsonObject();
        invitedNs = null;
    }

    double changingS() {
        return (System.nanoTime() - changeNs) / 1e9;
    }

    boolean coming() {
        return change == Change.COMING;
    }

    boolean going() {
        return change == Change.GOING;
    }
}
