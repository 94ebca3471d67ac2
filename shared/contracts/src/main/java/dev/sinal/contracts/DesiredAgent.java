package dev.sinal.contracts;

/**
 * What agent-manager wants of the collectors.
 *
 * @param running desired state; false = stop, drain and report
 */
public record DesiredAgent(String agentId, AgentSpec spec, long generation, boolean running) {}
