package dev.sinal.contracts;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * @param generation of the desired state that this report answers
 * @param fence of the lease under which the agent runs; a report with a smaller fence than the last is ignored
 * @param state starting, waiting, running, degraded, stopping, stopped or failed
 * @param pending accepted chunks that are not committed
 */
public record AgentReport(
        String agentId,
        long generation,
        long fence,
        String state,
        @Nullable String reason,
        int restarts,
        long pending,
        List<WaitingFor> waitingFor,
        List<StreamStatus> streams) {
    public AgentReport {
        waitingFor = waitingFor == null ? List.of() : List.copyOf(waitingFor);
        streams = streams == null ? List.of() : List.copyOf(streams);
    }
}
