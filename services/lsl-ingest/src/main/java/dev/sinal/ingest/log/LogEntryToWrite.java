package dev.sinal.ingest.log;

/**
 * One chunk on its way into the log.
 *
 * @param head its {@code ChunkEnvelope} as JSON
 * @param lastTimestamp of its last sample, UTC ns
 */
@SuppressWarnings("ArrayRecordComponent") // the bytes are only passed on
public record LogEntryToWrite(
        String agentId,
        String stream,
        String streamName,
        long epoch,
        long firstSeq,
        long lastSeq,
        long lastTimestamp,
        String head,
        byte[] body) {}
