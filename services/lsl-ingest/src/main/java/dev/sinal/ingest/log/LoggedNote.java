package dev.sinal.ingest.log;

/** A note as it is to be sent. @param id its row @param uuid of the {@code StoreNote} @param head {@code ChunkEnvelope} of its epoch as JSON @param payload JSON */
public record LoggedNote(long id, String uuid, String kind, String head, String payload) {}
