package dev.sinal.contracts;

import java.util.Map;

/**
 * @param status {@code stopped}, or {@code stopping} when the wait was too short
 * @param drained whether everything that was accepted is committed
 * @param committed last committed position by stream name
 * @param pending chunks accepted but not yet committed
 */
public record StopReport(
        String agentId, String status, String state, boolean drained, Map<String, Position> committed, long pending) {
    public StopReport {
        committed = committed == null ? Map.of() : Map.copyOf(committed);
    }
}
