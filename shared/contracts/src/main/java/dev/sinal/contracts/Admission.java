package dev.sinal.contracts;

/** Whether an external agent may push. @param created it did not exist and does now @param generation of its definition */
public record Admission(String agentId, boolean created, long generation) {}
