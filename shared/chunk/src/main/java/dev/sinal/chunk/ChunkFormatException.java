package dev.sinal.chunk;

/** Bytes that are no chunk, a damaged chunk, or samples that do not fit into one. */
public final class ChunkFormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String field;
    private final long limit;

    ChunkFormatException(String field, String detail) {
        this(field, detail, -1);
    }

    ChunkFormatException(String field, String detail, long limit) {
        super("chunk " + field + ": " + detail);
        this.field = field;
        this.limit = limit;
    }

    /** The part of the chunk that is wrong, as named in docs/contracts/chunk-format.md. */
    public String field() {
        return field;
    }

    /** What the field may be at most, or -1 when the fault is no limit. */
    public long limit() {
        return limit;
    }
}
