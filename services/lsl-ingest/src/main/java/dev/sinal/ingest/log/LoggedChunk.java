package dev.sinal.ingest.log;

/**
 * A chunk as it is to be sent.
 *
 * @param id its row; grows
 * @param loggedEpoch the epoch it was logged under; {@code epoch} differs when a hole made the rest move to another one
 * @param loggedFirst its first number there
 * @param acceptedAt UTC ns
 * @param head the chunk's {@code ChunkEnvelope} as JSON
 * @param damaged why its bytes cannot be sent any more, or empty
 */
@SuppressWarnings("ArrayRecordComponent") // the bytes are only passed on
public record LoggedChunk(
        long id,
        String stream,
        long epoch,
        long firstSeq,
        long lastSeq,
        long loggedEpoch,
        long loggedFirst,
        long acceptedAt,
        String head,
        byte[] body,
        String damaged) {}
