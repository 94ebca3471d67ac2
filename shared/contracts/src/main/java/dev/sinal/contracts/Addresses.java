package dev.sinal.contracts;

/** Every address of the event bus. A program that knows this file knows who can say what to whom. */
public final class Addresses {
    /** {@link AgentManager}. */
    public static final String AGENTS = "sinal.agents";
    /** {@link TelemetryStore}. */
    public static final String STORE = "sinal.store";
    /** {@link Analytics}. */
    public static final String ANALYTICS = "sinal.analytics";
    /** {@link LiveTelemetry}. */
    public static final String LIVE_TELEMETRY = "sinal.live";
    /** Published by whoever took a {@link LiveTelemetry#watch}, to all who publish live frames: {@code Watch}. */
    public static final String LIVE_WATCHES = "sinal.live.watches";
    /** {@link LslDirectory}. */
    public static final String LSL_DIRECTORY = "sinal.lsl";
    /** Opens a read: an {@code Envelope} of {@code ReadQuery} answered by an envelope of {@code ReadOpened} and the first frame. */
    public static final String STORE_READ = "sinal.store.read";
    /** Published: the id of a read that is being opened, and that nobody waits for any more. */
    public static final String STORE_READ_GONE = "sinal.store.read.gone";
    /** External agents' samples: an {@code Envelope} of {@code ExternalWrite} and chunks, answered after COMMIT. */
    public static final String STORE_WRITE = "sinal.store.write";
    /** Published by every store node each second: {@code StoreHello}. */
    public static final String STORE_HELLO = "sinal.store.hello";
    /**
     * Packs at once and without rests what is stored, whatever its age, as the store does by itself in time: {@code {"agent_id": …}}, without it of all agents. Answered when it is
     * done with {@code {"chunks", "rows", "samples", "bytes_in", "bytes_out", "partitions_dropped"}}. For tests and measurements.
     */
    public static final String STORE_PACK = "sinal.store.pack";
    /**
     * Removes at once what is older than {@code store.retention}, as the store does by itself in time; without that setting only what was begun is finished. The body is
     * {@code {}}; answered with {@code {"days", "samples", "rows"}} that it removed. For tests.
     */
    public static final String STORE_EXPIRE = "sinal.store.expire";
    /** Published by agent-manager when a desired state changed: ingest looks now instead of at its next poll. */
    public static final String AGENTS_CHANGED = "sinal.agents.changed";

    /** Published by collecting nodes when a lease was let go or is handed over: the others look now instead of at their next poll. */
    public static final String LEASES_CHANGED = "sinal.leases.changed";

    private Addresses() {}

    /** Store lane of one store node: chunks, answered after COMMIT. */
    public static String storeChunks(String nodeId) {
        return "store.chunks." + nodeId;
    }

    /** Store lane of one store node: gaps, clock probes and other notes, answered after COMMIT. */
    public static String storeNotes(String nodeId) {
        return "store.notes." + nodeId;
    }

    /** Reads that were opened on one store node: next and close. */
    public static String storeRead(String nodeId) {
        return "store.read." + nodeId;
    }

    /** Self-test of the bus: any request to a node's own address is answered with who it is ({@code node_id, node, release, bus}). */
    public static String nodePing(String nodeId) {
        return "sinal.node." + nodeId;
    }

    /** Live frames of one agent. Nobody listens, nothing is sent. */
    public static String live(String agentId) {
        return "live.v1." + agentId;
    }

    /** One agent's samples and markers as ACP messages, while somebody watches: {@link LiveTelemetry}. */
    public static String telemetry(String agentId) {
        return "acp.v1.telemetry." + agentId;
    }

    /** {@link Analytics} of one node: the results that it keeps. @param keeper end of their ids */
    public static String analyticsResults(String keeper) {
        return "sinal.analytics.results." + keeper;
    }

    /** ACP messages of one type, published to all. */
    public static String event(String acpType) {
        return "acp.v1." + acpType;
    }
}
