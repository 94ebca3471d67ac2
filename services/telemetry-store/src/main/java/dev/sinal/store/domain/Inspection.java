package dev.sinal.store.domain;

import dev.sinal.chunk.ChunkDecoder;
import dev.sinal.chunk.ChunkFormatException;
import dev.sinal.chunk.ChunkHeader;
import dev.sinal.contracts.ChunkEnvelope;
import dev.sinal.contracts.StoreAnswer;
import dev.sinal.contracts.StreamDescriptor;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Checks a chunk that arrived: readable, undamaged, of the stream and epoch that its envelope names, small enough for a row. */
public final class Inspection {
    private static final int MAX_NAME = 1024;

    private final int maxBytes;

    /** @param maxBytes of one chunk */
    public Inspection(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    /**
     * @return a chunk to store, or, where only its header can be trusted, one whose range is set aside
     * @throws ChunkFormatException when not even its numbers can be trusted
     * @throws IllegalArgumentException when it does not belong to its envelope
     */
    public QueuedChunk inspect(ChunkEnvelope envelope, byte[] chunk, Consumer<StoreAnswer> answer) {
        checkEnvelope(envelope);
        return inspectOf(envelope, chunk, answer);
    }

    /**
     * Checks the names alone, for an envelope that comes with many chunks.
     *
     * @throws IllegalArgumentException naming the field
     */
    public static void checkEnvelope(ChunkEnvelope envelope) {
        checkName("node", envelope.node());
        checkNames(envelope.stream());
    }

    /** As {@link #inspect}, for an envelope that has been checked before. */
    public QueuedChunk inspectOf(ChunkEnvelope envelope, byte[] chunk, Consumer<StoreAnswer> answer) {
        ChunkHeader header = ChunkHeader.read(chunk);
        checkBelongs(envelope, header);
        String refusal = refusal(envelope.stream(), header, chunk);
        if (refusal != null) {
            return refused(envelope, header, chunk, refusal, answer);
        }
        try {
            return storable(envelope, header, chunk, answer);
        } catch (ChunkFormatException e) {
            return refused(envelope, header, chunk, "damaged: " + e.getMessage(), answer);
        }
    }

    private static QueuedChunk storable(
            ChunkEnvelope envelope, ChunkHeader header, byte[] chunk, Consumer<StoreAnswer> answer) {
        List<MarkerRow> markers =
                envelope.stream().markers() ? MarkerRow.of(envelope.stream(), ChunkDecoder.decode(chunk)) : List.of();
        return new QueuedChunk(
                envelope,
                header.firstSeq(),
                header.lastSeq(),
                ChunkCutter.rows(header, chunk),
                markers,
                null,
                0,
                chunk.length,
                answer);
    }

    private @Nullable String refusal(StreamDescriptor stream, ChunkHeader header, byte[] chunk) {
        if (chunk.length > maxBytes) {
            return "a chunk may have " + maxBytes + " bytes, has " + chunk.length;
        }
        if (header.channels() != stream.channels().size()) {
            return "the envelope names " + stream.channels().size() + " channels, the chunk has " + header.channels();
        }
        try {
            ChunkDecoder.verify(chunk);
            return null;
        } catch (ChunkFormatException e) {
            return "damaged: " + e.getMessage();
        }
    }

    private static void checkBelongs(ChunkEnvelope envelope, ChunkHeader header) {
        if (!header.streamId().equals(envelope.stream().id()) || header.epoch() != envelope.epoch()) {
            throw new IllegalArgumentException(
                    "the envelope names " + envelope.stream().id() + "/" + envelope.epoch() + ", the chunk "
                            + header.streamId() + "/" + header.epoch());
        }
        if (header.firstSeq() < 1 || header.epoch() < 1) {
            throw new IllegalArgumentException(
                    "epoch and seq must be at least 1, were " + header.epoch() + " and " + header.firstSeq());
        }
    }

    /** PostgreSQL text and jsonb cannot hold NUL. */
    static void checkNames(StreamDescriptor stream) {
        checkName("stream.id", stream.id());
        checkName("stream.agent_id", stream.agentId());
        checkName("stream.name", stream.name());
        if (stream.toString().indexOf('\0') >= 0) {
            throw new IllegalArgumentException("stream: NUL is not allowed in any name");
        }
    }

    private static void checkName(String field, @Nullable String name) {
        if (name == null || name.isEmpty() || name.length() > MAX_NAME || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(field + " must have 1 to " + MAX_NAME + " characters, none of them NUL");
        }
    }

    private static QueuedChunk refused(
            ChunkEnvelope envelope, ChunkHeader header, byte[] chunk, String reason, Consumer<StoreAnswer> answer) {
        Refusal refusal = new Refusal(reason, header.minTimestamp(), header.maxTimestamp(), chunk);
        return new QueuedChunk(
                envelope, header.firstSeq(), header.lastSeq(), List.of(), List.of(), refusal, 0, chunk.length, answer);
    }
}
