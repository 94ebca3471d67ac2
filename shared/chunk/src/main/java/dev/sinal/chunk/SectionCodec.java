package dev.sinal.chunk;

/** How the values of one section are written. */
enum SectionCodec {
    /** Every value in its own width. */
    RAW,
    /** One value that all samples share. */
    CONSTANT,
    /** Whole numbers, predicted and bit packed; see docs/contracts/chunk-format.md. */
    PACKED,
    /** Bytes of equal significance side by side, then DEFLATE. */
    DEFLATE,
    /** As {@link #DEFLATE}, on the differences of neighbouring bit patterns. */
    DELTA_DEFLATE,
    /** Doubles that grow by adding the same step again and again. */
    RAMP,
    /** Strings, each with its length. */
    TEXT,
    /** As {@link #TEXT}, then DEFLATE. */
    TEXT_DEFLATE,
    /** Timestamps as their distance from the raw stamps, then as {@link #PACKED}. */
    FROM_RAW_STAMPS;

    private static final SectionCodec[] BY_TAG = values();

    int tag() {
        return ordinal();
    }

    static SectionCodec ofTag(int tag) {
        if (tag < 0 || tag >= BY_TAG.length) {
            throw new ChunkFormatException("codec", "unknown codec " + tag, BY_TAG.length - 1);
        }
        return BY_TAG[tag];
    }
}
