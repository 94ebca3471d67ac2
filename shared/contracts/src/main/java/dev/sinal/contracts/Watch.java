package dev.sinal.contracts;

/**
 * An agent is watched.
 *
 * @param address where its ACP messages appear: telemetry_update, telemetry_chunk, marker
 * @param ttlS for how long, seconds, unless it is said again
 */
public record Watch(String agentId, String address, int ttlS) {}
