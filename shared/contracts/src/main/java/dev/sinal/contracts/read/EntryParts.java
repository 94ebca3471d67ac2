package dev.sinal.contracts.read;

import dev.sinal.chunk.ChunkLimits;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts chunks together that came in parts. Holds one at a time, of at most {@link #MOST_BYTES}. Not thread safe. */
public final class EntryParts {
    /** A run of commits takes at most 20 bytes, and most take one. */
    private static final int MOST_COMMITS = 16 << 20;

    static final int MOST_BYTES = ChunkLimits.LENGTH + MOST_COMMITS;

    private byte @Nullable [] bytes;
    private long id;
    private int filled;

    /**
     * Takes the next frame of a read.
     *
     * @return the chunks that are whole now; none while parts are missing
     * @throws IllegalArgumentException for a part that is not the next one, or too large
     */
    public List<ReadFrame.Entry> add(ReadFrame frame) {
        ReadFrame.Part part = frame.part();
        if (part == null) {
            if (bytes != null) {
                throw new IllegalArgumentException("read frame: a chunk ends after " + filled + " bytes");
            }
            return frame.entries();
        }
        byte[] whole = bytes == null ? begin(part) : bytes;
        if (part.id() != id || part.offset() != filled || part.total() != whole.length) {
            throw new IllegalArgumentException("read frame: a part at " + part.offset() + " of chunk " + part.id()
                    + " where " + filled + " follows");
        }
        System.arraycopy(part.bytes(), 0, whole, filled, part.bytes().length);
        filled += part.bytes().length;
        if (filled < whole.length) {
            return List.of();
        }
        bytes = null;
        return List.of(ReadFrame.whole(part, whole));
    }

    private byte[] begin(ReadFrame.Part part) {
        if (part.total() > MOST_BYTES) {
            throw new IllegalArgumentException(
                    "read frame: a chunk of " + part.total() + " bytes, at most " + MOST_BYTES + " are taken");
        }
        byte[] begun = new byte[part.total()];
        bytes = begun;
        id = part.id();
        filled = 0;
        return begun;
    }
}
