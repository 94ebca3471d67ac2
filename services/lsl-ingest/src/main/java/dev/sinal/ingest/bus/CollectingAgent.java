package dev.sinal.ingest.bus;

import dev.sinal.contracts.AgentReport;
import dev.sinal.contracts.DesiredAgent;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/** An agent that this node collects. Used on one event loop. */
public interface CollectingAgent {
    /** Why a collection ends. */
    enum End {
        /** Somebody wants it stopped. */
        STOPPED,
        /** This node goes away, or may not collect it any more. */
        SHUTDOWN,
        /** Another node has taken over. */
        HANDED_OVER
    }

    /** What it does now. */
    AgentReport report(long generation, long fence);

    /** Samples times channels per second. */
    double load();

    /** Closes its inlets and logs everything they delivered; it still reports afterwards, until all is committed. */
    Future<Void> stop(End why);

    /** Ids of the streams that deliver, and are not cut off. */
    Set<String> streams();

    /** As the one who comes: raw stamps by stream, at which its own part shall begin; streams that deliver nothing yet are not among them. */
    Map<String, Double> proposals();

    /** As the one who comes: whether the other keeps to a cut; streams that it does not have are not among them. */
    void answered(Map<String, Boolean> keepsTo);

    /** As the one who comes: streams of which it is settled what to keep. */
    Set<String> decided();

    /** As the one who comes: what still waits for an answer goes on without. */
    void arrive();

    /** As the one who goes: keeps to these cuts from now on. @return by stream, whether it can; streams that it does not have are not among them */
    Map<String, Boolean> cutAt(Map<String, Double> cuts);

    /** As the one who goes: whether any stream was cut off, or will be. */
    boolean cutting();

    /** As the one who goes: streams without a cut end now, as the other one has all it needs. @return whether nothing is left to collect */
    boolean finishCuts();

    /** Makes collectors. */
    interface Factory {
        /**
         * @param fence of the lease, read whenever an epoch opens
         * @param coming another node collects it now: what this one has is held back until it is settled where its part begins
         * @param changed to be called when its report changes
         */
        CollectingAgent start(DesiredAgent agent, LongSupplier fence, boolean coming, Runnable changed);

        /** Accepted and uncommitted chunks of an agent that this node does not collect now. */
        long pending(String agentId);

        /** Agents that this node collects, by uid of the outlet. */
        Map<String, List<String>> outlets();
    }
}
