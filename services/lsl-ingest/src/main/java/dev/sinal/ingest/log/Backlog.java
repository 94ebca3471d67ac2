package dev.sinal.ingest.log;

/** What waits for the store of one stream. @param agentId from the newest head @param acceptedAt of the oldest chunk, UTC ns */
public record Backlog(String stream, String agentId, long chunks, long acceptedAt) {}
