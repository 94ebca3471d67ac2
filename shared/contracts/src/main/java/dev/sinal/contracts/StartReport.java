package dev.sinal.contracts;

import java.util.List;

/**
 * @param status {@code started}
 * @param state as in {@link AgentStatus}
 * @param ready whether every required stream delivers
 */
public record StartReport(String agentId, String status, String state, boolean ready, List<WaitingFor> waitingFor) {
    public StartReport {
        waitingFor = waitingFor == null ? List.of() : List.copyOf(waitingFor);
    }
}
