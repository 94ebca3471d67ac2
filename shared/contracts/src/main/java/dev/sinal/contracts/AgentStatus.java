package dev.sinal.contracts;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * @param kind {@code lsl} or {@code external}
 * @param state stopped, starting, waiting, running, degraded, stopping or failed
 * @param since when the state was entered, UTC ns
 * @param reason why, when it is not plain
 * @param node the collecting node
 * @param generation grows with every change of spec or desired state
 * @param restarts after crashes, since the last start
 */
public record AgentStatus(
        String agentId,
        String kind,
        String state,
        long since,
        @Nullable String reason,
        @Nullable String node,
        long generation,
        int restarts,
        List<WaitingFor> waitingFor,
        List<StreamStatus> streams) {
    public static final String STOPPED = "stopped";
    public static final String STARTING = "starting";
    public static final String WAITING = "waiting";
    public static final String RUNNING = "running";
    public static final String DEGRADED = "degraded";
    public static final String STOPPING = "stopping";
    public static final String FAILED = "failed";

    public AgentStatus {
        waitingFor = waitingFor == null ? List.of() : List.copyOf(waitingFor);
        streams = streams == null ? List.of() : List.copyOf(streams);
    }
}
