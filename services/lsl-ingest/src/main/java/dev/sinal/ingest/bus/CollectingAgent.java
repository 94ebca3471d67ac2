package dev.sinal.ingest.bus;

import dev.sinal.contracts.AgentReport;
import dev.sinal.contracts.DesiredAgent;
import io.vertx.core.Future;
import java.util.function.LongSupplier;

/** An agent that this node collects. Used on one event loop. */
public interface CollectingAgent {
    /** What it does now. */
    AgentReport report(long generation, long fence);

    /**
     * Closes its inlets and logs everything they delivered; it still reports afterwards, until all is committed.
     *
     * @param onPurpose somebody wants it stopped; false = this node goes away
     */
    Future<Void> stop(boolean onPurpose);

    /** Makes collectors. */
    interface Factory {
        /** @param fence of the lease, read whenever an epoch opens @param changed to be called when its report changes */
        CollectingAgent start(DesiredAgent agent, LongSupplier fence, Runnable changed);

        /** Accepted and uncommitted chunks of an agent that this node does not collect now. */
        long pending(String agentId);
    }
}
