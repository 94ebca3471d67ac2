package dev.sinal.ingest.bus;

import io.vertx.core.Future;
import java.util.List;
import java.util.Map;

/** Which agents this node may collect. Used on one event loop. */
public interface Leases {
    /** Agents held, with their fences. */
    Map<String, Long> held();

    /** Fence of an agent that is held; 0 when it is not. */
    long fence(String agentId);

    /** Whether the database answered the last time. */
    boolean answering();

    /** Goes on under a lease of the last run while the database cannot be asked. */
    void assume(String agentId, long fence);

    /** Renews what is held and takes what is free of these. Never fails. */
    Future<Void> round(List<String> wanted);

    /** Lets go; another node may take it at once. */
    Future<Void> release(String agentId);
}
